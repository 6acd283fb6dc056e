"""Snakemake and DVC share one graph and one state: real runs of the whole pipeline on the digits data set."""

import functools
import json
import re
import shutil

import pytest

from tests.helpers.first_run import FirstRun
from tests.helpers.project import ROOT, Project, ran
from workflow.params.file import check
from workflow.params.groups import variables
from workflow.params.model import load

EVERYTHING = {
    "download": 1,
    "preprocess": 1,
    "train_lenet": 1,
    "train_bigan": 1,
    "train_triplet": 1,
    "train_cgan": 1,
    "train_dcgan": 1,
    "train_linear_gan": 1,
    "train_conv_bigan": 1,
    "encode": 1,
    "knn": 1,
    "pixel_knn": 1,
    "untrained": 1,
    "baseline": 2,
    "samples": 1,
    "reconstruction": 1,
    "reconstruction_pca": 1,
    "lenet_score": 1,
    "misclassified": 1,
    "fidelity": 4,
    "fidelity_by_epoch": 1,
    "retrain": 1,
    "clusters": 1,
    "tsne": 1,
    "figures_bigan": 1,
    "figures_map": 1,
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


def test_a_rerun_gives_the_same_bytes_and_dvc_records_it_as_a_job_does(project: Project) -> None:
    before = (project.folder / "dvc.lock").read_bytes()
    project.run(
        *("dvc", "repro", "--force", "--no-run-cache", "--single-item"),
        *("train_bigan@digits-bigan-0", "tsne@digits-bigan-0", "figures_bigan@bigan-0"),
    )
    assert (project.folder / "dvc.lock").read_bytes() == before


def test_dvc_experiments_leave_the_parameters_as_they_are_written(project: Project) -> None:
    """The file of the project itself: its anchors, its merge keys, and its budgets to choose from."""
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
    project.run("git", "reset", "-q", "--hard", "HEAD~1")


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


def test_the_commands_that_snakemake_users_know(project: Project) -> None:
    project.run("snakemake", "--lint")
    assert "train_bigan" in project.run("snakemake", "--rulegraph")
    project.run("snakemake", "--report", "report.html")
    page = (project.folder / "report.html").read_text()
    assert "strips-bigan-0.png" in page
    assert "their reconstructions G(E(x))" in page, "the captions are missing"
    (project.folder / "report.html").unlink()
