"""dvc.yaml as Snakemake's rules, and what Snakemake then runs."""

import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from networkx import DiGraph
from snakemake.cli import get_argument_parser
from snakemake.scheduling.job_scheduler import JobRateLimiter
from snakemake.settings.types import DAGSettings, MaxJobsPerTimespan

from tests.helpers.project import ROOT, Project
from tests.helpers.tiny_graph import GATHER, MAKE, tiny_graph, write_stages
from workflow.pipeline import durations, snakemake
from workflow.pipeline.job import DIFFERS, FORCED
from workflow.pipeline.rules import Rule, rules
from workflow.pipeline.snakemake import Graph, forced, gpu_available, without_default_rate_limit
from workflow.pipeline.staleness import ResolvedStage, minutes_to_end

PARAMS = {
    "compute": {"threads": 2},
    "budget": {"name": "tiny", "dataset": "digits", "seeds": [0, 1], "plain": {"gan": {}, "wgan": {}}, "nothing": {}, "list": []},
}
META = {"conda": "gan", "resources": {"gpu": 1, "mem_mb": 9}}
TRAIN: dict[str, Any] = {
    "matrix": {"dataset": ["${budget.dataset}"], "variant": "${budget.plain}", "seed": "${budget.seeds}"},
    "outs": ["models/${budget.name}/${item.variant}-${item.seed}.pt", "raw/${item.variant}-${item.seed}"],
    "params": ["budget.name", "compute"],
    "plots": [{"losses/${item.variant}-${item.seed}.tsv": {"x": "epoch"}}],
    "meta": META,
}


def rule(entry: dict[str, Any], gpus: bool = True) -> Rule:
    (found,) = rules({"train": entry}, PARAMS, gpus)
    return found


def test_an_axis_with_several_values_is_a_wildcard_and_one_with_a_single_value_is_filled_in() -> None:
    found = rule(TRAIN)
    assert found.stage == "train@digits-{variant}-{seed}"
    assert found.files == ["models/tiny/{variant}-{seed}.pt", "losses/{variant}-{seed}.tsv"]
    assert found.folders == ["raw/{variant}-{seed}"]
    assert found.constraints == {"variant": "gan|wgan", "seed": "0|1"}


def test_a_stage_of_one_item_has_no_wildcards() -> None:
    found = rule({**TRAIN, "matrix": {"variant": ["gan"], "seed": [0]}})
    assert (found.stage, found.files[0], found.constraints) == ("train@gan-0", "models/tiny/gan-0.pt", {})
    alone = rule({"outs": ["all.txt"], "meta": META})
    assert (alone.name, alone.stage, alone.files) == ("train", "train", ["all.txt"])


@pytest.mark.parametrize("empty", ["${budget.nothing}", "${budget.list}", []])
def test_an_empty_axis_makes_no_rule(empty: object) -> None:
    assert rules({"train": {**TRAIN, "matrix": {"variant": empty, "seed": [0]}}}, PARAMS, gpus=True) == []


def test_the_stages_variables_are_filled_in() -> None:
    found = rule({"vars": [{"family": "gan"}, {"kind": "x"}], "outs": ["${family}/${kind}.txt"], "meta": META})
    assert found.files == ["gan/x.txt"]


def test_a_job_asks_for_a_gpu_only_where_there_may_be_one() -> None:
    assert rule(TRAIN).resources == {"gpu": 1, "mem_mb": 9}
    assert rule(TRAIN, gpus=False).resources == {"mem_mb": 9}


def test_a_stage_that_computes_has_the_threads_of_params_yaml_and_any_other_has_one() -> None:
    assert rule(TRAIN).threads == 2
    assert rule({**TRAIN, "params": ["budget.name"]}).threads == 1
    assert rule({"outs": ["a"], "meta": {"conda": "data"}}).threads == 1


