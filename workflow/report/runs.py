"""What several runs of a training say of a quantity: means, spreads, counts and tables, alone or beside those of other variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isinf, log, log1p, sqrt
from statistics import mean, stdev
from typing import Self

from scipy import stats

ALPHA = 0.05
LEAST_DEGREES_OF_FREEDOM = 4  # what five runs say of a spread
LEAST_RUNS = 3  # whatever is known of a spread
UNLIKE = 0.25  # the level at which spreads are kept apart: a test at 5 % would pool too many that differ (Bancroft 1964)
LEAST_COUNTED = 10  # runs, where collapses are counted


@dataclass(frozen=True)
class Runs:
    """What several runs say of one quantity.

    Attributes:
        mean: Over the runs.
        deviation: Standard deviation of a single run.
        number: How many runs.
        degrees_of_freedom: Degrees of freedom of the deviation.
        pooled: Whether the deviation is that of a family of variants.
    """

    mean: float
    deviation: float
    number: int
    degrees_of_freedom: float
    pooled: bool = False

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Summarize the values of some runs; a single one has no degree of freedom."""
        return cls(mean(values), stdev(values) if len(values) > 1 else 0.0, len(values), len(values) - 1)

    @property
    def centre(self) -> float:
        """The mean."""
        return self.mean

    def repeated(self, more: int) -> Self:
        """Return the same with more runs that do not change the mean and the spread."""
        return replace(self, number=self.number + more, degrees_of_freedom=self.degrees_of_freedom + more)

    @property
    def least_more(self) -> int:
        """How many more runs say enough of the mean and the spread."""
        return max(0, LEAST_DEGREES_OF_FREEDOM - int(self.degrees_of_freedom), LEAST_RUNS - self.number)


@dataclass(frozen=True)
class Hits:
    """In how many of some runs something happened.

    Attributes:
        hits: In how many it did.
        number: How many runs.
    """

    hits: float
    number: int

    @property
    def centre(self) -> float:
        """The share of the runs."""
        return self.hits / self.number

    def repeated(self, more: int) -> Self:
        """Return the same share of more runs."""
        return replace(self, hits=self.centre * (self.number + more), number=self.number + more)

    @property
    def least_more(self) -> int:
        """How many more runs are counted at least."""
        return max(0, LEAST_COUNTED - self.number)


@dataclass(frozen=True)
class TwoHits:
    """The same of two variants."""

    first: Hits
    second: Hits

    @property
    def centre(self) -> float:
        """The difference of the shares."""
        return self.first.centre - self.second.centre

    def repeated(self, more: int) -> Self:
        """Return the same shares of more runs of each."""
        return replace(self, first=self.first.repeated(more), second=self.second.repeated(more))

    @property
    def least_more(self) -> int:
        """How many more runs of each are counted at least."""
        return max(self.first.least_more, self.second.least_more)


Evidence = Runs | Hits | TwoHits


@dataclass(frozen=True)
class Scale:
    """On which scale intervals are symmetric.

    Attributes:
        whole: 100 for per cent and 1 for a share: symmetric in logits, so that no interval leaves [0, whole]. None: as measured.
    """

    whole: float | None = None

    def standard_errors(self, runs: Runs, value: float, error: float) -> float:
        """Return by how many standard errors the mean lies above a value, if its error is that of a mean of `1 / error²` runs."""
        return _ratio(self._to(self.clipped(runs.mean)) - self._to(value), self.deviation(runs) * error)

    def interval(self, runs: Runs, error: float, alpha: float) -> tuple[float, float]:
        """Return the two-sided t interval."""
        half = float(stats.t.ppf(1 - alpha / 2, runs.degrees_of_freedom)) * self.deviation(runs) * error
        centre = self._to(self.clipped(runs.mean))
        return self._back(centre - half), self._back(centre + half)

    def deviation(self, runs: Runs) -> float:
        """Return a run's standard deviation on this scale, by the slope at the mean."""
        return runs.deviation / self.slope(runs)

    def slope(self, runs: Runs) -> float:
        """Return by how much a value changes with this scale, at the mean."""
        if self.whole is None:
            return 1.0
        share = self.clipped(runs.mean) / self.whole
        return self.whole * share * (1 - share)

    def clipped(self, value: float) -> float:
        """Move a share of exactly nothing or all by half an image of 10 000: it has no logit."""
        return value if self.whole is None else min(max(value, self.whole * 5e-5), self.whole * (1 - 5e-5))

    def _to(self, value: float) -> float:
        if self.whole is None:
            return value
        share = value / self.whole
        return -inf if share <= 0 else inf if share >= 1 else log(share) - log1p(-share)

    def _back(self, value: float) -> float:
        return value if self.whole is None else self.whole * float(stats.logistic.cdf(value))


