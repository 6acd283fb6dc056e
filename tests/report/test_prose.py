"""Numbers in prose are those of the metrics."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.helpers.project import ROOT
from tests.helpers.small_page import PAIRS
from workflow.io.errors import UserError
from workflow.io.files import write_json
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.report import prose
from workflow.report.claims import read_claims
from workflow.report.equivalence import KNN, Equivalence
from workflow.report.findings import Finding, filled
from workflow.report.known import gather_sources
from workflow.report.page.contents import MainStatement, Report
from workflow.report.page.inputs import gather_published_page
from workflow.report.page.statements import ReadingView


class Committed(NamedTuple):
    """What Git holds: the findings, and what both READMEs say of them."""

    findings: list[Finding]
    markdown: str
    reports: str


@pytest.fixture(scope="module")
def committed() -> Committed:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        params, claims = load(), read_claims(paths.CLAIMS)
        page = gather_published_page(
            params, training_groups(load(GRAPH)["stages"]), claims, gather_sources(None, params["budgets"], claims), {}
        )
        pictures = {name: each[0].file for name, each in page.pictures.items()} | {file.stem: file for file in Path("docs").glob("*.png")}
        reports = prose.reports_readme(page.statements, page.precisions)
        return Committed(page.findings, prose.summary_markdown(page, pictures), reports)


def test_the_readme_of_the_reports_is_made_from_their_metrics(committed: Committed) -> None:
    assert committed.reports == (ROOT / "reports/README.md").read_text(encoding="utf-8"), "run `make page`"


def test_the_precision_study_is_told_as_soon_as_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = prose.reports_readme([], [Equivalence("bigan", KNN, *PAIRS)])
    row = "| `bigan` | 1NN accuracy, A's protocol, % | 5 | 4.50 ± 0.50 | 4.60 ± 0.33 | 0.5 | 0.10, −0.08 to 0.28 | 1.00 | the same |"
    assert row in text
    assert "float32 and bfloat16 measure the same" in text
    assert "Does bfloat16" not in prose.reports_readme([], [])


def test_the_findings_in_the_readme_are_those_of_the_metrics(committed: Committed) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert prose.with_findings(readme, committed.markdown) == readme, "run `make page`"


def test_the_published_page_opens_on_the_same_findings(committed: Committed) -> None:
    page = (ROOT / "docs/index.html").read_text(encoding="utf-8")
    said = " ".join(unescape(re.sub("<[^>]+>", "", page[: page.index('id="forests"')])).split())
    for each in committed.findings.values():
        assert each.says in said, "run `make page`"
        assert each.why in said, "run `make page`"
        assert each.more in said, "run `make page`"


def test_links_of_the_prose_lead_to_files(committed: Committed) -> None:
    texts = {ROOT / "reports": committed.reports, ROOT: committed.markdown}
    linked = [folder / link for folder, text in texts.items() for link in re.findall(r"\]\(([^)#]+)\)", text)]
    assert len(linked) > 20
    assert [str(file) for file in linked if not file.exists()] == []


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("reports/cpu/figures/strips-bigan-0.png", " Here: bigan-0 of `cpu`."),
        ("reports/cpu/figures/starts-0.png", " Here: seed 0 of `cpu`."),
        ("reports/cpu/figures/protocols.png", " Here: all runs of `cpu`."),
        ("docs/said_measured-D.png", ""),
    ],
)
def test_a_picture_of_one_budget_says_of_which_run_it_is(file: str, where: str) -> None:
    finding = Finding(headline="true", says="It is.", why="So.", more="", pictures=["picture"])
    text = prose.findings_markdown({"A": finding}, {"picture": Path(file)})
    assert text.endswith(f"{where}*")
    assert ("Here:" in text) == bool(where)


def test_the_main_statement_of_each_report_is_a_row_whether_or_not_it_was_measured() -> None:
    one = ReadingView("A-1", "", ["bigan"], 3, [], "", [], True, "93.75", 94.0, 0.5, None, 4, "reproduced", share=1.0)
    other = replace(one, reported=None, measured=None, verdict="not run", share=None)
    report = Report(title="", source=None, main=MainStatement(statement="A-1", says="1NN, %"), places=[])
    *_, first, second = prose.main_markdown([("A", report, one), ("B", report, other)]).splitlines()
    assert [cell.strip() for cell in first.split("|")[1:-1]] == ["A", "1NN, %", "93.75", "94.00 ± 0.50 (all epochs, 4 seeds)", "reproduced"]
    assert [cell.strip() for cell in second.split("|")[1:-1]] == ["B", "1NN, %", "–", "–", "not measured"]


def test_findings_replace_only_what_is_between_their_marks() -> None:
    text = f"before\n{prose.BEGIN}\nold\n{prose.END}\nafter\n"
    filled = prose.with_findings(text, "- new")
    assert filled == f"before\n{prose.BEGIN}\n- new\n{prose.END}\nafter\n"
    assert prose.with_findings(filled, "- new") == filled
    for without in ("no marks", prose.BEGIN):
        with pytest.raises(UserError, match=r"README\.md: found no findings to replace"):
            prose.with_findings(without, "- new")


@pytest.mark.parametrize("text", ["here {A-2.3-1nn} too", "here {A-2.3-1nn.measured", "here A-2.3-1nn.measured}"])
def test_a_placeholder_without_a_field_or_a_brace_is_one_line(text: str) -> None:
    with pytest.raises(UserError, match=r"^[^\n]*findings\.yaml: found here [^\n]*, allowed: \{<statement>\.<what>\}, with both braces$"):
        filled(text, [], [])


def test_a_number_that_was_not_measured_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"cpu, knn\.code\.test of bigan-0: not measured$"):
        prose.value("cpu", "knn.code.test", "bigan")
    for asked in (prose.seeds, prose.mean_of, prose.counted, prose.apart, prose.number):
        with pytest.raises(UserError, match=r"cpu, knn\.code\.test of bigan: not measured$"):
            asked("cpu", "knn.code.test", "bigan")
    write_json(Path("reports/cpu/metrics/knn/bigan-0.json"), {"code": {"test": 90.0}, "about": []})
    with pytest.raises(UserError, match=r"a second seed of bigan's knn\.code\.test: not measured$"):
        prose.apart("cpu", "knn.code.test", "bigan")
    Path("reports/cpu/losses").mkdir()
    Path("reports/cpu/losses/bigan-0.tsv").write_text("epoch\tgenerator\n1\t2.0\n")
    with pytest.raises(UserError, match=r"epoch 40 of losses/bigan-0: not measured$"):
        prose.at("cpu", "losses/bigan-0", "generator", 40)


def test_numbers_are_put_into_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "reports/paper/metrics/train"
    folder.mkdir(parents=True)
    for run, score in {"a-0": 97.0, "a-1": 98.0, "a-2": 99.0, "b-0": 99.5, "c-1": 95.0, "c-2": 97.0}.items():
        write_json(folder / f"{run}.json", {"score": score, "collapsed": run in ("a-0", "a-2")})
    assert prose.mean_of("paper", "train.score", "a") == "98.00 ± 1.00"
    assert prose.mean_and_seeds("paper", "train.score", "a") == "98.00 ± 1.00 (3)"
    assert prose.mean_of("paper", "train.score", "b", 1) == prose.mean_and_seeds("paper", "train.score", "b", 1) == "99.5"
    assert prose.seeds("paper", "train.score", "a", 0) == "97, 98 and 99"
    assert prose.change("paper", "train.score", "a", "b", 1) == "−2.5"
    assert prose.mean_change("paper", "train.score", "a", "c", 1) == "2.5 ± 0.7", "3 and 2, of the two seeds of both"
    with pytest.raises(UserError, match=r"paper, a seed of both b's and c's train\.score: not measured$"):
        prose.mean_change("paper", "train.score", "b", "c")
    assert prose.apart("paper", "train.score", "a") == "6.1", "4.303 (t of two degrees of freedom, both sides 5 %) times the root of 2"
    assert prose.counted("paper", "train.collapsed", "a") == "2 of 3"