@dataclass(frozen=True)
class Timed:
    """As much of one of DVC's stages as its way to the end needs."""

    name: str
    runtime: int

    @property
    def meta(self) -> dict[str, Any]:
        return {"resources": {"runtime": self.runtime}}


def test_a_stage_with_a_longer_way_to_the_end_goes_before_one_that_may_take_longer() -> None:
    page, map_figure, score, long_figure = Timed("page", 10), Timed("map", 10), Timed("score", 20), Timed("figure", 25)
    needs = [(page, map_figure), (map_figure, score), (page, long_figure)]
    assert minutes_to_end(DiGraph(needs)) == {page: 10, map_figure: 20, score: 40, long_figure: 35}


def test_a_gpu_that_cannot_be_used_is_said_with_the_time_that_the_cpu_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(snakemake, "GPUS", (str(tmp_path),))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setattr(durations, "TAKEN", tmp_path / "none")  # what it took on this machine
    stale = ["train_lenet@mnist"]
    assert not gpu_available("auto", stale)
    said = r"the GPU cannot be used: .+; computing on the CPU: about 70 s of work for one core\n"
    assert re.fullmatch(said, capsys.readouterr().err)
    assert gpu_available("cuda", stale), "its jobs say what is wrong"
    assert gpu_available("auto", []), "nothing to train: PyTorch is not asked, which takes seconds"
    monkeypatch.setattr(snakemake, "GPUS", (str(tmp_path / "none"),))
    assert not gpu_available("auto", stale)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("limit", "kept"), [(None, False), ("2/1m", True), ("100/1m", True)])
def test_only_a_rate_that_a_user_asks_for_limits_how_fast_jobs_start(limit: str | None, kept: bool) -> None:
    default = get_argument_parser().get_default("max_jobs_per_timespan")
    scheduler = SimpleNamespace(job_rate_limiter=JobRateLimiter(MaxJobsPerTimespan.parse_choice(limit or default)))
    without_default_rate_limit(scheduler)
    assert (scheduler.job_rate_limiter is not None) == kept


