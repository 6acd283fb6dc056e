"""What is known: the best of several budgets' results, findings made from it, and the checksums that stand for it."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.project import ROOT
from workflow.io.errors import UserError
from workflow.io.files import write_json
from workflow.params.model import load, validate
from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.report import known as module
from workflow.report.claims import read_claims
from workflow.report.findings import FINDINGS, Findings, filled, findings
from workflow.report.hypotheses import Hypotheses, read_hypotheses
from workflow.report.hypothesis_verdicts import judge_hypotheses
from workflow.report.known import CHECKSUMS, KnownStatement, Source, checksums, gather_sources, judged_source, known, read_committed
from workflow.report.page.pictures import gather_pictures, shown_pictures
from workflow.report.page.statements import shown
from workflow.report.runs import Runs
from workflow.report.said_measured import Said
from workflow.report.scorecard import Judgement
from workflow.report.tally import followed_indications
from workflow.report.verdicts import Verdict

CLAIMS = read_claims(ROOT / "workflow/report/claims.yaml")
HYPOTHESES = judge_hypotheses(read_hypotheses(ROOT / "workflow/report/hypotheses.yaml", CLAIMS, load(ROOT / "params.yaml")["budgets"]), {})
FULL, SHORT = 400, 40


def source(
    folder: Path, name: str, own: bool = False, epochs: int = FULL, changes: dict[str, str] | None = None, **knn: list[float]
) -> Source:
    """Results of a budget: 1NN in A's protocol by variant and seed."""
    seeds = list(range(max((len(values) for values in knn.values()), default=1)))
    for variant, values in knn.items():
        for seed, value in enumerate(values):
            run = f"{variant.replace('_', '-')}-{seed}"
            about = [
                {"family": "bigan", "start": None, "own_epochs": FULL, "all_images": True, "dataset": "mnist", "changes": changes or {}}
            ]
            features = {features: {"train": value, "test": value} for features in ("code", "hidden", "code-255")}
            write_json(folder / name / f"metrics/knn/{run}.json", {**features, "about": []})
            write_json(
                folder / name / f"metrics/train/{run}.json", {"planned_epochs": epochs, "mean_discriminator_accuracy": 0.7, "about": about}
            )
    return judged_source(MeasuredBudget(name=name, dataset="mnist", seeds=seeds), own, CLAIMS, folder / name)


def with_judgement(nothing: Source, place: int, budget: str, judgement: Judgement) -> Source:
    """Results of another budget in which one statement was measured and judged so."""
    judged = list(nothing.judged)
    primary = judged[place].primary
    measurement = replace(primary.measurement, values={0: 1.0, 1: 2.0}, seeds=2, unlike=None, evidence=Runs(1.5, 1.0, 5, 4))
    judged[place] = replace(judged[place], primary=replace(primary, measurement=measurement, judgement=judgement))
    return replace(nothing, budget=budget, judged=judged)


def first(sources: list[Source]) -> KnownStatement:
    return next(each for each in known(sources) if each.best.statement.id == "A-2.3-1nn")


def test_a_verdict_counts_more_than_an_indication_and_a_primary_reading_more_than_another(tmp_path: Path) -> None:
    nothing = source(tmp_path, "nothing")
    described = source(tmp_path, "described", epochs=SHORT, bigan=[88.0])
    short = source(tmp_path, "short", epochs=SHORT, bigan_as_coded=[92.0])
    one_seed = source(tmp_path, "one-seed", bigan_as_coded=[92.0])
    full = source(tmp_path, "full", bigan_as_coded=[93.7, 93.75, 93.8, 93.72, 93.78])
    ordered = [nothing, described, short, one_seed, full]
    for number in range(1, len(ordered)):
        assert first(ordered[: number + 1]).source.budget == ordered[number].budget
    assert first(ordered).best.primary.judgement.verdict == "reproduced"
    assert [each.budget for each, _ in first(ordered).beside] == ["one-seed", "short"]


