"""The figures: what is drawn where, and the same bytes each time."""

from collections.abc import Sequence
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from workflow.pipeline.run_id import RunId
from workflow.report.figures import (
    by_class,
    fidelity_by_epoch,
    forest,
    latent_map,
    losses,
    misclassified,
    principal_angles,
    protocols,
    ranks,
    said_measured,
    snapshots,
    strips,
    wgan,
)
from workflow.report.figures.forest import ForestRow
from workflow.report.figures.panels import Panel, SaidRow
from workflow.report.figures.ranks import RankRow
from workflow.report.figures.style import PHONE_WIDTH, run_title, save
from workflow.report.said_measured import Said

KNN = pd.DataFrame(
    [
        ("a", "code", "test", 90.0, 1.0),
        ("b", "code", "test", 91.0, None),
        ("b", "hidden", "train", 96.0, None),
        ("b", "logits", "test", 1.0, 0.0),
    ],
    columns=["variant", "features", "neighbours", "accuracy", "spread"],
)
BY_REPORT = pd.DataFrame(
    {"variant": ["b", "a"], "trained": [False, True], "reported_A": [None, 93.75], "reported_B": [None, None], "reported_R": [97.0, None]}
)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_column_of_the_grid_is_a_class(channels: int) -> None:
    images = {
        name: np.random.default_rng(0).integers(0, 256, (10, n, channels, 4, 5), np.uint8) for name, n in [("real", 3), ("generated", 7)]
    }
    figure = by_class.plot({**images, "counts": np.arange(10)}, "fashion-mnist", "a run")
    shown = np.asarray(figure.axes[0].images[0].get_array()).reshape(-1, 50, channels)
    assert np.array_equal(shown[4:8, 10:15], images["real"][2, 1].transpose(1, 2, 0))
    assert np.array_equal(shown[-4:, 45:], images["generated"][9, 6].transpose(1, 2, 0))
    assert figure.axes[0].get_xticklabels()[9].get_text() == "Ankle boot\n20.0 %"


def test_distances_by_epoch_have_a_panel_a_data_set_and_a_line_a_run(tmp_path: Path) -> None:
    tables = {}
    for name, dataset in [("a-0", "mnist"), ("b-0", "mnist"), ("c-0", "svhn")]:
        tables[name] = tmp_path / f"{name}.tsv"
        tables[name].write_text(f"dataset\tepoch\tfrechet\tfrechet_real\n{dataset}\t6\t90\t2\n{dataset}\t12\t{len(tables)}0\t2\n")
    figure = fidelity_by_epoch.plot(tables)
    panels = figure.axes
    assert [axes.get_title() for axes in panels] == ["Samples of mnist", "Samples of svhn"]
    assert [text.get_text() for text in figure.subfigs[0].legends[0].get_texts()] == [
        "a-0: still falling (−89 %)",
        "b-0: still falling (−78 %)",
        "as many real images in the samples' place",
    ]
    assert panels[1].lines[0].get_ydata().tolist() == [90, 30]
    assert not fidelity_by_epoch.plot({}).axes


def test_snapshots_are_stacked_in_the_epochs_order(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[str] = []
    monkeypatch.setattr(snapshots, "stack", lambda images, _title: rows.extend(images))
    images = np.zeros((2, 3, 4, 4), dtype=np.uint8)
    snapshots.plot(dict.fromkeys(["10", "2", "real", "1"], images), "a run")
    assert rows == ["training images x", *(f"samples G(z), epoch {epoch}" for epoch in (1, 2, 10))]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_row_of_the_figure_is_its_images_side_by_side(channels: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, channels, 4, 5), dtype=np.uint8)
    figure = strips.stack({"real": images, "epoch 1": 255 - images}, "a run")
    shown = figure.axes[1].images[0].get_array().reshape(4, 15, channels)
    assert np.array_equal(shown[:, 5:10], 255 - images[1].transpose(1, 2, 0))
    assert [axes.get_title("left") for axes in figure.axes] == ["real", "epoch 1"]