def test_the_scheduler_of_another_snakemake_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snakemake.dvc_patches, "version", lambda _: "9.9.9")
    without_default_rate_limit(SimpleNamespace())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A tiny graph that has run; each test leaves it so that nothing is to be done, or writes another dvc.yaml."""
    project = tiny_graph(tmp_path_factory.mktemp("tiny") / "project")
    assert project.planned() == {"make": 2, "gather": 1}
    assert project.snakemake() == ["gather", "make@digits-a", "make@digits-b"]
    return project


def test_what_has_run_is_up_to_date_for_both_tools(project: Project) -> None:
    assert project.is_clean()
    assert len((project.folder / "all.txt").read_text().splitlines()) == 2


def test_a_lost_output_comes_back_from_the_cache(project: Project) -> None:
    (project.folder / "out/b.txt").unlink()
    assert project.planned() == {"make": 1, "gather": 1}
    assert project.snakemake() == []
    assert project.is_clean()


def test_an_edit_of_a_stages_variables_runs_it_and_going_back_runs_nothing(project: Project) -> None:
    write_stages(project, make={**MAKE, "vars": [{"greeting": "hi"}]}, gather=GATHER)
    assert project.snakemake() == ["gather", "make@digits-a", "make@digits-b"]
    write_stages(project, make=MAKE, gather=GATHER)
    assert project.snakemake() == []
    assert project.is_clean()


def test_files_of_tomorrow_run_nothing(project: Project) -> None:
    tomorrow = time.time() + 86_400
    for path in ("out/a.txt", "all.txt"):
        os.utime(project.folder / path, (tomorrow, tomorrow))
    assert project.planned() == {}


ALL = ["gather", "make@digits-a", "make@digits-b"]


@pytest.mark.parametrize(
    ("settings", "stages"),
    [
        (DAGSettings(forceall=True), ALL),
        (DAGSettings(forcerun={"make"}), ALL[1:]),
        (DAGSettings(targets={"out/b.txt"}, forcetargets=True), ALL[2:]),
        (DAGSettings(forcerun={"all.txt"}), ALL[:1]),
    ],
)
def test_what_is_forced_are_all_stages_or_those_of_some_rules_or_files(settings: DAGSettings, stages: list[str]) -> None:
    outputs = {"gather": "all.txt", "make@digits-a": "out/a.txt", "make@digits-b": "out/b.txt"}
    graph = {name: ResolvedStage([], [output], stale=False, minutes_to_end=0) for name, output in outputs.items()}
    assert forced(graph, settings) == stages


def test_what_is_forced_computes_and_is_silent_about_the_same_result(project: Project) -> None:
    assert project.snakemake("--cores", "2", "--forcerun", "make") == ALL[1:]
    assert not any((project.folder / DIFFERS).glob("*"))
    assert project.planned() == {}


def test_a_dry_run_forces_nothing(project: Project) -> None:
    assert "make" in project.run("snakemake", "-n", "--forcerun", "make")
    assert project.planned() == {}
    assert not any((project.folder / FORCED).glob("*"))


def test_results_are_computed_anew_and_compared(project: Project) -> None:
    said = project.run("python", "-m", "workflow.pipeline.check", "9")
    assert "computing anew, about" in said
    assert "the same bytes as recorded: " in said
    write_stages(project, make={**MAKE, "cmd": "mkdir -p out && date +%N > out/${item.variant}.txt"}, gather=GATHER)
    project.snakemake()
    said = project.run("python", "-m", "workflow.pipeline.check", "9", ok=False)
    differs = [f"make@digits-{one}: computed anew from the same inputs, its result differs: out/{one}.txt" for one in "ab"]
    assert said.splitlines()[-3:-1] == differs
    assert said.splitlines()[-1].startswith("dvc.lock records the new results now; back to the committed ones: git checkout")
    write_stages(project, make=MAKE, gather=GATHER)


def test_results_that_another_snakemake_kept_from_being_computed_anew_are_not_called_the_same(project: Project) -> None:
    write_stages(project, make=MAKE, gather={**GATHER, "cmd": f"rm -rf {FORCED}; {GATHER['cmd']}"}, last=LAST)
    project.snakemake()
    said = project.run("python", "-m", "workflow.pipeline.check", "9", ok=False)
    assert said.splitlines()[-1] == "last: not computed anew, as another Snakemake began meanwhile; run it again"
    assert "the same bytes" not in said
    write_stages(project, make=MAKE, gather=GATHER)


LAST = {"cmd": "cp all.txt last.txt", "deps": ["all.txt"], "outs": ["last.txt"], "meta": {"conda": "data"}}


def test_two_snakemakes_may_begin_at_the_same_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(snakemake.shutil, "rmtree", lambda folder, **_: folder.mkdir(parents=True, exist_ok=True))  # the other one has
    monkeypatch.setattr(snakemake.atexit, "register", lambda _: None)
    graph = SimpleNamespace(stages={"report": ResolvedStage([], ["page"], stale=False, minutes_to_end=0)})
    Graph.begin(graph, DAGSettings(forceall=True), SimpleNamespace(job_rate_limiter=None))
    assert [file.name for file in FORCED.iterdir()] == ["report"]


PROGRESS = ("snakemake", "--cores", "2", "--logger", "progress", "--")


def test_a_line_of_progress_takes_the_place_of_snakemakes_messages(project: Project) -> None:
    path = {"PYTHONPATH": ".:workflow/pipeline/plugins"}
    shutil.rmtree(project.folder / "out")
    _, first, *lines, last = project.run(*PROGRESS, **path).splitlines()
    assert first.startswith("3 jobs, up to 2 at once: about ")
    assert any(re.fullmatch(r"1/3 done, about \d+ s left: make@digits-[ab] \(\d+ s\)", line) for line in lines)
    assert lines[-1].startswith("3/3 done")
    assert re.fullmatch(r"3 of 3 jobs done in \d+ s", last)
    assert project.run(*PROGRESS, **path).splitlines()[-1] == "all is up to date: nothing to do"


def test_under_the_line_of_progress_errors_are_said(project: Project) -> None:
    path = {"PYTHONPATH": ".:workflow/pipeline/plugins"}
    assert "MissingRuleException" in project.run(*PROGRESS, "no/such/file", ok=False, **path)
    write_stages(project, fails=FAILS)
    said = project.run(*PROGRESS, ok=False, **path)
    assert "failed: fails" in said
    assert said.splitlines()[-1] == "fails: no such thing"
    assert "Error in rule" not in said
    write_stages(project, make=MAKE, gather=GATHER)


FAILS = {"cmd": "echo working && echo 'fails: no such thing' >&2 && exit 3", "outs": ["never.txt"], "meta": {"conda": "data"}}


@pytest.mark.parametrize("options", [(), ("--quiet", "all", "--keep-going")])
def test_the_line_of_a_job_that_failed_is_the_last_one_on_the_screen(project: Project, options: tuple[str, ...]) -> None:
    write_stages(project, fails=FAILS)
    said = project.run("snakemake", "--cores", "1", *options, ok=False)
    assert said.splitlines()[-1] == "fails: no such thing"
    assert "non-zero exit status 255" not in said


def test_a_failure_of_an_earlier_run_is_not_said_again(project: Project) -> None:
    write_stages(project, fails=FAILS)
    assert "no such thing" in project.run("snakemake", "--cores", "1", ok=False)
    write_stages(project, fails={**FAILS, "cmd": "touch never.txt"})
    assert "no such thing" not in project.run("snakemake", "--cores", "1")


def test_a_budget_without_anything_to_gather_gathers_an_empty_folder(project: Project) -> None:
    nothing = {**MAKE, "matrix": {"dataset": ["digits"], "variant": []}}
    write_stages(project, make=nothing, gather={**GATHER, "cmd": "ls empty | wc -l > all.txt", "deps": ["empty"]})
    assert project.snakemake() == ["gather"]
    assert int((project.folder / "all.txt").read_text()) == 0


def test_an_input_may_lie_outside_of_the_project(project: Project) -> None:
    outside = project.folder.parent / "outside.txt"
    for text in ("one", "two"):
        outside.write_text(text)
        write_stages(project, copy={**LAST, "cmd": f"cp {outside} copy.txt", "deps": [str(outside)], "outs": ["copy.txt"]})
        assert project.snakemake() == ["copy"]
        assert (project.folder / "copy.txt").read_text() == text


def test_ctrl_c_while_dvc_is_asked_is_a_line(project: Project) -> None:
    interrupting = project.folder.parent / "interrupting"
    interrupting.mkdir()
    (interrupting / "sitecustomize.py").write_text("import shutil\ndef stop(_): raise KeyboardInterrupt\nshutil.disk_usage = stop")
    write_stages(project, make=MAKE, gather=GATHER)
    assert project.start("env", f"PYTHONPATH={interrupting}", "snakemake", "-n").wait(60) == 130
    assert project.said.read_text().splitlines()[-1] == "interrupted"
    assert "Traceback" not in project.said.read_text()


def test_code_that_is_no_python_is_said_before_anything_runs(project: Project) -> None:
    write_stages(project, make={**MAKE, "cmd": "false", "outs": ["other/${item.variant}.txt"]})
    project.edit("workflow/scripts/tsne.py", r"^with stage", "wit stage")
    said = project.run("snakemake", "--cores", "1", ok=False)
    assert "source_hashes: workflow/scripts/tsne.py:" in said
    assert "not valid Python" in said
    assert "Traceback" not in said
    assert "make" not in said
