"""What was measured of a statement's reading: values by seed, and whether they were measured as the report did."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd
from scipy.stats import spearmanr

from workflow.params.training import MeasuredBudget
from workflow.pipeline.run_id import RunId
from workflow.report.claims import BLUR, BY_EPOCH, CORRELATION, GOOD, LEAD, LOGARITHM, REST, Reading, compared_in_bfloat16
from workflow.report.metrics import NotMeasuredError, about, load, read_by_epoch, value
from workflow.report.runs import (
    LEAST_DEGREES_OF_FREEDOM,
    LEAST_RUNS,
    Evidence,
    Hits,
    Runs,
    Scale,
    TwoHits,
    difference,
    pooled_difference,
    rank_correlation,
    with_family,
)
from workflow.report.trainings import MeasuredTraining, read_trainings

# What the reports train on. Any other data set stands in for one of them
WHOLE_DATA = ("mnist", "mnist-donahue", "fashion-mnist", "svhn")
# The metrics that are of LeNet, or that it judges by
OF_LENET = ("lenet", "lenet_score", "retrain", "reconstruction", "fidelity", "fidelity_by_epoch", "by_class", "collapse")


@dataclass(frozen=True)
class TrainingRecord:
    """What is known of a run's training.

    Attributes:
        family: Of its networks and recipe; none if it is not known.
        precision: In which it computed, or else what it started from.
        start: The variant whose weights it started from; none if it began with random weights.
        unlike: How it, or what it started from, differs from the report's training, in a few words; none if it does not.
        share: Of their own epochs that it and what it started from had, whichever had less; at most 1.
    """

    family: str | None
    precision: str
    start: str | None
    unlike: str | None
    share: float

    def unlike_in(self, reading: Reading) -> str | None:
        """Return how it differs from the report's training for a reading: a rounded one does where nobody compared it with float32."""
        if self.unlike or self.precision == "float32" or compared_in_bfloat16(reading.terms):
            return self.unlike
        return ROUNDED.format(self.precision)


DERIVED: Mapping[str, Callable[[float], float]] = {  # by the end of a metric
    LOGARITHM: log,
    REST: lambda share: 100 - share,
    BLUR: lambda sharpness: max(0.0, 1 - sharpness),
}

UNKNOWN = "a training that is not known"
ROUNDED = "a training in {}, not shown to give what float32 gives"
NOTHING = TrainingRecord(None, "float32", None, UNKNOWN, 0.0)