def test_strips_show_samples_over_test_images_over_their_reconstructions() -> None:
    images = {name: np.full((2, 1, 4, 4), value, np.uint8) for name, value in [("reconstructed", 3), ("real", 2), ("generated", 1)]}
    figure = strips.plot(images, run_title(RunId("bigan-z100", 1)))
    assert [int(axes.images[0].get_array().max()) for axes in figure.axes] == [1, 2, 3]
    assert figure.get_suptitle() == "bigan-z100, seed 1"


def test_labels_of_strips_can_be_read_on_a_phone() -> None:
    figure = strips.stack({"samples G(z)": np.zeros((20, 1, 28, 28), np.uint8)}, "a run")
    pixels = 390 / (72 * figure.get_figwidth())  # of a phone, a point
    assert all(text.get_fontsize() * pixels >= 9 for text in (figure._suptitle, figure.axes[0]._left_title))


def test_maps_say_how_many_images_they_show_and_of_which_run() -> None:
    labels = np.arange(1200) % 3
    positions = np.random.default_rng(0).normal(size=(1200, 2))
    maps = {f"{split}.{name}": each for split in ("train", "test") for name, each in [("positions", positions), ("labels", labels)]}
    figure = latent_map.plot(maps, "bigan, seed 0")
    assert [axes.get_title() for axes in figure.axes] == ["codes of 1 200 training images", "codes of 1 200 test images"]
    assert "bigan, seed 0" in figure.get_suptitle()
    assert [text.get_text() for text in figure.axes[0].texts] == ["0", "1", "2"]


def test_a_class_has_its_number_where_most_of_it_is() -> None:
    sides = np.repeat([-10, 10, -10, 10], [60, 40, 40, 60])
    positions = np.random.default_rng(0).normal(size=(200, 2)) + sides[:, None] * [1, 0]
    maps = {f"{split}.positions": positions for split in ("train", "test")} | {
        f"{split}.labels": np.repeat([0, 1], 100) for split in ("train", "test")
    }
    places = [text.get_position()[0] for text in latent_map.plot(maps, "").axes[0].texts]
    assert np.allclose(places, [-10, 10], atol=2)


def test_losses_of_two_runs_are_drawn_together(tmp_path: Path) -> None:
    tables = {name: tmp_path / f"{name}.tsv" for name in ("DCGAN", "WGAN-GP")}
    for sign, table in zip((1, -1), tables.values(), strict=True):
        table.write_text(
            f"epoch\tlearning_rate\tdiscriminator\tgenerator\n1\t1e-4\t{sign * 0.5}\t{sign * 2}\n2\t1e-4\t{sign * 0.25}\t{sign}\n"
        )
    lines = [
        [line.get_ydata() for line in axes.lines if len(line.get_xdata()) and line.get_xdata()[-1] == 2] for axes in wgan.plot(tables).axes
    ]
    assert [[drawn.tolist() for drawn in panel] for panel in lines] == [[[0.5, 0.25], [-0.5, -0.25]], [[2, 1], [-2, -1]]]
    below, above = losses.plot(tables["WGAN-GP"], "generator", "a run").axes[0].get_ylim()
    assert below <= -2
    assert above >= -0.25


def test_the_figure_has_both_angles_and_the_variance(tmp_path: Path) -> None:
    table = tmp_path / "losses.tsv"
    table.write_text("epoch\tmean_angle\tlargest_angle\tcaptured_variance\n1\t30\t70\t0.8\n2\t5\t20\t0.99\n")
    left, right = principal_angles.plot(table, "a run").axes
    drawn = [line.get_ydata().tolist() for line in left.lines if len(line.get_ydata())]
    assert drawn == [[30, 5], [70, 20]]
    assert right.lines[0].get_ydata().tolist() == [80, 99]
    assert len({to_rgb(line.get_color()) for line in left.lines if len(line.get_ydata())}) == 2


