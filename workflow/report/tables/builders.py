"""Tables of measured values, gathered over seeds: a function a table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.pipeline.run_id import RunId
from workflow.report.claims import Claims
from workflow.report.metrics import load
from workflow.report.names import KNN_PROTOCOLS

KNN_REPORTS = ["A", "B", "R"]  # that state 1NN accuracies of several variants


@dataclass(frozen=True)
class MeasuredRuns:
    """What a budget measures, in the tables' order.

    Attributes:
        trained: Variants, with each seed.
        untrained: The same networks without training, with each seed.
        baselines: Without a seed: their files have seed 0.
        seeds: Of the budget.
    """

    trained: Sequence[str]
    untrained: Sequence[str]
    baselines: Sequence[str]
    seeds: Sequence[int]


def measured_in(budget: Mapping[str, Any], groups: Iterable[str]) -> MeasuredRuns:
    """Return what a budget of params.yaml measures.

    Args:
        budget: As in params.yaml.
        groups: The names of the groups of what is trained.
    """
    trained = [variant for group in groups for variant in budget[group]]
    untrained = [f"untrained-{variant}" for variant in (*budget["untrained"], *budget["untrained_conv_bigan"])]
    return MeasuredRuns(trained, untrained, budget["baselines"], budget["seeds"])


def build_tables(results: Path, measured: MeasuredRuns, claims: Claims, real: Iterable[int]) -> dict[str, pd.DataFrame]:
    """Return all tables of a budget by name.

    Args:
        results: The folder of its metrics.
        measured: What it measures.
        claims: What the reports state.
        real: The shares of real images on which LeNet is trained again, per cent.
    """

    def files(kind: str) -> list[Path]:
        return metrics_files(results, kind, measured.trained, measured.seeds)

    stated_retraining = {f"real-{share}": claims.stated("D", f"retrain.real-{share}.fine_tuned") for share in real}
    return {
        **knn_tables(results, measured, claims),
        "lenet_score": lenet_score_table(files("lenet_score"), claims.stated("D", "lenet_score.score")),
        "fidelity": fidelity_table(files("fidelity"), files("collapse")),
        "retraining": retraining_table(files("retrain"), stated_retraining),
        "training": training_table(files("train")),
    }


def knn_tables(results: Path, measured: MeasuredRuns, claims: Claims) -> dict[str, pd.DataFrame]:
    """Return the two tables of 1NN of a budget by name."""
    trained, untrained = (metrics_files(results, "knn", variants, measured.seeds) for variants in (measured.trained, measured.untrained))
    knn = knn_table([*trained, *untrained, *metrics_files(results, "knn", measured.baselines, [0])])
    stated = {report: claims.stated(report, "knn.") for report in KNN_REPORTS}
    return {"knn": knn, "knn_protocols": knn_protocols_table(knn, stated, [*measured.untrained, *measured.baselines])}


def metrics_files(results: Path, stage: str, variants: Iterable[str], seeds: Iterable[int]) -> list[Path]:
    """Return the files of a stage's values that there are, variant by variant.

    Args:
        results: The folder of a budget's metrics.
        stage: That measured them.
        variants: In the tables' order.
        seeds: Files of other seeds are left out.
    """
    files = [results / f"metrics/{stage}/{RunId(variant, seed)}.json" for variant in variants for seed in seeds]
    return [file for file in files if file.exists()]


def knn_table(files: Iterable[Path]) -> pd.DataFrame:
    """Return 1NN in every protocol, a row for each variant, features and neighbours, from files `<variant>-<seed>.json`.

    Returns:
        `variant`, `features`, `neighbours`, `accuracy` (per cent, mean over seeds), `spread` (their standard
        deviation; none for a single seed) and `seeds` (their number).
    """
    rows = []
    for file in files:
        variant = RunId.of(file).variant
        metrics = {name: value for name, value in load(file).items() if name != "about"}
        for features, by_neighbours in metrics.items():
            rows += [(variant, features, neighbours, accuracy) for neighbours, accuracy in by_neighbours.items()]
    keys = ["variant", "features", "neighbours"]
    return _over_seeds(rows, keys, "accuracy").sort_values(keys, ignore_index=True)


def knn_protocols_table(knn: pd.DataFrame, stated: Mapping[str, Mapping[str, float]], untrained: Collection[str]) -> pd.DataFrame:
    """Return 1NN of each variant in each report's protocol: those without training first, then by accuracy in Report A's.

    Args:
        knn: Columns `variant`, `features`, `neighbours` and `accuracy` (per cent).
        stated: By report, for all of `KNN_REPORTS`, the first 1NN accuracy that it states of each variant, whatever its protocol; per cent.
        untrained: The variants that need no training.

    Returns:
        `variant`, `trained`, `reported_<report>` and the accuracy in each of `KNN_PROTOCOLS`, per cent; empty where there is none.
    """
    named = knn.assign(protocol=knn["features"] + "_" + knn["neighbours"])
    measured = named.pivot(index="variant", columns="protocol", values="accuracy").reindex(columns=list(KNN_PROTOCOLS))
    reported = pd.DataFrame({f"reported_{report}": measured.index.map(stated[report]) for report in KNN_REPORTS}, measured.index)
    trained = pd.Series(~measured.index.isin(list(untrained)), measured.index, name="trained")
    table = pd.concat([trained, reported.astype(float), measured], axis=1)
    return table.sort_values(["trained", "code_test"], ascending=[True, False]).reset_index()


def lenet_score_table(files: Iterable[Path], stated: Mapping[str, float]) -> pd.DataFrame:
    """Return LeNet's score, a row a variant, from files `<variant>-<seed>.json`; no row if there are none.

    Args:
        files: The files of a variant one after the other.
        stated: What the report states of each variant, per cent.

    Returns:
        `variant`, `score` (per cent, mean over seeds), `spread` (their standard deviation; none for a single seed), `seeds`
        (their number) and `reported`.
    """
    rows = [(RunId.of(file).variant, load(file)["score"]) for file in files]
    table = _over_seeds(rows, ["variant"], "score")
    return table.assign(reported=table["variant"].map(stated))


def fidelity_table(files: Iterable[Path], collapses: Iterable[Path]) -> pd.DataFrame:
    """Return how like real images samples are, as LeNet sees them: a row a variant, from files `<variant>-<seed>.json`.

    Args:
        files: The files of a variant one after the other.
        collapses: Of the same runs, or of some of them: whether their samples have collapsed.

    Returns:
        `variant`, each measured value (mean over seeds), `frechet_spread` (standard deviation; none for a single seed), `seeds`, and
        `within_class_variance` (mean over seeds) and `collapsed` (share of the seeds), empty where those were not measured.
    """
    columns = ["entropy", "confidence", "inception_formula", "frechet", "frechet_real"]
    grouped = _rows(files, columns).groupby("variant", sort=False)
    collapsed = _rows(collapses, ["within_class_variance", "collapsed"]).groupby("variant").mean()
    return grouped.mean().assign(frechet_spread=grouped["frechet"].std(), seeds=grouped.size()).join(collapsed).reset_index()


def retraining_table(files: Iterable[Path], stated: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Return LeNet's accuracy after training on mixtures, a row for each source, mixture and way, from `<source>-<seed>.json`.

    Args:
        files: The files of a source one after the other.
        stated: By mixture as in the files, `real-<n>`, what the report's text states of each of its two sources, per cent.

    Returns:
        `source`, `real` (per cent of the images), `fine_tuned`, `accuracy` (per cent, mean over seeds), `spread` (standard deviation;
        none for a single seed), `seeds`, and beside fine-tuned ones `reported`, and `captioned`: what is stated of the other source,
        as the captions of the report's tables have these exchanged.
    """
    rows = [
        (RunId.of(file).variant, mixture, way == "fine_tuned", accuracy)
        for file in files
        for mixture, ways in load(file).items()
        if mixture != "about"
        for way, accuracy in ways.items()
    ]
    table = _over_seeds(rows, ["source", "real", "fine_tuned"], "accuracy")
    captioned = {mixture: dict(zip(values, reversed(list(values.values())), strict=True)) for mixture, values in stated.items()}
    for column, by_mixture in {"reported": stated, "captioned": captioned}.items():
        found = [by_mixture.get(mixture, {}).get(source) for source, mixture in zip(table["source"], table["real"], strict=True)]
        table[column] = pd.Series(found, table.index, dtype=float).where(table["fine_tuned"].astype(bool))
    return table.assign(real=table["real"].str.removeprefix("real-"))


def training_table(files: Iterable[Path]) -> pd.DataFrame:
    """Return how each training went, a row for each variant and seed."""
    rows = []
    for file in files:
        metrics, run = load(file), RunId.of(file)
        rows.append({"variant": run.variant, "seed": run.seed, **{name: value for name, value in metrics.items() if name != "about"}})
    return pd.DataFrame(rows)


def _rows(files: Iterable[Path], columns: list[str]) -> pd.DataFrame:
    """Return values, a row a file `<variant>-<seed>.json`, with the variant."""
    rows = [{"variant": RunId.of(file).variant, **load(file)} for file in files]
    return pd.DataFrame(rows, columns=["variant", *columns]).astype(dict.fromkeys(columns, float))


def _over_seeds(rows: Iterable[tuple[object, ...]], keys: list[str], value: str) -> pd.DataFrame:
    """Return `value` as its mean, `spread` (standard deviation; none for a single seed) and `seeds`, a row for each of the keys."""
    grouped = pd.DataFrame(rows, columns=[*keys, value]).groupby(keys, sort=False)[value]
    return grouped.agg(["mean", "std", "size"]).set_axis([value, "spread", "seeds"], axis=1).reset_index()
