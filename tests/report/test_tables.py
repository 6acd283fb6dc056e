"""Tables: measured values over seeds, written as CSV, Markdown and LaTeX."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from tests.helpers.small_page import CLAIMS, knn, own_source
from workflow.io.files import write_json
from workflow.report.claims import read_claims
from workflow.report.scorecard import READERS, VERDICTS, JudgedStatement, summary, table
from workflow.report.tables.builders import (
    MeasuredRuns,
    build_tables,
    fidelity_table,
    knn_protocols_table,
    lenet_score_table,
    metrics_files,
    retraining_table,
    training_table,
)
from workflow.report.tables.formats import latex, markdown, write_table

TABLE = pd.DataFrame({"of": ["a_b & 50 %", "c"], "share": [91.23456, None], "seeds": [1, 2]})
# What LaTeX's own UTF-8 knows without further packages, of what is not ASCII.
KNOWN = set("§°±·×→–—‘’“”…äöüéß")


def test_a_table_is_written_whole_as_csv_and_rounded_for_readers(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", TABLE)
    assert pd.read_csv(tmp_path / "t.csv").equals(TABLE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.md", "t.tex"]
    assert markdown(TABLE).splitlines() == [
        "| of         |   share |   seeds |",
        "|:-----------|--------:|--------:|",
        "| a_b & 50 % |   91.23 |       1 |",
        "| c          |         |       2 |",
    ]


def cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)&", row)) + 1


@pytest.fixture(scope="module")
def unmeasured(tmp_path_factory: pytest.TempPathFactory) -> Sequence[JudgedStatement]:
    return own_source(tmp_path_factory.mktemp("nothing measured")).judged


def test_latex_is_whole(unmeasured: list[JudgedStatement]) -> None:
    for each, wide in [(TABLE, ()), (table(unmeasured, "paper")[READERS], ("says",)), (summary(unmeasured), ())]:
        lines = latex(each, wide).splitlines()
        begin = re.fullmatch(r"\\begin\{longtable\}\{((?:[lr]|p\{6cm\})+)\}", lines[0])
        assert begin
        assert lines[-1] == r"\end{longtable}"
        assert len(re.findall(r"l|r|p\{6cm\}", begin[1])) == len(each.columns)
        rows = lines[lines.index(r"\endlastfoot") + 1 : -1]
        assert len(rows) == len(each)
        assert {cells(row) for row in rows} == {len(each.columns)}
        assert all(row.endswith(r"\\") for row in rows)
        text = "".join(rows)
        assert not re.search(r"(?<!\\)[%#$_]", re.sub(r"\\text\w+|\\[_%#$&{}]", "", text))
        assert {letter for letter in text if ord(letter) > 127} <= KNOWN
    assert r"a\_b \& 50 \% & 91.23 & 1 \\" in latex(TABLE)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(unmeasured: list[JudgedStatement], tmp_path: Path) -> None:
    tables = [latex(TABLE), latex(table(unmeasured, "paper")[READERS], ("says",)), latex(summary(unmeasured))]
    packages = r"\usepackage{longtable,booktabs}"
    (tmp_path / "tables.tex").write_text("\n".join([r"\documentclass{article}", packages, r"\begin{document}", *tables, r"\end{document}"]))
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert "Output written on tables.pdf" in said, said


def test_the_summary_counts_every_statement_once(unmeasured: list[JudgedStatement]) -> None:
    counts, card = summary(unmeasured), table(unmeasured, "paper")
    assert counts["statements"].sum() == (card["reading"] == "").sum() == len(unmeasured)
    assert counts[VERDICTS].sum().sum() == len(unmeasured)
    assert counts["measured"].sum() == 0
    assert card["budget"].unique() == "paper"
    assert counts.set_index("report").loc["A", "statements"] == sum(each.report == "A" for each in read_claims(CLAIMS).statements)


def test_1nn_is_gathered_over_seeds(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 93.0, "bigan-1": 95.0, "pixels-0": 97.0}.items():
        values(tmp_path, run, code={"train": value})
    table = knn(tmp_path).set_index("variant")
    assert table.loc["bigan", ["accuracy", "seeds"]].tolist() == [94.0, 2]
    assert pd.isna(table.loc["pixels", "spread"])


def test_the_table_of_protocols_puts_each_variant_in_every_reports_protocol(tmp_path: Path) -> None:
    values(tmp_path, "bigan-0", code={"test": 90.0, "train": 92.0}, hidden={"test": 1.0, "train": 96.0})
    values(tmp_path, "bigan-1", code={"test": 91.0, "train": 93.0}, hidden={"test": 1.0, "train": 97.0})
    values(tmp_path, "wide-0", code={"test": 94.0, "train": 95.0}, **{"code-255": {"train": 80.0}})
    values(tmp_path, "regressor-0", logits={"train": 88.0})
    values(tmp_path, "pixels-0", code={"test": 70.0, "train": 71.0})
    stated = {"A": {"bigan": 93.75}, "B": {}, "R": {"wide": 97.0, "not measured": 1.0}}
    table = knn_protocols_table(knn(tmp_path), stated, ["pixels"])
    nothing = None
    assert table.astype(object).where(table.notna(), None).to_numpy().tolist() == [
        # variant, trained, A, B and R report, code_test, code-255_train, code_train, logits_train, hidden_train
        ["pixels", False, nothing, nothing, nothing, 70.0, nothing, 71.0, nothing, nothing],
        ["wide", True, nothing, nothing, 97.0, 94.0, 80.0, 95.0, nothing, nothing],
        ["bigan", True, 93.75, nothing, nothing, 90.5, nothing, 92.5, nothing, 96.5],
        ["regressor", True, nothing, nothing, nothing, nothing, nothing, nothing, 88.0, nothing],
    ]


def test_lenet_scores_are_gathered_over_seeds_beside_what_is_reported(tmp_path: Path) -> None:
    files = [tmp_path / f"metrics/lenet_score/{run}.json" for run in ("wide-0", "wide-1", "alone-0")]
    for file, score in zip(files, (60.0, 62.0, 50.0), strict=True):
        write_json(file, {"score": score, "class_entropy": 3.0, "about": []})
    stated = {"wide": 76.2}
    wide, alone = lenet_score_table(files, stated).to_dict("records")
    assert wide == {"variant": "wide", "score": 61.0, "spread": pytest.approx(2**0.5), "seeds": 2, "reported": 76.2}
    assert (alone["score"], alone["seeds"]) == (50.0, 1)
    assert pd.isna(alone["spread"])
    assert pd.isna(alone["reported"])
    assert lenet_score_table([], stated).to_csv(index=False) == "variant,score,spread,seeds,reported\n"


def test_the_table_has_both_readings_of_the_report(tmp_path: Path) -> None:
    files = [tmp_path / f"{run}.json" for run in ("plain-gan-0", "plain-gan-1", "best-0")]
    for file, accuracy in zip(files, (90.0, 92.0, 97.0), strict=True):
        write_json(file, {"real-75": {"plain": accuracy - 1, "fine_tuned": accuracy}, "about": []})
    table = retraining_table(files, {"real-75": {"plain-gan": 92.3, "best": 97.7}})
    assert table.astype(object).where(table.notna(), None).to_numpy().tolist() == [
        ["plain-gan", "75", False, 90.0, pytest.approx(2**0.5), 2, None, None],
        ["plain-gan", "75", True, 91.0, pytest.approx(2**0.5), 2, 92.3, 97.7],
        ["best", "75", False, 96.0, None, 1, None, None],
        ["best", "75", True, 97.0, None, 1, 97.7, 92.3],
    ]
    unasked = retraining_table(files, {"real-50": {"best": 97.1}})
    assert unasked["accuracy"].equals(table["accuracy"]), "files may have mixtures that params.yaml no longer has"
    assert unasked["reported"].isna().all()
    empty = retraining_table([], {"real-75": {}}).to_csv(index=False)
    assert empty == "source,real,fine_tuned,accuracy,spread,seeds,reported,captioned\n"


def test_fidelity_is_gathered_over_seeds(tmp_path: Path) -> None:
    files = [tmp_path / f"{run}.json" for run in ("bigan-0", "bigan-1", "alone-0")]
    for file, distance in zip(files, (4.0, 6.0, 9.0), strict=True):
        real = {"entropy_real": 3.3, "confidence_real": 99.0, "inception_formula_real": 9.0, "frechet_real": 0.5, "about": []}
        write_json(file, {"entropy": 3.0, "confidence": 90.0, "inception_formula": 8.0, "frechet": distance, **real})
    collapses = [tmp_path / "collapse" / file.name for file in files[:2]]
    collapses[0].parent.mkdir()
    for file, variance in zip(collapses, (0.0, 0.8), strict=True):
        write_json(file, {"within_class_variance": variance, "collapsed": variance < 0.1, "about": []})
    one, alone = fidelity_table(files, collapses).to_dict("records")
    assert (one["variant"], one["frechet"], one["seeds"]) == ("bigan", 5.0, 2)
    assert one["frechet_spread"] == pytest.approx(2**0.5)
    assert (one["within_class_variance"], one["collapsed"]) == (0.4, 0.5)
    assert (alone["frechet"], alone["seeds"], alone["frechet_real"]) == (9.0, 1, 0.5)
    assert pd.isna(alone["collapsed"])
    header = "variant,entropy,confidence,inception_formula,frechet,frechet_real,frechet_spread,seeds,within_class_variance,collapsed\n"
    assert fidelity_table([], []).to_csv(index=False) == header


def test_files_are_those_of_the_seeds_and_variants_asked_for_in_their_order(tmp_path: Path) -> None:
    for run in ("wide-0", "bigan-0", "bigan-1", "bigan-7", "other-0"):
        values(tmp_path, run, code={"test": 1.0})
    found = metrics_files(tmp_path, "knn", ["wide", "bigan", "not-run"], [0, 1])
    assert [file.stem for file in found] == ["wide-0", "bigan-0", "bigan-1"]


def test_a_training_is_a_row_a_variant_and_seed(tmp_path: Path) -> None:
    for seed in (0, 1):
        write_json(tmp_path / f"bigan-{seed}.json", {"epoch": 8 + seed, "about": [{"variant": "bigan", "seed": seed}]})
    table = training_table([tmp_path / "bigan-0.json", tmp_path / "bigan-1.json"])
    assert table.to_dict("records") == [{"variant": "bigan", "seed": seed, "epoch": 8 + seed} for seed in (0, 1)]


def test_all_tables_of_a_budget_are_of_its_variants_and_seeds(tmp_path: Path) -> None:
    for run in ("wide-0", "wide-1", "gone-0", "untrained-wide-1", "pixels-0", "pixels-1"):
        values(tmp_path, run, code={"test": 1.0, "train": 2.0})
    tables = build_tables(tmp_path, MeasuredRuns(["wide", "never-run"], ["untrained-wide"], ["pixels"], [1]), read_claims(CLAIMS), [75])
    assert list(tables) == ["knn", "knn_protocols", "lenet_score", "fidelity", "retraining", "training"]
    assert tables["knn"]["variant"].unique().tolist() == ["pixels", "untrained-wide", "wide"]
    assert tables["knn"]["seeds"].eq(1).all()
    assert dict(tables["knn_protocols"][["variant", "trained"]].to_numpy()) == {"pixels": False, "untrained-wide": False, "wide": True}
    assert [name for name, each in tables.items() if each.empty] == ["lenet_score", "fidelity", "retraining", "training"]


def values(folder: Path, run: str, **found: object) -> None:
    write_json(folder / f"metrics/knn/{run}.json", {**found, "about": []})