def test_misclassified_images_say_both_classes() -> None:
    def drawn(count: int) -> Figure:
        pixels = np.random.default_rng(0).integers(0, 256, (count, 1, 8, 8), np.uint8)
        return misclassified.plot({"pixels": pixels, "labels": np.full(count, 4), "given": np.full(count, 9)}, "a run")

    assert [axes.get_title() for axes in drawn(12).axes] == ["4 → 9"] * 12 + [""] * 8
    assert [axes.get_title() for axes in drawn(0).axes] == [""] * 10


def test_a_protocol_is_a_panel_in_which_no_two_marks_of_a_variant_are_measured() -> None:
    figure = protocols.plot(BY_REPORT, KNN)
    measured = [
        sorted((float(x), int(y)) for box in axes.containers for x, y in zip(*box[0].get_data(), strict=True) if x == x)
        for axes in figure.axes
    ]
    assert measured == [[(90.0, 0), (91.0, 1)], [], [], [(96.0, 1)]]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b"]
    stated = [np.asarray(axes.collections[-1].get_offsets()).ravel().tolist() for axes in (figure.axes[0], figure.axes[3])]
    assert stated == [[93.75, 0.0], [97.0, 1.0]]
    marks = [axes.collections[-1].get_label() for axes in (figure.axes[0], figure.axes[3])]
    assert marks == ["stated in the report", "stated in the log of the report's code, before training"]
    assert {text.get_text() for text in figure.legends[0].get_texts()} == {*marks, "measured, trained", "measured, without training"}
    assert not protocols.plot(BY_REPORT[:0], KNN[:0]).axes


def forest_row(**changes: object) -> ForestRow:
    made = {"label": "says", "stated": "93.75", "origin": 93.75, "unit": 0.5, "direction": 0, "measured": 94.0, "low": None, "high": None}
    return ForestRow(**{**made, "primary": True, "named": changes.get("primary", True), "verdict": "reproduced", **changes})


@pytest.mark.parametrize(
    ("row", "value", "position"),
    [
        ({}, 94.25, 1.0),
        ({}, 93.25, -1.0),
        ({"origin": 25.0, "unit": 25.5}, 50.5, 1.0),  # the range 0 to 50 with a margin of 0.5
        ({"origin": 0.0, "unit": 0.3, "direction": 1}, 0.6, 2.0),
        ({"origin": 0.0, "unit": 0.3, "direction": -1}, -0.6, 2.0),
        ({}, 1e9, forest.ENDS),
    ],
)
def test_a_forest_counts_margins_from_what_is_stated(row: dict[str, object], value: float, position: float) -> None:
    assert forest_row(**row).position(value) == pytest.approx(position)


def test_a_forest_has_a_line_a_statement_with_its_readings_and_interval() -> None:
    lower = forest_row(label="lower", stated="lower", origin=0.0, unit=1.0, direction=-1, measured=-2.0, low=-3.0, high=-1.0)
    rows = [forest_row(), forest_row(measured=95.75, primary=False, verdict="not reproduced"), lower]
    axes = forest.plot(rows, "Report A").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["says", "lower"]
    marks = [tuple(place) for mark in axes.collections for place in np.asarray(mark.get_offsets()).tolist() if place != [0, 0]]
    assert (0.5, 0.0) in marks
    assert (2.0, 1.0) in marks
    (reading,) = (mark for mark in marks if mark[0] == 4.0)
    assert 0 < reading[1] < 0.5, "under the primary reading, on the line of the statement"
    intervals = [segment.tolist() for mark in axes.collections if hasattr(mark, "get_segments") for segment in mark.get_segments()]
    assert intervals == [[[1.0, 1.0], [3.0, 1.0]]]
    bands = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert bands == [(-1.0, 1.0), (0.0, forest.ENDS)]
    said = [text.get_text() for text in axes.texts]
    assert said == ["93.75", "94", "lower", "−2", "stated", "measured"]
    assert not forest.plot([], "Report A").axes


