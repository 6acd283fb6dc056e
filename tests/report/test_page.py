"""The page: what its rows lead to, what it rebuilds, what a reader can look at."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from numpy.typing import NDArray
from PIL import Image

from tests.helpers.project import ROOT
from tests.helpers.small_page import CLAIMS, IMAGES, interactive, judged, latent_arrays, numbered, small_page
from workflow.io.errors import UserError
from workflow.params.groups import training_groups
from workflow.params.model import completed, load
from workflow.pipeline.durations import STEP_TIMES
from workflow.pipeline.run_id import RunId
from workflow.report.claims import read_claims
from workflow.report.known import Committed, read_committed
from workflow.report.page import charts
from workflow.report.page.budgets import budget_views, linked
from workflow.report.page.captions import caption
from workflow.report.page.contents import CONTENTS, Contents, Report, check_main_statements, main_statements, read_contents, sections
from workflow.report.page.images import embed, sprite
from workflow.report.page.inputs import _trainings as trainings_of
from workflow.report.page.interactive import POINTS, QUANTITIES, Interactive, latent_maps, loss_curves
from workflow.report.page.page import _short
from workflow.report.page.pictures import Picture
from workflow.report.page.statements import ReadingView, StatementView, shown
from workflow.report.prose import IN_WORDS
from workflow.report.runs import LEAST_COUNTED, LEAST_DEGREES_OF_FREEDOM, LEAST_RUNS
from workflow.report.trainings import MeasuredTraining
from workflow.report.yaml_files import read

FIGURES = ("map", "losses", "snapshots", "by_class", "strips", "misclassified", "angles", "wgan")
LIBRARY, TEST_IMAGES, SNAPSHOTS = 1e6, 1.4e6, 6e4  # bytes on the page of Vega, MNIST's test images, and a variant's samples by epoch


@pytest.fixture(scope="module")
def html(page_file: Path) -> str:
    return page_file.read_text(encoding="utf-8")


def text(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", html).split())


def test_the_page_shows_everything_and_loads_nothing(html: str) -> None:
    assert all(f'id="{each.id}"' in html for each in read_claims(CLAIMS).statements)
    assert (
        len(re.findall(r'<img src="data:image/png;base64,', html)) == 9
    )  # how much holds, findings, forests, and of the first seed; losses have a chart
    assert html.count('srcset="data:image/png;base64,') == 4, "a phone's: how much holds, two forests, the precision study"
    markup = html[: html.index('id="data"')]
    assert re.findall(r'(?:src|srcset)="(?!data:)[^"]*', markup) == []
    assert re.findall(r'<link[^>]* href="(?!data:)[^"]*', markup) == []
    sources = {report.source for report in read_contents().reports.values() if report.source}
    assert set(re.findall(r'href="(?!data:|#|metrics/)([^"]*)', markup)) == sources, "what a reader may follow"
    assert "nan" not in re.sub(r"base64,[^\"')]+", "", markup).lower()
    assert "<script>alert" not in html


def test_every_link_of_the_page_leads_somewhere(html: str) -> None:
    anchors = re.findall(r'\bid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(anchors)
    assert 'href="metrics/knn/bigan-0.json"' in html
    assert "parameters of bigan-triplet-0" in html


def test_the_page_begins_with_how_much_of_the_reports_holds(html: str) -> None:
    stated = [each for each in read_claims(CLAIMS).statements if each.report in "ABCDER" and each.kind != "demonstration"]
    assert f"Of {len(stated)} statements, " in text(html).partition("What was found")[0]


def test_the_explanation_takes_its_numbers_from_the_metrics(html: str) -> None:
    said = text(html)
    assert (
        "84.00 (B&#39;s published code: latent code of 0–255 pixels, training images), 93.00 (B&#39;s text: latent code, training images)"
        in said
    )
    assert "4 of 4 do better than the untrained encoder in A's protocol, and 4 of 4 in that of Donahue et al." in said
    assert "Report A puts its 93.75 beside the paper's 97.39" in said
    assert "+2.25 points for untrained-bigan, +2.25 points for bigan, +2.25 points for bigan-as-coded." in said
    assert "bigan-as-coded (budget short, 8 of 400 epochs, 1 seed), gets" in said
    assert "Fifty principal components" not in said  # not measured here


def test_the_precision_study_is_a_table_a_figure_and_what_they_say(html: str) -> None:
    section = re.search(r'<h2 id="precision">.*?</section>', html, re.S)
    assert section
    assert "is undecided for bigan (Fréchet distance). The means are the same within their margins for bigan (1NN)." in text(section[0])
    assert "4.50 ± 0.50" in section[0]
    assert section[0].count("<img ") == 1


def row(html: str, claim: str) -> str:
    return re.search(rf'<tr id="{re.escape(claim)}".*?</tr>', html, re.S)[0]


def test_a_statement_leads_to_its_place_its_table_and_its_parameters(html: str) -> None:
    shown = row(html, "A-3.1-gain")
    assert [
        f'href="#{anchor}"' in shown
        for anchor in ("A-section-3.1", "knn-bigan-triplet-as-coded", "params-bigan-triplet-as-coded", "params-bigan-as-coded")
    ] == [True] * 4
    assert ">1.00</a>" in shown
    assert "data-measured" not in row(html, "A-2.3-z100")
    assert 'href="#knn' not in row(html, "A-2.3-z100")


def test_a_reading_without_a_verdict_says_what_would_give_it_one(html: str) -> None:
    said = text(row(html, "A-2.3-z100-as-described"))
    assert "With budget: *paper in params.yaml: snakemake --cores all reports/paper/metrics/knn/bigan-z100-{0,1,2,3,4}.json" in said
    step = load(STEP_TIMES)["step"]["cpu"]["bigan"]
    hours = 5 * 2 * 400 * (60_000 // 128) * step / 3_600_000  # five seeds of bigan-z100 and of bigan
    assert f"about {hours:.0f} h of training" in said


def test_the_terms_have_the_numbers_of_the_rule(html: str) -> None:
    said = text(html.partition('id="terms"')[2].partition("</section>")[0])
    seeds, known, counted = (IN_WORDS[number] for number in (LEAST_DEGREES_OF_FREEDOM + 1, LEAST_RUNS, LEAST_COUNTED))
    assert f"fewer than {seeds} ({known}, if the spread of like networks is known; {counted}, where collapses are counted)" in said


def test_a_report_is_rebuilt_in_its_order_and_keeps_places_that_only_claims_name() -> None:
    figure = {"place": "figure 1", "title": "F", "shows": ["strips-a"]}
    report = Report.model_validate(
        {
            "title": "T",
            "source": None,
            "main": {"statement": "X-1", "says": "it"},
            "places": [{"place": "§1", "title": "Empty"}, {"place": "§2", "title": "Two"}, figure],
        }
    )
    made = [statement("X", "§9", "one"), statement("X", "§2", "two"), statement("Y", "§2", "three"), statement("X", "§9", "four")]
    found = sections("X", report, made)
    assert [(each.place, each.id, [said.says for said in each.statements], each.shows) for each in found] == [
        ("§2", "X-section-2", ["two"], []),
        ("figure 1", "X-figure-1", [], ["strips-a"]),
        ("§9", "X-section-9", ["one", "four"], []),
    ]


def statement(report: str, place: str, says: str) -> StatementView:
    terms = [("bigan", "knn.code.test")]
    primary = ReadingView(says, "", ["bigan"], 3, terms, "as A", None, True, "93.75", None, None, None, 0, "reproduced")
    return StatementView(report, place, says, "", primary)


def test_a_judged_statement_is_shown_with_its_readings_under_anchors_of_their_own(page_file: Path) -> None:
    found = {each.primary.id: each for each in map(shown, judged(page_file.parent))}
    gain = found["A-3.1-gain"]
    assert [(each.id, each.name) for each in gain.readings][:2] == [("A-3.1-gain", ""), ("A-3.1-gain-as-described", "as described")]
    assert gain.others[0].terms == [("bigan-triplet", "knn.code.test"), ("bigan", "knn.code.test")]
    assert (gain.others[0].measured, gain.others[0].seeds) == (1.0, 1)
    assert gain.others[0].outcome.startswith("no verdict, ")
    assert gain.others[0].reason.startswith("2 % of the epochs")
    assert gain.why
    anchors = [reading.id for each in found.values() for reading in each.readings]
    assert len(anchors) == len(set(anchors))


def test_the_rows_of_the_scorecard_add_up(html: str) -> None:
    counts = re.search(r"(\d+) rows: (\d+) statements, (\d+) demonstrations,.*? (\d+) baselines", text(html))
    assert counts
    rows, *parts = map(int, counts.groups())
    assert rows == sum(parts) == html.count("<tbody data-report=")
    per_report = [int(count) for count in re.findall(r'<p class="soft">(\d+) statements: ', html)]
    assert sum(per_report) == parts[0]


def test_the_contents_have_each_figure_of_the_reports_once(tmp_path: Path) -> None:
    contents: Contents = read_contents()
    assert [place.place for place in contents.reports["A"].places if place.place.startswith("figure")] == [
        f"figure {n}" for n in (1, 2, 3, 4)
    ]
    assert [place.place for place in contents.reports["B"].places if place.place.startswith("figure")] == [
        f"figure {n}" for n in (2, 3, 4, 5)
    ]
    twice = tmp_path / "contents.yaml"
    twice.write_text(CONTENTS.read_text().replace("{place: figure 2, title: Maps", "{place: figure 1, title: Maps"))
    with pytest.raises(UserError, match=r"contents\.yaml: reports\.A: places: found twice: figure 1$"):
        read(Contents, twice)


def test_without_an_untrained_encoder_the_page_explains_no_protocols(html: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: "")  # which takes longest, and is the same
    assert "Why the 1NN accuracies disagree" in html
    assert "Why the 1NN accuracies disagree" not in small_page(tmp_path, without="untrained-bigan-0.json")


def test_maps_show_the_neighbours_that_evaluation_found_and_leave_other_data_sets_out() -> None:
    own, other = latent_arrays(seed=3), {**latent_arrays(), "test.labels": np.arange(IMAGES) % 7}
    found = latent_maps(numbered(), {"own": own, "other": other})
    assert found is not None
    assert found.neighbours == {"own": own["test.neighbours"].tolist()}
    assert latent_maps(numbered(), {"other": other}) is None


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sprite_has_every_image_at_its_place(channels: int) -> None:
    image = read_png(sprite(numbered(channels)["pixels"], columns=7))
    assert image.shape[:2] == (9 * 6, 7 * 6)
    seen = image.reshape(9, 6, 7, 6, -1)[:, 0, :, 0, 0].flatten()[:IMAGES].astype(int)
    assert np.abs(seen - 4 * np.arange(IMAGES)).max() <= 8  # half a step of grey
    assert (image % 17 == 0).all()


def read_png(address: str) -> NDArray[Any]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))


@pytest.mark.parametrize(("colours", "kept"), [(2, True), (200, False), (40 * 40, True)])
def test_a_picture_has_fewer_colours_only_if_it_looks_the_same(tmp_path: Path, colours: int, kept: bool) -> None:
    grey, colour = np.random.default_rng(0).integers(0, 256, (2, colours, 3), np.uint8)
    palette = colour if colours == 40 * 40 else np.repeat(grey[:, :1], 3, axis=1)
    pixels = palette[np.arange(40 * 40) % colours].reshape(40, 40, 3)
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    found = Image.open(io.BytesIO(base64.b64decode(embed(tmp_path / "picture.png").split(",")[1])))
    difference = np.abs(np.asarray(found.convert("RGB")).astype(int) - pixels)
    assert (difference.max() == 0) == kept
    assert difference.mean() < 2


def test_a_dot_keeps_its_colour_among_many_greys(tmp_path: Path) -> None:
    green = (140, 207, 185)
    pixels = np.random.default_rng(0).integers(0, 256, (200, 200, 1), np.uint8).repeat(3, axis=2)
    pixels[100:104, 100:104] = green
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    found = Image.open(io.BytesIO(base64.b64decode(embed(tmp_path / "picture.png").split(",")[1])))
    assert np.abs(np.array(found.convert("RGB").getpixel((102, 102)), dtype=int) - green).max() <= 8


def test_charts_are_valid_and_hold_their_data(page_file: Path) -> None:
    shown = interactive(page_file.parent)
    assert shown.maps is not None
    assert shown.losses is not None
    for chart in (shown.maps.chart, shown.losses.chart):
        alt.Chart.validate(chart) if "layer" not in chart else alt.LayerChart.validate(chart)
        assert "url" not in json.dumps(chart).replace(alt.SCHEMA_URL, "")
    assert shown.maps.shown == IMAGES
    assert list(shown.losses.quantities) == ["discriminator", "generator"]
    assert [each.epochs for each in shown.snapshots] == [[1, 2, 10]]


def test_all_of_the_budget_paper_fits_into_15_megabytes() -> None:
    params = load(ROOT / "params.yaml")
    budget = params["budgets"]["paper"]
    recipes = {
        variant: completed(params["recipes"][group.family], changes)
        for group in training_groups(load(ROOT / "dvc.yaml")["stages"]).values()
        for variant, changes in budget[group.name].items()
    }
    variants, epochs = list(recipes), [recipe["epochs"] for recipe in recipes.values()]
    generator = np.random.default_rng(0)

    points = pd.DataFrame({"variant": np.repeat(list(budget["encoders"]), POINTS)}).assign(image=POINTS - 1, label=7)
    points[["x", "y"]] = generator.uniform(-1, 1, (len(points), 2)).round(3)
    rows = pd.DataFrame({"variant": np.repeat(variants, epochs), "epoch": 400})
    rows[list(QUANTITIES)] = generator.uniform(0, 1, (len(rows), len(QUANTITIES))).round(5)
    colours = dict.fromkeys(variants, "#000000")
    neighbours = generator.integers(0, 10_000, len(points)).tolist()
    data = [charts.latent_map(points), charts.losses(rows, "generator", colours, variants[:4]), neighbours]

    drawn = {kind: [len(embed(file)) for file in ROOT.glob(f"reports/*/figures/{kind}-*.png")] for kind in FIGURES}
    lists = {"strips": "encoders", "by_class": "snapshots", "misclassified": "pictured"}
    names = {f"{kind}-{variant}" for kind, key in lists.items() for variant in budget[key]}
    names |= {name for report in read_contents().reports.values() for place in report.places for name in place.shows}
    kinds = [name.split("-")[0] for name in names]
    pictures = sum(np.mean(drawn[kind]) for kind in kinds if kind in drawn)
    snapshots = SNAPSHOTS * len(budget["snapshots"])
    assert len(json.dumps(data)) + pictures + snapshots + LIBRARY + TEST_IMAGES < 15e6


def test_without_encoders_losses_or_snapshots_the_page_has_no_such_sections() -> None:
    nothing = Interactive(latent_maps(numbered(), {}), loss_curves({}))
    assert (nothing.maps, nothing.losses, nothing.data()) == (None, None, {"losses": None})


def test_every_budget_that_git_holds_says_what_it_is_for() -> None:
    committed = read_committed()
    assert {*committed.shown, *committed.compared} <= read_contents().budgets.keys()


def test_a_budget_that_params_yaml_has_no_more_has_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    params = load(ROOT / "params.yaml")
    params["budgets"].pop("demo-seeds")
    committed = read_committed()
    rows = budget_views(params["budgets"], trainings_of([], committed, params["budgets"]), committed, read_contents().budgets, None)
    assert "demo-seeds" in committed.compared
    assert "demo-seeds" not in rows
    assert "d-h1" in rows


def test_every_place_that_a_statement_names_has_its_place_in_its_report() -> None:
    contents = read_contents().reports
    listed = {letter: {place.place for place in report.places} for letter, report in contents.items()}
    assert [each.id for each in read_claims(CLAIMS).statements if each.report in listed and each.place not in listed[each.report]] == []


def test_a_budget_says_how_long_in_which_precision_and_how_often_it_trained() -> None:
    bigan = MeasuredTraining(family="bigan", dataset="mnist", all_images=True, start=None, planned_epochs=40, own_epochs=400)
    dcgan = bigan.model_copy(update={"family": "dcgan", "planned_epochs": 8, "own_epochs": 100, "precision": "bfloat16"})
    runs = {RunId("bigan", 0): bigan, RunId("bigan", 1): bigan, RunId("dcgan-mnist", 0): dcgan}
    params = {"epochs": {"bigan": 0.1, "cgan": 0.1, "dcgan": 0.08}, "images": 5000}
    committed = Committed.model_validate(
        {"results": [{"budget": "cpu", "processor": "Intel Xeon; one run: AMD EPYC", "measured": "2026-11-22"}]}
    )
    found = budget_views({"cpu": params}, {"cpu": runs}, committed, {"cpu": "a test"}, None)["cpu"]
    assert (found.epochs, found.precision) == ("10 % (BiGANs); 8 % (DCGANs), on 5000 images", "float32 (BiGANs); bfloat16 (DCGANs)")
    assert (found.seeds, found.day, found.purpose) == ("1 to 2", "2026-11-22", "a test")
    picture = Picture(Path("losses-bigan-0.png"), "cpu", False, "losses", RunId("bigan", 0))
    said = caption(picture, found, bigan)
    assert said.startswith("Losses of generator and discriminator by epoch")
    assert said.endswith(". Here: bigan, seed 0, 40 of 400 epochs, budget cpu, Intel Xeon, 2026-11-22.")
    assert "AMD EPYC" in caption(picture, found, bigan.model_copy(update={"processor": "AMD EPYC"}))


def test_a_family_that_is_new_is_called_by_its_name() -> None:
    runs = {
        RunId(family, 0): MeasuredTraining(family=family, dataset="mnist", all_images=True, start=None, planned_epochs=8, own_epochs=80)
        for family in ("bigan", "diffusion")
    }
    committed = Committed.model_validate({"results": [{"budget": "cpu", "processor": "Intel Xeon", "measured": "2026-11-22"}]})
    budgets = {"cpu": {"epochs": {"bigan": 0.1, "diffusion": 0.2}, "images": None}}
    assert budget_views(budgets, {"cpu": runs}, committed, {}, None)["cpu"].epochs == "10 % (BiGANs); 20 % (diffusion)"


def test_a_heading_that_contradicts_its_rows_is_explained(html: str) -> None:
    for table in ("table-3", "table-4"):
        place = html.partition(f'id="D-{table}"')[2].partition("<h4")[0]
        assert "captions of tables 3 and 4 are" in place.partition("<table")[0]


def test_the_first_screen_has_a_row_a_report_that_leads_to_it(html: str) -> None:
    table = re.search(r'<table class="rows" id="main">.*?</table>', html, re.S)
    assert table
    assert re.findall(r'<th scope="row"><a href="#(\w+)"', table[0]) == list(read_contents().reports)
    assert "93.75 93.25 to 94.25 agrees 93.00 2 % of the epochs, 1 seed" in text(table[0].replace("<td", " <td").replace("<br>", " "))


def test_a_main_statement_that_there_is_not_is_one_clear_line() -> None:
    with pytest.raises(UserError, match=r"^[^\n]*contents.yaml: reports.A.main: found A-2.3-1nn, allowed: the id of a statement"):
        main_statements(read_contents(), [statement("A", "§2.3", "another")])
    with pytest.raises(UserError, match=r"reports.A.main: found A-2.3-1nn"):
        check_main_statements(read_contents(), {"another"})


def test_numbers_have_a_minus_and_no_exponent_before_their_point() -> None:
    assert [_short(value) for value in (None, 60000.0, 12345.6, -0.08199, 1.0)] == ["–", "60000", "12346", "−0.08199", "1"]


def test_the_budgets_of_a_finding_are_links_and_its_text_is_no_markup() -> None:
    said = linked("a < b (budget short, 1 seed), budget other", ["short"])
    assert said == 'a &lt; b (budget <a href="#budget-short">short</a>, 1 seed), budget other'