def test_verdicts_from_several_budgets_are_to_be_right_together(tmp_path: Path) -> None:
    """Two p-values of 0.04: each stands alone in its budget, and neither beside the other."""
    nothing = source(tmp_path, "nothing")
    places = [number for number, each in enumerate(nothing.judged) if each.statement.report == "D"][:2]
    sources = []
    for place in places:
        judgement = Judgement(Verdict.NOT_REPRODUCED, (1.0, 2.0), p_value=0.04)
        sources.append(with_judgement(nothing, place, f"budget {place}", judgement))
    alone, together = known(sources[:1]), known(sources)
    assert alone[places[0]].best.primary.judgement.verdict == "not reproduced"
    for place in places:
        found = together[place].best.primary.judgement
        assert (together[place].source.budget, found.verdict, found.corrected) == (f"budget {place}", "inconclusive", True)


@pytest.mark.parametrize(("p_value", "found"), [(0.02, "not reproduced"), (0.04, "inconclusive")])
def test_a_verdict_is_the_best_of_as_many_tests_as_budgets_made(tmp_path: Path, p_value: float, found: str) -> None:
    nothing = source(tmp_path, "nothing")
    place = next(number for number, each in enumerate(nothing.judged) if each.statement.id == "A-2.3-1nn")
    sources = []
    for budget, verdict, p in (("undecided", Verdict.INCONCLUSIVE, 0.3), ("decided", Verdict.NOT_REPRODUCED, p_value)):
        sources.append(with_judgement(nothing, place, budget, Judgement(verdict, p_value=p)))
    assert first(sources).source.budget == "decided"
    assert first(sources).best.primary.judgement.verdict == found


def test_indications_that_a_verdict_has_followed_are_counted_by_whether_they_were_right(tmp_path: Path) -> None:
    full = source(tmp_path, "full", bigan_as_coded=[93.7, 93.75, 93.8, 93.72, 93.78])
    near, far = (source(tmp_path, name, epochs=SHORT, bigan_as_coded=[value]) for name, value in (("near", 93.75), ("far", 80.0)))
    said = followed_indications([first([full, near, far])])
    assert said == "Evidence can mislead: beside verdicts of another budget, it pointed the other way 1 of 2 times."
    assert followed_indications([first([near, far])]) == "", "no verdict has followed"


def test_of_two_results_of_one_worth_the_first_counts_and_the_pages_own_stands_beside_it(tmp_path: Path) -> None:
    committed, other = (source(tmp_path, name, epochs=SHORT, bigan_as_coded=[92.0]) for name in ("cpu", "demo"))
    own = source(tmp_path, "mine", own=True, epochs=4, bigan_as_coded=[70.0])
    found = first([committed, other, own])
    assert (found.source.budget, [each.budget for each, _ in found.beside]) == ("cpu", ["mine", "demo"])
    statement = shown(found)
    primary, beside = statement.primary, statement.beside[0]
    assert (primary.measured, primary.budget, primary.own) == (92.0, "cpu", False)
    assert (beside.id, beside.measured, beside.budget, beside.own) == ("A-2.3-1nn-at-mine", 70.0, "mine", True)


def test_another_reading_of_the_pages_own_run_stands_beside_a_committed_primary_one(tmp_path: Path) -> None:
    committed = source(tmp_path, "cpu", epochs=SHORT, bigan_as_coded=[92.0])
    other = source(tmp_path, "demo", epochs=SHORT, bigan=[80.0])
    own = source(tmp_path, "mine", own=True, epochs=SHORT, bigan=[70.0])
    statement = shown(first([committed, other, own]))
    assert statement.primary.measured == 92.0
    assert [(each.id, each.name, each.measured) for each in statement.beside] == [("A-2.3-1nn-at-mine-as-described", "as described", 70.0)]