def test_labels_that_differ_at_their_end_can_be_told_apart() -> None:
    long = "table 3 LeNet retrained: 75 % real images, the others of the unoptimised GAN"
    labels = [long, long.replace("unoptimised", "optimised")]
    axes = forest.plot([forest_row(label=label) for label in labels], "Report D").axes[0]
    assert [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()] == labels


def test_on_a_phone_a_statement_stands_whole_above_its_marks() -> None:
    long = "a statement of more words than fit beside their marks, and than fit into a line of a phone"
    rows = [forest_row(), forest_row(measured=95.75, primary=False, verdict="not reproduced"), forest_row(label=long)]
    axes = forest.plot(rows, "Report A", PHONE_WIDTH).axes[0]
    labels = axes.get_yticklabels()
    assert [label.get_text().replace("\n", " ") for label in labels] == ["says", long]
    names = [label.get_position()[1] for label in labels]
    marks = [bar.get_y() + bar.get_height() / 2 for bar in axes.patches]
    assert names[0] < marks[0] < names[1] < marks[1]
    assert {text.get_position()[1] for text in axes.texts} == {-0.9, *marks}, "both numbers stand beside the marks"
    reading = next(y for mark in axes.collections for x, y in np.asarray(mark.get_offsets()).tolist() if x == 4.0)
    assert marks[0] < reading < marks[0] + 0.5
    bottom, top = axes.get_ylim()
    assert top < names[0]
    assert bottom == pytest.approx(marks[1] + 0.5)


def said(label: str, stated: float, measured: Sequence[float], seen: bool = True) -> SaidRow:
    return SaidRow(label, Said(stated, stated, dict(enumerate(measured))), seen)


def test_a_range_without_an_end_is_drawn_at_the_one_that_it_has() -> None:
    rows = [SaidRow(name, Said(-inf, 50.0, {0: 20.0 + number}), seen=True) for number, name in enumerate("abcd")]
    (axes,) = said_measured.plot([Panel("", "one", rows)], "C").axes
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"] == [50.0] * 4
    (axes,) = said_measured.plot([Panel("", "one", rows[:1])], "C").axes
    assert [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "|"] == [[50.0, 50.0]]


def test_rows_that_led_to_a_hypothesis_are_told_apart_only_where_there_are_any() -> None:
    first, other = said("1nn", 93.75, [92.4], seen=False), said("2nn", 93.75, [92.4])
    for rows, looked_at in (([first], False), ([first, other], True)):
        labels = [text.get_text() for text in said_measured.plot([Panel("", "cpu", rows)], "A").legends[0].get_texts()]
        assert any("looked at" in label for label in labels) == looked_at


def test_on_a_phone_few_rows_have_their_names_above_and_a_legend_no_wider() -> None:
    row = said("1nn", 93.75, [92.4], seen=False)
    panels = [Panel("", "cpu", [row]), Panel("", "tenth", [row])]
    figure = said_measured.plot(panels, "A", PHONE_WIDTH)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    points = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o"]
    names = [label.get_position()[1] for label in axes.get_yticklabels()]
    assert names[0] < points[0] < names[1] < points[1]
    assert figure.legends[0].get_window_extent().width <= figure.bbox.width


def test_on_a_phone_panels_stand_under_each_other() -> None:
    rows = [said(name, 10.0 * number, [5.0]) for number, name in enumerate("abcd")]
    panels = [Panel("", "one", rows), Panel("", "two", rows)]
    for width, lines in ((9.0, 1), (PHONE_WIDTH, 2)):
        figure = said_measured.plot(panels, "D", width)
        assert figure.axes[0].get_gridspec().nrows == lines
        assert figure.get_figwidth() <= width


def test_ranks_are_lines_from_the_reports_order_to_ours() -> None:
    rows = [RankRow("a", 80.0, 91.0), RankRow("b", 70.0, 99.0), RankRow("c", 70.0, 90.0)]
    axes = ranks.plot(rows, "Table 2").axes[0]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1, 2], [2.5, 1], [2.5, 3]]
    left = sorted((text.xy[1], text.get_text()) for text in axes.texts if text.get_ha() == "right")
    assert left == [(1, "80.0"), (1, "a"), (2, "70.0"), (2, "b"), (3, "70.0"), (3, "c")], "tied rows do not hide each other"
    assert not ranks.plot(rows[:1], "Table 2").axes