@dataclass(frozen=True)
class Measurement:
    """What was measured of a reading.

    Attributes:
        values: By seed: the values, their differences, or a table's rank correlations with what is stated.
        seeds: How many runs each side has; of a table, those that all rows have.
        unlike: How one of the runs differs from the report's training, in a few words; none if all are as the report trained.
        share: Of their own epochs that they had, of the run that had fewest; none if nothing was trained.
        exact: Whether the value has no seed.
        evidence: What the rule is given; none if nothing was measured.
        rows: Of a table, the mean of each row that was measured, by its number.
    """

    values: Mapping[int, float]
    seeds: int
    unlike: str | None
    share: float | None
    exact: bool
    evidence: Evidence | None
    rows: Mapping[int, float] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether all runs were trained as the report did."""
        return self.unlike is None

    @property
    def centre(self) -> float | None:
        """The mean, the share of runs, their difference or the rank correlation; none if nothing was measured."""
        return self.evidence.centre if self.evidence else None

    @property
    def short(self) -> bool:
        """Whether trainings had fewer epochs than their own."""
        return self.share is not None and self.share < 1

    @property
    def spread(self) -> float | None:
        """The standard deviation of a run, or of a difference, over seeds; none for a single one."""
        return self.evidence.deviation if isinstance(self.evidence, Runs) and self.evidence.degrees_of_freedom and not self.exact else None


class Results:
    """The measured values of a budget."""

    def __init__(
        self, folder: Path, budget: MeasuredBudget, untrained: Sequence[str], exact: Sequence[str], same_in_bfloat16: Collection[str]
    ) -> None:
        """Look at a budget's folder.

        Args:
            folder: Of its metrics and tables.
            budget: Whose it is.
            untrained: What needs no training.
            exact: What of that has no seed either.
            same_in_bfloat16: What trains in bfloat16 as the reports did.
        """
        self.folder = folder
        self.budget = budget
        self.untrained = {*untrained, *exact}
        self.exact = set(exact)
        self.same_in_bfloat16 = same_in_bfloat16
        self._read: dict[tuple[str, str, int | None], dict[int, float]] = {}

    def measure(self, reading: Reading) -> Measurement:
        """Return what was measured of a reading."""
        if isinstance(reading.stated, Mapping):
            return self._table(reading, reading.stated)
        sides = self._sides(reading)
        first, second = sides[0], sides[1] if len(sides) > 1 else None
        return Measurement(
            values=_together(first, second),
            seeds=min(map(len, sides)),
            unlike=self._unlike(reading, sides),
            share=self._share(reading, sides),
            exact=reading.variant in self.exact and reading.against is None,
            evidence=_hits(first, second) if reading.kind == "count" else self._runs(reading, first, second),
        )

    def _sides(self, reading: Reading) -> list[dict[int, float]]:
        """Return the values by seed of what is measured, and of what is subtracted.

        A baseline, and the LeNet that judges, have one value, which is subtracted from that of each seed.
        """
        first, *second = self._of_terms(reading)
        if reading.against in self.untrained and second and len(second[0]) == 1:
            return [first, dict.fromkeys(first, *second[0].values())]
        return [first, *second]

    def _runs(self, reading: Reading, first: Mapping[int, float], second: Mapping[int, float] | None) -> Runs | None:
        """Return the mean and spread of a reading, pooled with its family's: of a difference, where it has few runs."""
        if not first:
            return None
        if second is None:
            exact = Runs(mean(first.values()), 0.0, LEAST_RUNS, LEAST_DEGREES_OF_FREEDOM)
            return exact if reading.variant in self.exact else self._with_family(reading, str(reading.variant), first)
        runs = difference(first, second)
        if runs is None or not reading.against or reading.protocol.minus:
            return runs
        pooled = [self._with_family(reading, *side) for side in ((str(reading.variant), first), (reading.against, second))]
        few = runs.degrees_of_freedom < LEAST_DEGREES_OF_FREEDOM  # not whichever is narrower: of two, that is too narrow too often
        return pooled_difference(*pooled) if few and all(each.pooled for each in pooled) else runs

    def _with_family(self, reading: Reading, variant: str, values: Mapping[int, float]) -> Runs:
        """Return the mean and spread of a variant, the spread pooled with its family's."""
        return with_family(Runs.of(list(values.values())), self._family(reading, variant), Scale(reading.protocol.whole))

    def _table(self, reading: Reading, stated: Mapping[str, float]) -> Measurement:
        """Return what was measured of a table: nothing unless all of its rows were, with one seed at least."""
        rows = self._of_terms(reading)
        seeds = sorted(set.intersection(*map(set, rows)))
        correlations = {seed: rank_correlation(list(stated.values()), [row[seed] for row in rows]) for seed in seeds}
        return Measurement(
            values=correlations,
            seeds=len(seeds),
            unlike=self._unlike(reading, rows),
            share=self._share(reading, rows),
            exact=False,
            evidence=Runs.of(list(correlations.values())) if correlations else None,
            rows={number: mean(row.values()) for number, row in enumerate(rows) if row},
        )

    def _of_terms(self, reading: Reading) -> list[dict[int, float]]:
        """Return the values by seed of each of a reading's terms."""
        return [self._values(variant, metric, epoch) for (variant, metric), epoch in zip(reading.terms, reading.epochs, strict=True)]

    def _values(self, variant: str, metric: str, epoch: int | None) -> dict[int, float]:
        """Return a metric's values by seed, of the seeds with which it was measured."""
        if (variant, metric, epoch) not in self._read:
            seeds = {0, *self.budget.seeds} if variant in self.untrained else set(self.budget.seeds)
            found = {seed: measured_value(self.folder, metric, RunId(variant, seed), epoch) for seed in sorted(seeds)}
            self._read[variant, metric, epoch] = {seed: each for seed, each in found.items() if each is not None}
        return self._read[variant, metric, epoch]

    def _family(self, reading: Reading, variant: str) -> list[list[float]]:
        """Return the values that a reading's metric has of each other whole variant of its family; none if it is the same of all.

        A run that started from another one's weights is as that one was, of whatever seed: it is no further draw.
        """
        own = next((self.trainings[run] for run in self.trainings if run.variant == variant), NOTHING)
        if own.family is None or not reading.trained:
            return []
        alike = {run.variant for run, each in self.trainings.items() if each.family == own.family and not each.unlike and not each.start}
        found = []
        for each in sorted(alike - {variant, own.start}):
            with suppress(NotMeasuredError):  # what is not conditional draws no class that was asked for
                found.append(list(self._values(each, reading.protocol.metric, reading.epoch).values()))
        return found

    def _trained(self, reading: Reading, sides: Sequence[Mapping[int, float]]) -> list[TrainingRecord | None]:
        """Return the trainings that a reading's values depend on; none in the place of one that is not known."""
        if not reading.trained:
            return []
        variants = [variant for variant, _ in reading.terms]
        runs = {RunId(variant, seed) for variant, side in zip(variants, sides, strict=True) for seed in side}
        return [self.trainings.get(run) for run in sorted(runs) if run.variant not in self.untrained]

    def _unlike(self, reading: Reading, sides: Sequence[Mapping[int, float]]) -> str | None:
        trained = self._trained(reading, sides)
        if self._lenet_changed and of_lenet(reading.terms):
            return "a LeNet with other parameters"
        if not trained and self.budget.dataset not in WHOLE_DATA:
            return "other data"
        return next((unlike for each in trained if (unlike := each.unlike_in(reading) if each else UNKNOWN)), None)

    def _share(self, reading: Reading, sides: Sequence[Mapping[int, float]]) -> float | None:
        return min((each.share for each in self._trained(reading, sides) if each), default=None)

    @cached_property
    def _lenet_changed(self) -> bool:
        """Whether the budget changed the LeNet that judges, as only a hypothesis about a report's own does."""
        params = [about(load(file), file).get("params", {}) for file in self.folder.glob("metrics/lenet/*.json")]
        return any(each.get("budget", {}).get("changes", {}).get("lenet") for each in params)

    @cached_property
    def trainings(self) -> dict[RunId, TrainingRecord]:
        """All trainings of the budget."""
        found = read_trainings(self.folder)
        return {run: _record(run, found, self.same_in_bfloat16) for run in found}