NO_SCALE = Scale()


def rank_correlation(stated: Sequence[float], measured: Sequence[float]) -> float:
    """Return Spearman's of what is stated of some rows and what was measured; 0 if all measured values are one."""
    return float(stats.spearmanr(stated, measured)[0]) if len(set(measured)) > 1 else 0.0


def difference(first: Mapping[int, float], second: Mapping[int, float]) -> Runs | None:
    """Return what runs say of a difference: in pairs of one seed, or Welch's if some of the fewer have none; none without two values.

    Args:
        first: Values by seed.
        second: Those that are subtracted.
    """
    if not first or not second:
        return None
    both, fewer = sorted(first.keys() & second.keys()), min(len(first), len(second))
    if len(both) == fewer or fewer == 1:
        return Runs.of([first[seed] - second[seed] for seed in both]) if both else None
    return _welch(Runs.of(list(first.values())), Runs.of(list(second.values())))


def _welch(first: Runs, second: Runs) -> Runs:
    """Return the difference of two independent groups with Welch's degrees of freedom."""
    squares = [each.deviation**2 / each.number for each in (first, second)]
    parts = sum(square**2 / each.degrees_of_freedom for square, each in zip(squares, (first, second), strict=True))
    degrees_of_freedom = sum(squares) ** 2 / parts if parts else first.degrees_of_freedom + second.degrees_of_freedom
    number = min(first.number, second.number)
    return Runs(first.mean - second.mean, sqrt(sum(squares) * number), number, degrees_of_freedom)


def with_family(runs: Runs, others: Sequence[Sequence[float]], scale: Scale = NO_SCALE) -> Runs:
    """Return the same with a spread that is pooled over a family, and has the degrees of freedom of all its runs.

    A spread of its own that is larger stays: pooling must not hide noise; and if it is unlike that of the others, they say nothing of it. A
    single run stays one: its mean is a draw.

    Args:
        runs: Of the variant.
        others: The values of each other variant of its family.
        scale: On which spreads are pooled: shares near all vary less than those near half.
    """
    repeated = [Runs.of(values) for values in others if len(values) > 1]
    if runs.degrees_of_freedom < 1 or not repeated:
        return runs
    degrees_of_freedom = sum(each.degrees_of_freedom for each in repeated)
    own = scale.deviation(runs) ** 2
    theirs = sum(scale.deviation(each) ** 2 * each.degrees_of_freedom for each in repeated) / degrees_of_freedom
    if own > theirs and (theirs == 0 or stats.f.sf(own / theirs, runs.degrees_of_freedom, degrees_of_freedom) < UNLIKE):
        return runs
    together = degrees_of_freedom + runs.degrees_of_freedom
    pooled = sqrt((own * runs.degrees_of_freedom + theirs * degrees_of_freedom) / together)
    deviation = max(runs.deviation, pooled * scale.slope(runs))
    return replace(runs, deviation=deviation, degrees_of_freedom=together, pooled=True)


def pooled_difference(first: Runs, second: Runs) -> Runs:
    """Return the difference of two variants, with their families' spreads."""
    return replace(_welch(first, second), degrees_of_freedom=min(first.degrees_of_freedom, second.degrees_of_freedom), pooled=True)


def _ratio(distance: float, error: float) -> float:
    """Return a distance in errors, without an error infinite."""
    if error and not isinf(distance):
        return distance / error
    return inf if distance > 0 else -inf if distance < 0 else 0.0