def test_another_reading_is_shown_from_the_best_result_that_has_it(tmp_path: Path) -> None:
    coded = source(tmp_path, "coded", bigan_as_coded=[93.7, 93.75, 93.8, 93.72, 93.78])
    short, one_seed = (source(tmp_path, name, epochs=epochs, bigan=[80.0]) for name, epochs in (("short", SHORT), ("one-seed", FULL)))
    described = source(tmp_path, "described", bigan=[93.7, 93.75, 93.8, 93.72, 93.78])
    for sources, budget in (([coded, short, one_seed], "one-seed"), ([coded, short, one_seed, described], "described"), ([coded], "coded")):
        found = first(sources)
        assert (found.source.budget, found.sources_of_others[0].budget) == ("coded", budget)
        reading = shown(found).others[0]
        assert (reading.name, reading.budget, reading.measured is None) == ("as described", budget, budget == "coded")
    assert (
        filled("{A-2.3-1nn/as described.measured}", known([coded, short]), []) == "80.00 (as described, budget short, 10 % of the epochs)"
    )


def test_another_reading_of_the_pages_own_run_is_shown_once(tmp_path: Path) -> None:
    committed = source(tmp_path, "cpu", epochs=SHORT, bigan_as_coded=[92.0])
    own = source(tmp_path, "mine", own=True, epochs=SHORT, bigan=[70.0])
    statement = shown(first([committed, own]))
    assert [(each.name, each.measured, each.own) for each in statement.others[:1]] == [("as described", 70.0, True)]
    assert statement.beside == []


def test_what_nothing_has_measured_is_the_pages_own(tmp_path: Path) -> None:
    found = known([source(tmp_path, "cpu"), source(tmp_path, "mine", own=True)])
    assert {each.source.budget for each in found if each.best.primary.measurement.centre is None} == {"mine"}


def test_a_budget_whose_folder_or_parameters_are_missing_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here = {name: {"name": name, "dataset": "mnist", "seeds": [0]} for name in ("mine", "cpu", "paper")}
    mine = {"mine": here["mine"]}
    (tmp_path / "reports/cpu/metrics").mkdir(parents=True)
    assert [(each.budget, each.own) for each in gather_sources("mine", mine, CLAIMS)] == [("mine", True)]
    assert [(each.budget, each.own) for each in gather_sources("mine", here, CLAIMS)] == [("cpu", False), ("mine", True)]
    assert gather_sources(None, mine, CLAIMS) == []


def test_findings_take_every_number_and_verdict_from_the_results(tmp_path: Path) -> None:
    short = source(tmp_path, "cpu", epochs=SHORT, bigan_as_coded=[92.4])
    assert "93.75 %; here 92.40 (budget cpu, 10 % of the epochs): no verdict yet; evidence against it from a shorter training" in sentence(
        [short]
    )
    changed = source(tmp_path, "changed", changes={"normalize_discriminator": "no"}, bigan_as_coded=[94.2])
    assert "here 94.20 (budget changed): no verdict yet; evidence for it from a training with other parameters" in sentence([changed])
    described = source(tmp_path, "described", bigan=[88.0, 89.0])
    undecided = "here 88.50 ± 0.71 (as described, budget described, 2 seeds): no verdict without more seeds; evidence against it so far"
    assert undecided in sentence([described])
    full = source(tmp_path, "full", bigan_as_coded=[93.7, 93.75, 93.8, 93.72, 93.78])
    assert "93.75 %; here 93.75 ± 0.04 (budget full, 5 seeds): reproduced" in sentence([full])
    assert "93.75 %; here not measured: no verdict" in sentence([source(tmp_path, "nothing")])


@pytest.mark.parametrize(
    ("values", "reason", "outcome"),
    [
        ([93.7], "too few seeds: a single one has no spread", "no verdict without more seeds"),
        ([93.7, 93.8], "too few seeds: 3 more would decide, at this mean and spread", "no verdict without more seeds"),
        (
            [93.6, 92.9, 93.5, 92.92],
            "not even 1000 seeds would decide, at this mean and spread",
            "no verdict, which more seeds with this mean and spread would not change",
        ),
    ],
)
def test_what_is_undecided_says_whether_more_seeds_would_decide(tmp_path: Path, values: list[float], reason: str, outcome: str) -> None:
    full = source(tmp_path, "full", bigan_as_coded=values)
    assert shown(first([full])).primary.reason == reason
    assert f"): {outcome}" in sentence([full])