def _record(run: RunId, trainings: Mapping[RunId, MeasuredTraining], same_in_bfloat16: Collection[str]) -> TrainingRecord:
    """Return whether a training, and what it started from, was trained as the report did."""
    found, share, precision = trainings[run], trainings[run].share, trainings[run].precision
    rounded = not trained_alike(run.variant, {}, found.precision, same_in_bfloat16)
    differences = {
        "a shorter training": share < 1,
        "a training on fewer images": not found.all_images,
        "a training on other data": found.dataset not in WHOLE_DATA,
        "a training with other parameters": bool(found.changes.keys() - {"precision"}),
        ROUNDED.format(found.precision): rounded,
    }
    unlike = next((name for name, differs in differences.items() if differs), None)
    if found.start is not None:
        start = RunId(found.start, run.seed)
        before = _record(start, trainings, same_in_bfloat16) if start in trainings else NOTHING
        unlike, share = unlike or before.unlike, min(share, before.share)
        precision = before.precision if precision == "float32" else precision
    return TrainingRecord(found.family, precision, found.start, unlike, share)


def of_lenet(terms: Iterable[tuple[str, str]]) -> bool:
    """Return whether some of these metrics, each after its variant, depend on LeNet."""
    return any(metric.split(".", 1)[0] in OF_LENET for _, metric in terms)


def trained_alike(variant: str, changes: Mapping[str, Any], precision: str, same_in_bfloat16: Collection[str]) -> bool:
    """Return whether a recipe was trained as it is written, but for a rounding that is known to change nothing.

    Args:
        variant: The recipe's.
        changes: What a budget changed of it.
        precision: In which it was trained.
        same_in_bfloat16: What was found to measure the same in bfloat16 as in float32.
    """
    return changes.keys() <= {"precision"} and (precision == "float32" or (precision == "bfloat16" and variant in same_in_bfloat16))


