"""Snakemake and DVC share one graph and one state: real runs of the whole pipeline on the digits data set."""

import functools
import json
import re
import shutil
import subprocess
import time

import pytest

from tests.helpers.first_run import GATHERED, FirstRun
from tests.helpers.project import ROOT, Project, ran
from workflow.params.file import check
from workflow.params.groups import variables
from workflow.params.model import load

EVERYTHING = {
    "download": 1,
    "preprocess": 1,
    "train_lenet": 1,
    "train_bigan": 3,
    "train_triplet": 1,
    "train_cgan": 1,
    "train_dcgan": 1,
    "train_linear_gan": 1,
    "train_conv_bigan": 1,
    "encode": 2,
    "knn": 2,
    "pixel_knn": 1,
    "untrained": 1,
    "baseline": 2,
    "samples": 2,
    "reconstruction": 2,
    "reconstruction_pca": 1,
    "lenet_score": 1,
    "misclassified": 1,
    "fidelity": 5,
    "fidelity_by_epoch": 1,
    "retrain": 1,
    "clusters": 2,
    "tsne": 2,
    "figures_bigan": 2,
    "figures_map": 2,
    "figures_dcgan": 1,
    "figures_cgan": 1,
    "figures_linear_gan": 1,
    "tables": 1,
    "scorecard": 1,
    "hypotheses": 1,
    "figures": 1,
    "figures_reports": 1,
    "report": 1,
}
MEASURING = {"encode", "knn", "samples", "reconstruction", "clusters", "tsne"}
DRAWING = {"figures_bigan", "figures_map"}


def wait_for(condition, process: "subprocess.Popen[bytes]", project: Project) -> None:
    """Wait until something is so, while a process runs."""
    while not condition():
        assert process.poll() is None, project.said.read_text()
        time.sleep(0.01)


@pytest.mark.parametrize("stage", [name for name in load(ROOT / "dvc.yaml")["stages"] if name != "source_hashes"])
def test_a_stage_depends_on_the_code_of_its_script_and_on_its_environment(stage: str) -> None:
    entry = load(ROOT / "dvc.yaml")["stages"][stage]
    command, *deps = [
        functools.reduce(lambda text, fact: text.replace(f"${{{fact[0]}}}", str(fact[1])), variables(entry).items(), template)
        for template in (entry["cmd"], *entry["deps"])
    ]
    script = command.split()[2].rpartition(".")[2]
    assert (ROOT / f"workflow/scripts/{script}.py").exists()
    assert {f"data/source_hashes/{script}.sha256", f"envs/{entry['meta']['conda']}.yaml"} <= set(deps)


def test_a_first_run_makes_everything(first_run: FirstRun) -> None:
    assert first_run.planned == EVERYTHING
    assert len(first_run.ran) == sum(EVERYTHING.values())


def test_with_conda_every_job_runs_in_its_own_environment(first_run: FirstRun) -> None:
    used = first_run.environments
    assert len(used) >= sum(EVERYTHING.values())
    assert all(prefix.is_relative_to(first_run.folder / ".snakemake/conda") for prefix in used)
    installed = {
        prefix: {record["name"] for record in map(json.loads, (file.read_text() for file in prefix.glob("conda-meta/*.json")))}
        for prefix in used
    }
    assert len(installed) == 3
    assert sum("pytorch" in packages for packages in installed.values()) == 1


def test_snakemake_leaves_dvc_clean(project: Project) -> None:
    assert project.is_clean()
    assert ran(project.run("dvc", "repro")) == []
    assert (project.folder / "reports/digits/index.html").stat().st_size > 100_000


def test_every_output_that_git_does_not_hold_is_ignored_by_it(project: Project) -> None:
    assert project.run("git", "status", "--porcelain") == ""


def test_an_edit_of_one_variant_runs_that_variant_and_what_follows_and_going_back_runs_nothing(project: Project) -> None:
    with project.varied("bigan-small", latent=21):
        assert project.planned() == dict.fromkeys({"train_bigan"} | MEASURING | DRAWING | GATHERED, 1)
        assert project.snakemake("--cores", "2", "--until", "knn") == ["knn@digits-bigan-small-0", "train_bigan@digits-bigan-small-0"]
        assert project.planned() == dict.fromkeys(MEASURING - {"knn"} | DRAWING | GATHERED, 1)
    assert project.planned()
    assert project.snakemake() == []
    assert project.is_clean()
    assert project.run("git", "status", "--porcelain", "reports", "dvc.lock") == ""


def test_a_rerun_gives_the_same_bytes_and_dvc_records_it_as_a_job_does(project: Project) -> None:
    before = (project.folder / "dvc.lock").read_bytes()
    project.run(
        *("dvc", "repro", "--force", "--no-run-cache", "--single-item"),
        *("train_bigan@digits-bigan-0", "tsne@digits-bigan-0", "figures_bigan@bigan-0"),
    )
    assert (project.folder / "dvc.lock").read_bytes() == before


def test_an_edit_during_a_run_is_not_recorded_as_what_ran(project: Project) -> None:
    file, pattern, back = "workflow/training/losses.py", '"""Losses', '"""The losses'
    started = project.folder / "data/events/digits/bigan-tiny-0"
    for old in started.glob("*"):
        old.unlink()
    with project.varied("bigan-tiny", batch_size=2):
        process = project.start("dvc", "repro", "--single-item", "train_bigan@digits-bigan-tiny-0")
        wait_for(lambda: any(started.glob("*")), process, project)
        project.edit(file, pattern, back)
        assert process.wait(120) != 0
        assert f"train_bigan: changed while it ran: {file}; run it again" in project.said.read_text()
        project.edit(file, re.escape(back), pattern)
        assert project.planned()["train_bigan"] == 1
    assert project.snakemake() == []
    assert project.is_clean()