def test_a_finding_may_tell_of_another_reading_besides(tmp_path: Path) -> None:
    both = source(tmp_path, "cpu", epochs=SHORT, bigan_as_coded=[92.4], bigan=[84.05])
    text = "{A-2.3-1nn.measured}, {A-2.3-1nn/as described.measured}"
    assert filled(text, known([both]), []) == "92.40 (budget cpu, 10 % of the epochs), 84.05 (as described, budget cpu, 10 % of the epochs)"
    coded = source(tmp_path, "coded", bigan_as_coded=[92.4])
    assert filled("{A-2.3-1nn/as described.measured}", known([coded]), []) == "not measured"
    assert filled(text, known([coded, both]), []) == "92.40 (budget coded), 84.05 (as described, budget cpu, 10 % of the epochs)"


def sentence(sources: list[Source]) -> str:
    return findings(known(sources), HYPOTHESES)["A"].says


def test_the_texts_of_findings_have_no_number_of_their_own() -> None:
    texts = Findings.model_validate(load(FINDINGS)).findings
    assert list(texts) == list("ABCDER")
    for text in texts.values():
        assert re.findall(r"\d", re.sub(r"\{[^}]*\}|1NN", "", text.headline + text.says + text.why + text.more)) == []


def test_a_reason_is_told_with_what_it_rests_on_and_where_it_fails(tmp_path: Path) -> None:
    content = {
        "rows": {"seen": ["a", "b", "c"], "unseen": ["d"]},
        "hypotheses": [
            {
                "id": "D-H",
                "report": "D",
                "explains": "it",
                "says": "so",
                "written": date(2026, 11, 25),
                "before": "plain",
                "after": "so",
                "tuned_on": ["seen"],
                "tried": 1,
                "refuted_by": "more",
                "predicts": [{"rows": rows, "quantity": "distance", "between": [None, 5.0]} for rows in ("seen", "unseen")],
            }
        ],
    }
    hypotheses = validate(Hypotheses, content, file=tmp_path)

    def told(**results: dict[str, Said]) -> str:
        return filled("{D-H.told}", [], judge_hypotheses(hypotheses, results))

    def off(*by: float) -> dict[str, Said]:
        return {
            row: Said(10.0 * number, 10.0 * number, dict.fromkeys(range(3), 10.0 * number + each))
            for number, (row, each) in enumerate(zip("abcd", by, strict=True))
        }

    assert told() == "not tested yet, as trainings are missing"
    assert told(so=off(1, 1, 1, 1), plain=off(30, 30, 30, 30)) == (
        "supported: 3 rows are 1.0 points off on average (budget so, 3 seeds) instead of 30.0 (budget plain, 3 seeds); "
        "two seeds are 0.0 from each other; rank correlation 1.00"
    )
    one_seed = {row: Said(each.low, each.high, {0: each.measured[0]}) for row, each in off(1, 1, 1, 1).items()}
    assert told(so=one_seed) == "open: 3 rows are 1.0 points off on average (budget so, 1 seed); rank correlation 1.00"
    assert told(so=off(-1, -1, -1, -12)).endswith("unseen: at most 5 predicted, 12.00 measured")
    assert told(so=off(1, 1, 1, 8)).endswith(
        "rank correlation 1.00; mean distance from what is stated, unseen: at most 5 predicted, 8.00 measured"
    )