def metric_file(results: Path, metric: str, run: object) -> Path:
    """Return the file in a budget's folder that has a run's value of a metric: a metrics file, or a table by epoch."""
    kind = metric.split(".", 1)[0]
    return results / (f"{kind}/{run}.tsv" if kind in BY_EPOCH else f"metrics/{kind}/{run}.json")


def measured_value(results: Path, metric: str, run: RunId, epoch: int | None = None) -> float | None:
    """Return a run's value of a metric; none if that was not measured.

    Args:
        results: The folder of a budget's metrics and tables.
        metric: `<kind>.<key>...` in a metrics file, `a+b` at its end being the mean of two keys; `losses.correlation`, the
            rank correlation of the discriminator's and the generator's loss; `losses.least_lead`, the least of the generator's less the
            discriminator's; or a table by epoch and a column. `by_class.good_samples.<classes>` is the share of all samples that are
            good ones of a class. With `.log`, the natural logarithm of it; with `.rest`, 100 less it; with `.blur`, what it is below 1.
        run: A variant or baseline and its seed.
        epoch: After which epoch, for a table; a run may have ended before it.

    Raises:
        UserError: If the file is there, but without such a value.
    """
    for suffix, derive in DERIVED.items():
        if metric.endswith(suffix):
            found = measured_value(results, metric.removesuffix(suffix), run, epoch)
            return None if found is None else derive(found)
    kind, key = metric.split(".", 1)
    file = metric_file(results, metric, run)
    if not file.exists():
        return None
    if kind not in BY_EPOCH:
        above, _, last = key.rpartition(".")
        names, content = last.split("+"), load(file)
        if f"{kind}.{above}" == GOOD:
            return mean(_good_samples(content, name, file) for name in names)
        return mean(value(content, f"{above}.{name}".strip("."), file) for name in names)
    table = read_by_epoch(file)
    if metric in OF_BOTH_LOSSES:
        if not {"discriminator", "generator"} <= set(table):
            raise NotMeasuredError(f"{file}: found no losses of two sides, allowed: those that a claim asks for")
        return OF_BOTH_LOSSES[metric](table["discriminator"], table["generator"])
    return value(table.loc[epoch].to_dict(), key, file) if epoch in table.index else None


def _good_samples(found: Mapping[str, Any], name: str, file: Path) -> float:
    """Return the share of all samples that LeNet gives a class and is sure of, per cent."""
    return value(found, f"good.{name}", file) * value(found, f"share.{name}", file) / 100


def _correlation(discriminator: pd.Series, generator: pd.Series) -> float | None:
    """Return how the two losses go together over the epochs; none if there are too few, or if one stands still."""
    moving = len(discriminator) > 2 and discriminator.nunique() > 1 and generator.nunique() > 1
    return float(spearmanr(discriminator, generator)[0]) if moving else None


def _least_lead(discriminator: pd.Series, generator: pd.Series) -> float | None:
    """Return by how much the discriminator's loss lay below the generator's in the epoch in which that was least."""
    return float((generator - discriminator).min())


OF_BOTH_LOSSES: Mapping[str, Callable[[pd.Series, pd.Series], float | None]] = {CORRELATION: _correlation, LEAD: _least_lead}


def _together(first: Mapping[int, float], second: Mapping[int, float] | None) -> dict[int, float]:
    """Return the values by seed, or their differences by the seeds that both sides have."""
    if second is None:
        return dict(first)
    return {seed: first[seed] - second[seed] for seed in sorted(first.keys() & second.keys())}


def _hits(first: Mapping[int, float], second: Mapping[int, float] | None) -> Hits | TwoHits | None:
    """Return in how many runs something happened, of one variant or of two."""
    if not first or second == {}:
        return None
    hits = Hits(sum(first.values()), len(first))
    return hits if second is None else TwoHits(hits, Hits(sum(second.values()), len(second)))