EVERY_PROCESS = ""


@pytest.mark.parametrize(("victim", "batch_size"), [("workflow.scripts.train_bigan", 2), (EVERY_PROCESS, 4)])
def test_whatever_is_killed_running_again_is_all_it_takes(project: Project, victim: str, batch_size: int) -> None:
    with project.varied("bigan-tiny", batch_size=batch_size, epochs=300):  # never run before
        process = project.start("snakemake", "--cores", "2")
        log = project.folder / ".snakemake/logs/train_bigan@digits-bigan-tiny-0.log"
        log.unlink(missing_ok=True)
        wait_for(lambda: log.exists() and "epoch 1" in log.read_text(), process, project)
        assert not (project.folder / "data/models/digits/bigan-tiny-0.safetensors").exists()
        assert project.kill(victim)
        assert process.wait(120) != 0
        assert project.planned()["train_bigan"] == 1
        project.run("snakemake", "--cores", "2", "--until", "train_bigan")
        assert "train_bigan" not in project.planned()
    assert project.snakemake() == []
    assert project.is_clean()


def test_a_failed_stage_says_why_in_one_line_and_leaves_nothing_that_counts(project: Project) -> None:
    with project.varied("bigan-tiny", learning_rate=10.0, batch_size=1501):
        said = project.run("dvc", "repro", "train_bigan@digits-bigan-tiny-0", ok=False)
        assert "train_bigan: batch_size: found 1501, allowed: at most the 1500 training images\n" in said
        assert "Traceback" not in said
        assert project.planned()["train_bigan"] == 1
    assert project.snakemake() == []


def test_dvc_experiments_leave_the_parameters_as_they_are_written(project: Project) -> None:
    """The file of the project itself: its anchors, its merge keys, and its budgets to choose from."""
    small = (project.folder / "params.yaml").read_text()
    (project.folder / "params.yaml").write_text(re.sub(r"^budget: .*", "budget: *digits", (ROOT / "params.yaml").read_text(), flags=re.M))
    project.commit()
    project.run("dvc", "exp", "run", "-S", "budget.baselines=[pixels]", "-S", "samples.images=5", "download@digits")
    experiment = load(project.folder / "params.yaml")
    assert experiment["budget"]["baselines"] == ["pixels"]
    assert experiment["samples"]["images"] == 5
    assert experiment["groups"]["bigan"]["bigan-as-coded"]["like"] == [experiment["shared"]["coded-a"]]
    for budget in ("demo", "cpu", "paper", "svhn-10k"):
        project.edit("params.yaml", r"^budget: \*[\w-]+", f"budget: *{budget}")
        assert check(project.folder / "params.yaml", project.folder / "dvc.yaml").budget.name == budget
    project.run("git", "checkout", "-q", ".")
    (project.folder / "params.yaml").write_text(small)
    project.commit()
    assert project.snakemake() == []
    assert project.is_clean()


def shown(project: Project, claim: str) -> str:
    """Return a row of the page's scorecard."""
    page = (project.folder / "reports/digits/index.html").read_text()
    row = re.search(rf'<tr id="{claim}".*?</tr>', page, re.S)
    assert row
    return row[0]


def test_the_commands_that_dvc_users_know(project: Project) -> None:
    said = project.run("dvc", "metrics", "show", "--json")
    metrics = json.JSONDecoder().raw_decode(said)[0][""]["data"]
    knn = metrics["reports/digits/metrics/knn/bigan-0.json"]["data"]
    assert list(knn) == ["code", "hidden", "code-255"], "provenance is not a metric"
    project.run("dvc", "plots", "show")
    plots = (project.folder / "dvc_plots/index.html").read_text()
    row = shown(project, "A-2.3-1nn-as-described")
    assert f">{knn['code']['test']:.2f}</a>" in row, "the page shows what dvc metrics shows"
    assert re.search(rf'"claim": "A-2.3-1nn"[^}}]*"measured": "{knn["code"]["test"]:.8g}"', plots), "and what dvc plots shows"
    assert "losses/bigan-0.tsv" in plots
    assert "strips-bigan-0.png" in plots
    shutil.rmtree(project.folder / "dvc_plots")
    with project.varied("bigan-small", latent=21):
        project.run("dvc", "repro", "knn@digits-bigan-small-0")
        assert re.search(r"bigan-small-0.json +code.train +[\d.]+ +[\d.]+ +-?[\d.]+", project.run("dvc", "metrics", "diff"))
        assert "latent" in project.run("dvc", "params", "diff")
    assert project.snakemake() == []


def test_the_commands_that_snakemake_users_know(project: Project) -> None:
    project.run("snakemake", "--lint")
    assert "train_bigan" in project.run("snakemake", "--rulegraph")
    project.run("snakemake", "--report", "report.html")
    page = (project.folder / "report.html").read_text()
    assert "strips-bigan-0.png" in page
    assert "reconstructions of these" in page, "the captions are missing"
    (project.folder / "report.html").unlink()