def test_many_rows_are_a_panel_a_budget_with_stated_values_to_the_right_and_measured_ones_upwards() -> None:
    rows = [said(name, stated, [stated + 1, stated + 3]) for name, stated in zip("abcd", (10.0, 30.0, 50.0, 90.0), strict=True)]
    figure = said_measured.plot([Panel("", "one", rows), Panel("X", "two", rows, ["near"]), Panel("", "three", [])], "D")
    for axes, title in zip(figure.axes, ("budget one", "X, budget two\nnear"), strict=True):
        assert axes.get_title() == title
        marks = [line for line in axes.lines if line.get_marker() == "o"]
        assert [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in marks] == [(10, 12), (30, 32), (50, 52), (90, 92)]
    assert figure.get_supxlabel() == "stated accuracy, %\nnot run: budget three"


def test_few_rows_are_a_heading_each_and_under_it_a_line_a_panel_with_what_is_stated_and_a_point_a_seed() -> None:
    first, other = said("1nn", 93.75, [92.4]), said("1nn, as described", 93.75, [84.1, 88.3], seen=False)
    figure = said_measured.plot([Panel("", "cpu", [first, other]), Panel("A-H5", "tenth", [first])], "A")
    assert [axes.get_title("left") for axes in figure.axes] == ["1nn", "1nn, as described"]
    names = [[label.get_text() for label in axes.get_yticklabels()] for axes in figure.axes]
    assert names == [["budget cpu", "A-H5, budget tenth"], ["budget cpu"]]
    points, stated = (
        [(list(line.get_xdata()), line.get_ydata()[0]) for axes in figure.axes for line in axes.lines if line.get_marker() == marker]
        for marker in "o|"
    )
    assert points == [([92.4], 0), ([92.4], 1), ([84.1, 88.3], 0)]
    assert stated == [([93.75, 93.75], place) for place in (0, 1, 0)]
    assert figure.axes[-1].get_xlabel() == "accuracy, %"


def test_a_budget_of_all_lines_is_said_once() -> None:
    panels = [Panel(name, "cpu", [said("with noise", 75.0, [40.0])]) for name in ("1NN of pixels", "1NN of the code")]
    figure = said_measured.plot(panels, "Report C")
    assert figure.get_suptitle() == "Report C, budget cpu"
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["1NN of pixels", "1NN of the code"]


def test_names_of_points_cover_neither_marks_nor_the_line_nor_each_other() -> None:
    rows = [said(f"a row called {number}", 40.0 + number, [70.0 + number, 74.0 + number]) for number in range(0, 12, 2)]
    rows += [said("another", 52.0, [50.0]), said("one more", 80.0, [20.0])]
    figure = said_measured.plot([Panel("", "one", rows)], "D")
    (axes,) = figure.axes
    figure.draw_without_rendering()
    names = {name.get_text(): name.get_window_extent() for name in axes.texts if name.get_text()}
    assert "one more" in names
    assert len(names) > 3
    marks = [axes.transData.transform([line.get_xdata()[0], line.get_ydata()[0]]) for line in axes.lines if line.get_marker() == "o"]
    for name, box in names.items():
        assert not box.count_overlaps([other for text, other in names.items() if text != name])
        assert not any(box.contains(*mark) for mark in marks)
        (left, below), (right, above) = axes.transData.inverted().transform(box)
        assert above < left or right < below, "beside the line of equal values"


def test_figures_have_the_same_bytes_each_time(tmp_path: Path) -> None:
    contents = []
    for name in ("first", "second"):
        save(protocols.plot(BY_REPORT, KNN), tmp_path / f"{name}.png")
        contents.append([(tmp_path / f"{name}.{ending}").read_bytes() for ending in ("png", "pdf")])
    assert contents[0] == contents[1]
