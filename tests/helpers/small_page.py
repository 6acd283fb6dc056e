"""A page of made-up results, small and quick to make, from the library's own functions."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from tests.helpers.project import ROOT
from workflow.io.files import write_json
from workflow.io.safetensors import Arrays
from workflow.params.groups import training_groups
from workflow.params.model import load
from workflow.params.training import MeasuredBudget
from workflow.pipeline.durations import read_step_times
from workflow.report.claims import read_claims
from workflow.report.equivalence import Equivalence, endpoints
from workflow.report.hypotheses import read_hypotheses
from workflow.report.hypothesis_verdicts import JudgedHypotheses, judge_hypotheses
from workflow.report.known import KnownStatement, Source, judged_source, known, read_committed
from workflow.report.page.budgets import budget_views
from workflow.report.page.contents import read_contents
from workflow.report.page.estimates import Estimator
from workflow.report.page.evidence import gather_evidence
from workflow.report.page.interactive import Interactive, latent_maps, loss_curves, snapshots
from workflow.report.page.page import PageData, render_page
from workflow.report.page.pictures import gather_pictures
from workflow.report.planned import planned_budgets
from workflow.report.tables.builders import KNN_REPORTS, knn_protocols_table, knn_table
from workflow.report.trainings import read_trainings

IMAGES = 60
SHORT = MeasuredBudget(name="short", seeds=[0], dataset="mnist")
SPENT = {"epochs": {"bigan": 0.02, "dcgan": 0.01}, "images": None}
CLAIMS = ROOT / "workflow/report/claims.yaml"
KNN = {"bigan-0": 93.0, "bigan-triplet-0": 94.0, "bigan-as-coded-0": 93.0, "bigan-triplet-as-coded-0": 94.0}  # per cent
UNTRAINED = ["pixels", "untrained-bigan"]
PAIRS = (dict(enumerate((4.0, 5.0, 4.0, 5.0, 4.5))), dict(enumerate((4.3, 4.9, 4.3, 5.0, 4.5))))  # of one seed in two budgets


def numbered(channels: int = 1) -> dict[str, NDArray[Any]]:
    """Images of 6×6 pixels, of which each tells its number by its brightness."""
    pixels = np.broadcast_to(np.arange(IMAGES, dtype=np.uint8)[:, None, None, None] * 4, (IMAGES, channels, 6, 6))
    return {"pixels": pixels, "labels": np.arange(IMAGES, dtype=np.uint8) % 10}


def results(folder: Path) -> Path:
    """Write what a budget has measured, two encoders, one without training, baselines; what it has drawn is black."""
    for run, value in {**KNN, "untrained-bigan-0": 91.5}.items():
        features = {"code": value, "hidden": value + 2.25, "code-255": value - 9}
        write(folder, "knn", run, {name: {"train": accuracy, "test": accuracy} for name, accuracy in features.items()})
    write(folder, "knn", "pixels-0", {"code": {"train": 97.0, "test": 97.0}})
    for run in KNN:
        write(
            folder,
            "train",
            run,
            {"epoch": 8, "planned_epochs": 8, "discriminator": 0.6, "mean_discriminator_accuracy": 0.7, "collapsed_in_epoch": None},
        )
    for number, variant in enumerate(("bigan", "bigan-triplet")):
        table = pd.DataFrame({"epoch": [1, 2, 3], "learning_rate": 2e-4, "discriminator": [0.9, 0.6 + number, 0.5], "generator": 2.0})
        (folder / "losses").mkdir(exist_ok=True)
        table.to_csv(folder / f"losses/{variant}-0.tsv", sep="\t", index=False)
    (folder / "figures").mkdir()
    for name in ("protocols", "forest-A", "strips-bigan-0", "map-bigan-0", "losses-bigan-0", "strips-bigan-1"):
        Image.new("L", (1000, 500)).save(folder / f"figures/{name}.png")
    return folder


def write(folder: Path, stage: str, run: str, values: dict[str, Any]) -> None:
    trained = {"dataset": "mnist", "family": "bigan", "start": None, "own_epochs": 400, "all_images": True}
    about = {"stage": stage, "protocol": {"k": "1, exact"}, "params": {"seen": f"parameters of {run}"}, "versions": {}, **trained}
    write_json(folder / f"metrics/{stage}/{run}.json", {**values, "about": [about]})


def knn(folder: Path) -> pd.DataFrame:
    return knn_table(sorted(folder.glob("metrics/knn/*.json")))


def knn_protocols(folder: Path) -> pd.DataFrame:
    claims = read_claims(CLAIMS)
    return knn_protocols_table(knn(folder), {report: claims.stated(report, "knn.") for report in KNN_REPORTS}, UNTRAINED)


def latent_arrays(count: int = IMAGES, seed: int = 0) -> Arrays:
    """A map of images in random places; the neighbours are others than the images themselves."""
    positions = np.random.default_rng(seed).normal(size=(count, 2)).astype(np.float32)
    return {"test.positions": positions, "test.labels": np.arange(count) % 10, "test.neighbours": (np.arange(count) + 10 + seed) % IMAGES}


def interactive(folder: Path) -> Interactive:
    maps = {name: latent_arrays(seed=seed) for seed, name in enumerate(("bigan", "bigan-triplet"))}
    frames = {str(epoch): np.full((4, 1, 6, 6), 10 * epoch, np.uint8) for epoch in (1, 2, 10)}
    return Interactive(
        maps=latent_maps(numbered(), maps),
        losses=loss_curves({name: folder / f"losses/{name}-0.tsv" for name in maps}),
        snapshots=[snapshots("dcgan", {"real": frames["1"], **frames})],
    )


def own_source(folder: Path) -> Source:
    return judged_source(SHORT, True, read_claims(CLAIMS), folder)


def judged(folder: Path) -> list[KnownStatement]:
    return known([own_source(folder)])


def small_page(folder: Path, without: str = "nothing") -> str:
    """Return the page of a made-up short budget, whose results are written into a folder, without the files named so."""
    results(folder)
    for file in folder.rglob(without):
        file.unlink()
    source = own_source(folder)
    trainings = {source.budget: read_trainings(folder)}
    precisions = [Equivalence("bigan", endpoint, *PAIRS) for endpoint in endpoints("bigan")]
    hypotheses = read_hypotheses(ROOT / "workflow/report/hypotheses.yaml", read_claims(CLAIMS), load(ROOT / "params.yaml")["budgets"])
    page = PageData(
        budget=SHORT,
        sources=[source],
        budgets=budget_views({"short": SPENT}, trainings, read_committed(), {"short": "a test"}, "short"),
        statements=known([source]),
        hypotheses=JudgedHypotheses(hypotheses, {}, judge_hypotheses(hypotheses, {})),
        precisions=precisions,
        unmeasurable=read_claims(CLAIMS).unmeasurable,
        knn_protocols=knn_protocols(folder).assign(budget="short"),
        pictures=gather_pictures([source]),
        evidence=gather_evidence(source),
        trainings=trainings,
        interactive=interactive(folder),
        contents=read_contents(),
        estimator=estimator(),
        provenance={"says": "<script>alert(1)</script>"},
    )
    return render_page(page)


def estimator() -> Estimator:
    """The estimates that params.yaml gives a page of the budget `demo`."""
    params = load(ROOT / "params.yaml")
    groups = training_groups(load(ROOT / "dvc.yaml")["stages"])
    return Estimator(planned_budgets({**params, "budget": params["budgets"]["demo"]}, groups, 60_000, []), read_step_times())
