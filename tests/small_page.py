"""A page of made-up results, small and quick to make, from the library's own functions."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from test_report import BASELINES, CLAIMS, knn, measured

from tests.helpers.project import ROOT
from workflow.io.files import write_json
from workflow.params.model import load
from workflow.report import page
from workflow.report.claims import read_claims
from workflow.report.figures import protocols
from workflow.report.figures.style import save
from workflow.report.knn_protocols import gap_table
from workflow.report.page import looking
from workflow.report.page.contents import read_contents
from workflow.report.page.effort import Plan, plan
from workflow.report.page.measured import stages
from workflow.report.scorecard import scorecard

IMAGES = 60
SHORT = {
    "name": "short",
    "mnist": "mnist",
    "epochs": 0.02,
    "least_epochs": 1,
    "families": {"dcgan": 0.01},
    "precision": "float32",
    "images": None,
    "seeds": [0],
}


def numbered(channels: int = 1) -> dict[str, NDArray[Any]]:
    """Images of 6×6 pixels, of which each tells its number by its brightness."""
    pixels = np.broadcast_to(np.arange(IMAGES, dtype=np.uint8)[:, None, None, None] * 4, (IMAGES, channels, 6, 6))
    return {"pixels": pixels, "labels": np.arange(IMAGES, dtype=np.uint8) % 10}


def results(folder: Path) -> Path:
    """Write what a budget has measured and drawn: two encoders, one without training, baselines."""
    for run, value in {"bigan-0": 93.0, "untrained-bigan-0": 91.5, "bigan-triplet-0": 94.0}.items():
        features = {"code": value, "hidden": value + 2.25, "code-255": value - 9}
        write(folder, "knn", run, {name: {"train": accuracy, "test": accuracy} for name, accuracy in features.items()})
    write(folder, "knn", "pixels-0", {"code": {"train": 97.0, "test": 97.0}})
    for number, variant in enumerate(("bigan", "bigan-triplet")):
        write(folder, "train", f"{variant}-0", {"epoch": 8, "planned_epochs": 8, "discriminator": 0.6, "collapsed_in_epoch": None})
        table = pd.DataFrame({"epoch": [1, 2, 3], "learning_rate": 2e-4, "discriminator": [0.9, 0.6 + number, 0.5], "generator": 2.0})
        (folder / "losses").mkdir(exist_ok=True)
        table.to_csv(folder / f"losses/{variant}-0.tsv", sep="\t", index=False)
    save(protocols.plot(knn(folder)), folder / "figures/protocols.png")
    for name in ("precision-0", "strips-bigan-0", "map-bigan-0", "losses-bigan-0", "strips-bigan-1"):
        shutil.copy(folder / "figures/protocols.png", folder / f"figures/{name}.png")
    return folder


def write(folder: Path, stage: str, run: str, values: dict[str, Any]) -> None:
    variant = run.rpartition("-")[0]
    params = {"seen": f"parameters of {run}", "recipes": {"bigan": {"epochs": 400}}, "variants": {variant: {"recipe": "bigan"}}}
    about = {"stage": stage, "protocol": {"k": "1, exact"}, "params": {**params, "budget": SHORT}, "versions": {}}
    write_json(folder / f"metrics/{stage}/{run}.json", {**values, "about": [about]})


def looked_at(folder: Path) -> page.Looking:
    generator = np.random.default_rng(0)
    codes = {name: generator.normal(size=(IMAGES, 5)).astype(np.float32) for name in ("bigan", "bigan-triplet")}
    positions = {name: each[:, :2] for name, each in codes.items()}
    frames = {str(epoch): np.full((4, 1, 6, 6), 10 * epoch, np.uint8) for epoch in (1, 2, 10)}
    return page.Looking(
        maps=looking.maps(numbered(), positions, codes),
        losses=looking.losses({name: folder / f"losses/{name}-0.tsv" for name in codes}),
        films=[looking.film("dcgan", {"real": frames["1"], **frames})],
    )


def small_page(folder: Path, without: str = "nothing") -> str:
    """Return the page of a made-up short budget, whose results are written into a folder, without the files named so."""
    claims = read_claims(CLAIMS)
    results(folder)
    for file in folder.rglob(without):
        file.unlink()
    return page.page(
        budget=SHORT,
        card=scorecard(claims, folder, measured(name="short", seeds=[0], trained=["bigan", "bigan-triplet"])),
        gap=gap_table(knn(folder), claims, BASELINES),
        figures=folder / "figures",
        stages=stages(folder, [0]),
        looking=looked_at(folder),
        contents=read_contents(),
        plan=the_plan(),
        provenance={"says": "<script>alert(1)</script>"},
    )


def the_plan() -> Plan:
    params = load(ROOT / "params.yaml")
    return plan({**params, "budget": params["budgets"]["demo"]}, 60_000)