@pytest.mark.parametrize("wrong", ["{A-2.3-1n.measured}", "{A-2.3-1nn.measurd}", "{D-H0.told}", "{D-H1.tld}"])
def test_a_finding_of_what_there_is_not_is_one_clear_line(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(UserError, match=r"^[^\n]*" + re.escape(wrong)):
        filled(f"It is {wrong}.", known([source(tmp_path, "cpu")]), HYPOTHESES)


def test_pictures_are_those_of_the_best_results_and_the_pages_own(tmp_path: Path) -> None:
    sources = [source(tmp_path, "paper"), source(tmp_path, "cpu"), source(tmp_path, "mine", own=True)]
    for budget, name, height in (
        ("paper", "protocols", 60),  # "nothing was measured"
        ("cpu", "protocols", 300),
        ("mine", "protocols", 400),
        ("cpu", "map-bigan-0", 300),
        ("cpu", "map-bigan-1", 300),
        ("mine", "map-bigan-0", 300),
        ("cpu", "ranks-D-2.2-table-1", 300),
        ("cpu", "starts-0", 300),  # of two variants
        ("mine", "said_measured-D", 300),  # of other budgets, too
    ):
        (tmp_path / budget / "figures").mkdir(parents=True, exist_ok=True)
        Image.new("L", (400, height)).save(tmp_path / budget / f"figures/{name}.png")
    pictures = gather_pictures(sources)
    assert {name: [each.budget for each in found] for name, found in pictures.items()} == {
        "protocols": ["mine", "cpu"],
        "map-bigan": ["cpu", "mine"],
        "ranks-D-2.2-table-1": ["cpu"],
        "starts": ["cpu"],
    }
    assert (pictures["map-bigan"][0].kind, pictures["map-bigan"][0].run) == ("map", RunId("bigan", 0))
    assert (pictures["starts"][0].kind, pictures["starts"][0].run) == ("starts", None)
    assert (pictures["ranks-D-2.2-table-1"][0].kind, pictures["ranks-D-2.2-table-1"][0].run) == ("ranks", None)
    assert [each.own for each in shown_pictures(pictures["map-bigan"])] == [False, True]


def test_the_checksums_of_the_committed_results_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    supposed = {name for each in HYPOTHESES for name in (each.hypothesis.before, each.hypothesis.after)}
    committed = read_committed()
    assert checksums(committed.shown, supposed, committed.compared) == CHECKSUMS.read_text(), "run `make page`"


@pytest.mark.parametrize("changed", ["metrics/knn/bigan-0.json", "figures/map-bigan-0.png", "losses/bigan-0.tsv"])
def test_checksums_change_with_what_a_page_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    monkeypatch.setattr(module.paths, "reports", lambda budget: tmp_path / budget)
    before = checksums(["cpu", "paper"], [], []).splitlines()
    (tmp_path / "cpu" / changed).parent.mkdir(parents=True)
    (tmp_path / "cpu" / changed).write_text("something")
    after = checksums(["cpu", "paper"], [], []).splitlines()
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True]


def test_checksums_change_with_what_hypotheses_are_judged_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert checksums([], ["d-h1", "d-h2"], []) == "", "none has run"
    file = paths.said_measured("d-h1")
    file.parent.mkdir(parents=True)
    found = []
    for text in ("one", "another"):
        file.write_text(text)
        found += checksums([], ["d-h1", "d-h2"], []).splitlines()
    first, second = found
    assert first.endswith(f"  {file}")
    assert second.endswith(f"  {file}")
    assert first != second


@pytest.mark.parametrize(("changed", "same"), [("metrics/train/cgan-0.json", False), ("metrics/knn/cgan-0.json", True)])
def test_checksums_change_with_the_trainings_of_budgets_that_a_page_only_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, same: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    before = checksums([], [], ["d-h1"])
    file = paths.reports("d-h1") / changed
    file.parent.mkdir(parents=True)
    file.write_text("something")
    assert (checksums([], [], ["d-h1"]) == before) == same
    assert before.endswith("  reports/d-h1/metrics/train\n")


def test_whatever_git_holds_the_results_of_says_once_where_and_when_they_were_measured() -> None:
    found = read_committed()
    said = [*found.shown, *found.compared]
    held = subprocess.run(["git", "ls-files", "reports/*/metrics/*"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert sorted(said) == sorted({file.split("/")[1] for file in held.splitlines()})
