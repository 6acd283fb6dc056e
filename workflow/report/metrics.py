"""Measured values: read from the files that stages wrote, gathered over seeds."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.io.errors import UserError


def load(path: Path) -> dict[str, Any]:
    """Read a metrics file."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def knn_table(files: Iterable[Path]) -> pd.DataFrame:
    """Return 1NN in every protocol, a row for each variant, features and neighbours, from files `<variant>-<seed>.json`.

    Returns:
        `variant`, `features`, `neighbours`, `accuracy` (per cent, mean over seeds), `spread` (their standard
        deviation; none for a single seed) and `seeds` (their number).
    """
    rows = []
    for file in files:
        variant = file.stem.rsplit("-", 1)[0]
        metrics = {name: value for name, value in load(file).items() if name != "about"}
        for features, by_neighbours in metrics.items():
            rows += [(variant, features, neighbours, accuracy) for neighbours, accuracy in by_neighbours.items()]
    keys = ["variant", "features", "neighbours"]
    grouped = pd.DataFrame(rows, columns=[*keys, "accuracy"]).groupby(keys)["accuracy"]
    return grouped.agg(accuracy="mean", spread="std", seeds="size").reset_index()


def lenet_score_table(files: Iterable[Path], stated: Mapping[str, float]) -> pd.DataFrame:
    """Return LeNet's score, a row a variant, from files `<variant>-<seed>.json`; no row if there are none.

    Args:
        files: A variant's files lie together.
        stated: What the report states of each variant, per cent.

    Returns:
        `variant`, `score` (per cent, mean over seeds), `spread` (their standard deviation; none for a single seed), `seeds`
        (their number) and `reported`.
    """
    rows = [(file.stem.rsplit("-", 1)[0], load(file)["score"]) for file in files]
    grouped = pd.DataFrame(rows, columns=["variant", "score"]).groupby("variant", sort=False)["score"]
    table = grouped.agg(score="mean", spread="std", seeds="size").reset_index()
    return table.assign(reported=table["variant"].map(stated))


def fidelity_table(files: Iterable[Path]) -> pd.DataFrame:
    """Return how like real images samples are, as LeNet sees them: a row a variant, from files `<variant>-<seed>.json`.

    Args:
        files: A variant's files lie together.

    Returns:
        `variant`, each measured value (mean over seeds), `frechet_spread` (standard deviation; none for a single seed) and `seeds`.
    """
    rows = [{"variant": file.stem.rsplit("-", 1)[0], **load(file)} for file in files]
    columns = ["entropy", "confidence", "inception_formula", "frechet", "frechet_real"]
    grouped = pd.DataFrame(rows, columns=["variant", *columns]).groupby("variant", sort=False)
    return grouped[columns].mean().assign(frechet_spread=grouped["frechet"].std(), seeds=grouped.size()).reset_index()


def retraining_table(files: Iterable[Path], stated: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Return LeNet's accuracy after training on mixtures, a row for each source, mixture and way, from `<source>-<seed>.json`.

    Args:
        files: A source's files lie together.
        stated: By mixture as in the files, `real-<n>`, what the report's text states of each of its two sources, per cent.

    Returns:
        `source`, `real` (per cent of the images), `fine_tuned`, `accuracy` (per cent, mean over seeds), `spread` (standard deviation;
        none for a single seed), `seeds`, and beside fine-tuned ones `reported`, and `captioned`: what is stated of the other source,
        as the captions of the report's tables have these exchanged.
    """
    keys = ["source", "real", "fine_tuned"]
    rows = [
        (file.stem.rsplit("-", 1)[0], mixture, way == "fine_tuned", accuracy)
        for file in files
        for mixture, ways in load(file).items()
        if mixture != "about"
        for way, accuracy in ways.items()
    ]
    grouped = pd.DataFrame(rows, columns=[*keys, "accuracy"]).groupby(keys, sort=False)["accuracy"]
    table = grouped.agg(accuracy="mean", spread="std", seeds="size").reset_index()
    captioned = {mixture: dict(zip(values, reversed(list(values.values())), strict=True)) for mixture, values in stated.items()}
    for column, by_mixture in {"reported": stated, "captioned": captioned}.items():
        found = [by_mixture[mixture].get(source) for source, mixture in zip(table["source"], table["real"], strict=True)]
        table[column] = pd.Series(found, table.index, dtype=float).where(table["fine_tuned"].astype(bool))
    return table.assign(real=table["real"].str.removeprefix("real-"))


def training_table(files: Iterable[Path]) -> pd.DataFrame:
    """Return how each training went, a row for each variant and seed."""
    rows = []
    for metrics in map(load, files):
        (about,) = metrics.pop("about")
        rows.append({"variant": about["variant"], "seed": about["seed"], **metrics})
    return pd.DataFrame(rows)


def measured_value(results: Path, metric: str, run: str, epoch: int | None = None) -> float | None:
    """Return a run's value of a metric, or its loss after an epoch; none if that was not measured.

    Args:
        results: The folder of a budget's metrics and losses.
        metric: `<stage>.<key>...` in a metrics file, or `losses.<column>`.
        run: `<variant>-<seed>`.
        epoch: After which epoch, for a loss; a run may have ended before it.

    Raises:
        UserError: If the file is there, but without such a value.
    """
    stage, key = metric.split(".", 1)
    file = results / (f"metrics/{stage}/{run}.json" if epoch is None else f"losses/{run}.tsv")
    if not file.exists():
        return None
    if epoch is None:
        return value(load(file), key, file)
    losses = pd.read_csv(file, sep="\t", index_col="epoch")
    return value(losses.loc[epoch].to_dict(), key, file) if epoch in losses.index else None


def value(metrics: Mapping[Any, Any], key: str, path: Path) -> float:
    """Return the value under a dotted key; raise UserError if the file has none."""
    found: Any = metrics
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, int | float):
        raise UserError(f"{path}: {key}: found {found}, allowed: a number that a claim asks for")
    return float(found)
