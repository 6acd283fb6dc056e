"""Two folders of results: the same, the same within the spread over seeds, or not."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from workflow.io.errors import UserError
from workflow.report.compare import FolderComparison, compare_folders, main, read

SPREAD = (91.0, 92.0, 93.0, 92.0, 91.5)  # of five seeds: a standard deviation of 0.74


def results(folder: Path, *accuracies: float, variant: str = "bigan", processor: str = "one", more: dict[str, float] | None = None) -> Path:
    """Write a value a seed, and what tells its family; return the folder."""
    for seed, accuracy in enumerate(accuracies):
        about = [{"processor": processor, "numerics": "portable", "family": "bigan", "params": {}, "code": {}}]
        written: dict[str, dict[str, Any]] = {"knn": {"code": {"train": accuracy}, **(more or {})}, "train": {"collapsed": False}}
        for kind, measured in written.items():
            file = folder / f"metrics/{kind}/{variant}-{seed}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({**measured, "about": about}))
    return folder


def compared(first: Path, second: Path, spread: Path | None = None) -> FolderComparison:
    return compare_folders(read(first), read(second), read(spread) if spread else None)


def test_results_of_two_processors_are_the_same_if_their_values_are(tmp_path: Path) -> None:
    found = compared(results(tmp_path / "a", 92.0), results(tmp_path / "b", 92.0, processor="another"))
    assert (found.same_bytes, found.same, found.agrees) == (True, 2, True)
    assert found.verdict == "the same, to the last bit"


@pytest.mark.parametrize(("accuracy", "within", "outside"), [(92.5, 1, 0), (80.0, 0, 1)])
def test_a_difference_is_judged_by_the_spread_over_seeds(tmp_path: Path, accuracy: float, within: int, outside: int) -> None:
    found = compared(results(tmp_path / "a", 92.0), results(tmp_path / "b", accuracy), results(tmp_path / "c", *SPREAD))
    assert (len(found.within), len(found.outside), found.near, found.far) == (within, outside, [], [])
    assert found.agrees == bool(within)


def test_a_family_lends_its_spread_to_a_variant_with_one_seed(tmp_path: Path) -> None:
    for name, accuracy in (("a", 92.0), ("b", 92.5)):
        results(tmp_path / name, accuracy)
        results(tmp_path / name, *SPREAD, variant="bigan-z100")
    (row,) = compared(tmp_path / "a", tmp_path / "b").within
    assert row.quantity.variant == "bigan"
    assert row.spread is not None
    assert (row.spread.deviation, row.spread.degrees_of_freedom) == (pytest.approx(0.7416, abs=1e-4), 4), "both folders have the same runs"


def test_seeds_that_one_folder_has_alone_are_no_difference_but_tell_of_the_spread(tmp_path: Path) -> None:
    found = compared(results(tmp_path / "a", *SPREAD[:2]), results(tmp_path / "b", *SPREAD))
    assert (found.same, found.same_bytes, found.within) == (2, True, [])
    (row,) = compared(results(tmp_path / "c", *SPREAD[:2]), results(tmp_path / "d", SPREAD[0], 92.5, 91.0)).within
    assert row.spread is not None
    assert row.spread.degrees_of_freedom == 2, (
        "the second seed has another value in each; the first is one draw, and what is left of its folder none"
    )


def test_a_folder_with_one_run_made_anew_adds_no_further_draws_of_the_others(tmp_path: Path) -> None:
    (row,) = compared(results(tmp_path / "a", *SPREAD), results(tmp_path / "b", *SPREAD[:4], 92.5)).within
    assert row.spread is not None
    assert (row.spread.deviation, row.spread.degrees_of_freedom) == (pytest.approx(0.7416, abs=1e-4), 4)


@pytest.mark.parametrize(("second", "agrees"), [(92.4, True), (92.5, False), (50.0, False)])
def test_what_has_no_spread_agrees_if_it_is_nearly_the_same(tmp_path: Path, second: float, agrees: bool) -> None:
    found = compared(results(tmp_path / "a", 92.0), results(tmp_path / "b", second))
    assert (len(found.near), len(found.far), found.agrees) == (agrees, not agrees, agrees)
    assert ("0.5 %" in found.verdict) == agrees


def test_what_has_no_spread_counts_beside_what_has_one(tmp_path: Path) -> None:
    first, second = results(tmp_path / "a", 92.0, more={"real": 1.0}), results(tmp_path / "b", 92.5, more={"real": 1.1})
    found = compared(first, second, results(tmp_path / "c", *SPREAD))
    assert (len(found.within), [row.quantity.name for row in found.far], found.agrees) == (1, ["real"], False)
    assert found.verdict == "not the same: knn bigan real"


def test_what_is_the_same_for_all_seeds_has_no_spread_and_what_lenet_makes_of_real_images_is_not_judged(tmp_path: Path) -> None:
    spread = results(tmp_path / "c", *SPREAD, more={"frechet_real": 1.0, "share": 0.5})
    first = results(tmp_path / "a", 92.0, more={"frechet_real": 1.0, "share": 0.5})
    found = compared(first, results(tmp_path / "b", 92.0, more={"frechet_real": 1.3, "share": 0.501}), spread)
    assert ([row.quantity.name for row in found.near], found.agrees) == (["frechet_real", "share"], True)


def test_of_a_table_by_epoch_the_last_row_counts_but_every_byte_must_be_the_same(tmp_path: Path) -> None:
    for name, first_epoch in (("a", 1.0), ("b", 2.0)):
        file = results(tmp_path / name, 92.0) / "losses/bigan-0.tsv"
        file.parent.mkdir()
        file.write_text(f"epoch\tgenerator\n1\t{first_epoch}\n2\t0.5\n")
    found = compared(tmp_path / "a", tmp_path / "b")
    assert (found.same_bytes, found.outside, found.near, found.far) == (False, [], [], [])
    assert found.agrees


def test_a_value_that_only_one_of_two_files_has_is_a_difference_and_a_run_that_one_folder_has_is_none(tmp_path: Path) -> None:
    first, second = results(tmp_path / "a", *SPREAD, more={"hidden": 90.0}), results(tmp_path / "b", *SPREAD[:2])
    found = compared(first, second)
    assert found.lacking == [("knn", "bigan", "hidden")]
    assert (found.agrees, found.verdict) == (False, "not the same: knn bigan hidden")


def test_the_command_sums_up_in_two_lines_and_exits_by_the_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = results(tmp_path / "a", 92.0), results(tmp_path / "b", 80.0)
    monkeypatch.setattr("sys.argv", ["compare", str(first), str(second), "--spread", str(results(tmp_path / "c", *SPREAD))])
    assert main() == 1
    *rows, verdict, counts = capsys.readouterr().out.splitlines()
    assert "knn bigan code.train" in rows[-1]
    assert verdict.endswith("not the same: knn bigan code.train")
    assert counts.startswith("1 values of 2 files are the same, 0 differ within the spread over seeds, 1 beyond it")
    monkeypatch.setattr("sys.argv", ["compare", str(first), str(first)])
    assert main() == 0


def test_what_git_has_is_compared_with_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    results(Path("reports/demo"), 92.0)
    monkeypatch.setattr("sys.argv", ["compare", "HEAD:reports/demo", "reports/demo"])
    with pytest.raises(UserError, match=r"^HEAD:reports/demo: not in Git here, so there is nothing to compare with$"):
        main()  # a folder from a ZIP
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "results"]):
        subprocess.run(["git", *command], check=True)
    assert main() == 0
    results(Path("reports/demo"), 91.0)
    assert main() == 1
    assert "0 have no spread and are near, 1 are not" in capsys.readouterr().out


def test_a_folder_without_results_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="found no results"):
        read(tmp_path)


def test_folders_that_have_no_file_in_common_do_not_agree(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^found no file in both folders"):
        compared(results(tmp_path / "a", 92.0), results(tmp_path / "b", 92.0, variant="wide"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("metrics/knn/bigan-0.json", '{"code": {"tr', "metrics/knn/bigan-0.json: not a whole metrics file: "),
        (
            "metrics/knn/bigan-0.json",
            '{"code": NaN}',
            "metrics/knn/bigan-0.json: not a whole metrics file: found NaN, allowed: finite",
        ),
        ("metrics/knn/bigan-0.json", '{"code": 1e999}', "metrics/knn/bigan-0.json: not a whole metrics file: found 1e999, allowed: finite"),
        ("metrics/knn/bigan-0.json", "[1, 2]", "metrics/knn/bigan-0.json: found a list, allowed: a metrics file, which is a mapping"),
        ("metrics/knn/bigan-0.json", '{"about": []}', "metrics/knn/bigan-0.json: about: found [], allowed: a list of one mapping"),
        ("metrics/knn/bigan-0.json", '{"about": null}', "metrics/knn/bigan-0.json: about: found None, allowed: a list of one mapping"),
        ("metrics/knn/notes.json", '{"about": [{}]}', "metrics/knn/notes.json: named for no run, allowed: <variant>-<seed>.json"),
        ("losses/bigan-0.tsv", "", "losses/bigan-0.tsv: not a table by epoch: "),
        ("losses/bigan-0.tsv", "epoch\tdis", "losses/bigan-0.tsv: found a last line without an end, allowed: whole lines"),
        ("losses/bigan-0.tsv", "epoch\tloss\n1\t2.2", "losses/bigan-0.tsv: found a last line without an end, allowed: whole lines"),
        ("losses/bigan-0.tsv", "dataset\tepo", "losses/bigan-0.tsv: not a table by epoch: "),
        (
            "losses/bigan-0.tsv",
            "epoch\tloss\n1\t2\n1\t3\n",
            "losses/bigan-0.tsv: epoch: found 1, 1, ..., allowed: whole numbers, each once",
        ),
        ("losses/bigan-0.tsv", "epoch\tgenerator\n", "losses/bigan-0.tsv: found no epoch, allowed: a row for each"),
    ],
)
def test_a_damaged_or_foreign_file_is_one_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    file = results(tmp_path, 92.0) / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    with pytest.raises(UserError) as caught:
        read(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/{said}")
    assert "\n" not in str(caught.value)
