"""The rule of a verdict: numbers in, a decision out.

A report's statement is one of the rules below; what was measured is one of the kinds of evidence. `decide(rule, evidence)` gives a
verdict, the interval that it stands on and a p-value where it rejects a hypothesis; `rule.indicate(evidence)` what runs point to that
decide nothing: too few, too far apart, or at a reduced budget. Two properties hold for every rule, and are tested: more spread never
makes a statement reproduced, and more runs of the same mean and spread never widen an interval.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf, sqrt
from typing import Any, Protocol

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from workflow.report.runs import ALPHA, NO_SCALE, Evidence, Hits, Runs, Scale, TwoHits

MOST_RUNS = 1000  # a number of runs that nobody will train
FAR_APART, CLOSE = 0.5, 0.3  # how far two shares of runs are from each other


class Verdict(StrEnum):
    """What the rule says of a statement."""

    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not run"


class Indication(StrEnum):
    """What runs point to that decide nothing."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"


@dataclass(frozen=True)
class Decision:
    """What a rule says of some evidence.

    Attributes:
        verdict: Never `not run`.
        low: The lower end of the interval that the verdict stands on.
        high: Its upper end.
        p_value: The smallest level at which the verdict's hypothesis is rejected; none where it rejects none.
    """

    verdict: Verdict
    low: float | None
    high: float | None
    p_value: float | None = None


class Rule(Protocol):
    """A statement as something to be tested."""

    def test(self, evidence: Any) -> Decision:
        """Return what the evidence says, as if there were enough of it: of two runs or more."""
        ...

    def indicate(self, evidence: Any) -> Indication:
        """Return what the evidence points to, whatever its spread."""
        ...


@dataclass(frozen=True)
class Value:
    """A stated number, taken as one run's: where a report averaged, and does not say over how many, that asks for less.

    Reproduced: the mean lies within the margin, and the 95 % prediction interval of a new run is at most four margins wide. Not
    reproduced: the mean lies beyond the margin, and that interval does not cover the number.
    """

    stated: float
    margin: float
    scale: Scale = NO_SCALE

    @property
    def ends(self) -> tuple[float, float]:
        """The values that count as the stated one."""
        low, high = self.stated - self.margin, self.stated + self.margin
        return (low, high) if self.scale.whole is None else (max(low, 0.0), min(high, self.scale.whole))

    def test(self, evidence: Runs) -> Decision:
        """Return what two runs or more say."""
        error = sqrt(1 + 1 / evidence.number)
        low, high = self.scale.interval(evidence, error, ALPHA)
        if abs(evidence.mean - self.stated) <= self.margin:
            narrow = high - low <= 4 * self.margin
            return Decision(Verdict.REPRODUCED if narrow else Verdict.INCONCLUSIVE, low, high)
        apart = self.scale.standard_errors(evidence, self.scale.clipped(self.stated), error)
        return _rejected(Verdict.NOT_REPRODUCED, _two_sided(apart, evidence), low, high)

    def indicate(self, evidence: Runs) -> Indication:
        """Return what the mean points to."""
        return _near(abs(evidence.mean - self.stated), self.margin)


@dataclass(frozen=True)
class Range:
    """A range; its ends, widened, hold every value that it allows. An end of 0 is a sign, and is not widened.

    Reproduced: the interval lies inside. Not reproduced: it lies outside. The interval is that of a new run, or of the mean
    of a difference.

    Attributes:
        low: -inf if there is none.
        high: inf if there is none.
        margin: Up to two of it beyond the ends, what decides nothing leaves the statement open.
        scale: Of the interval.
        of_mean: Whether that is the mean's.
        widened: By how much, where the report rounds or repeats what it states; an end that is chosen here is meant as it is.
    """

    low: float
    high: float
    margin: float
    scale: Scale = NO_SCALE
    of_mean: bool = False
    widened: float = 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """The range, widened."""
        return (self.low - self.widened if self.low else 0.0), (self.high + self.widened if self.high else 0.0)

    def test(self, evidence: Runs) -> Decision:
        """Return what two runs or more say."""
        error = sqrt(1 / evidence.number + (not self.of_mean))
        low, high = self.scale.interval(evidence, error, ALPHA)
        above, below = self.scale.standard_errors(evidence, self.ends[0], error), -self.scale.standard_errors(evidence, self.ends[1], error)
        inside = self.ends[0] <= evidence.mean <= self.ends[1]
        verdict = Verdict.REPRODUCED if inside else Verdict.NOT_REPRODUCED
        return _rejected(verdict, _two_sided(min(above, below), evidence), low, high)

    def indicate(self, evidence: Runs) -> Indication:
        """Return what the mean points to."""
        inside = self.ends[0] <= evidence.mean <= self.ends[1]
        return Indication.FOR if inside else _outside(max(self.low - evidence.mean, evidence.mean - self.high), self.margin)


@dataclass(frozen=True)
class Difference:
    """A stated difference, or none ("the same"): two one-sided tests that the mean difference lies within the margin of it.

    Reproduced: both reject. Not reproduced: the 95 % interval of the mean lies outside. No margin turns a stated gain into a loss.
    """

    stated: float
    margin: float

    @property
    def ends(self) -> tuple[float, float]:
        """The differences that count as the stated one."""
        low, high = self.stated - self.margin, self.stated + self.margin
        return (max(low, 0.0) if self.stated > 0 else low), (min(high, 0.0) if self.stated < 0 else high)

    def test(self, evidence: Runs) -> Decision:
        """Return what two runs or more say."""
        low, high = NO_SCALE.interval(evidence, sqrt(1 / evidence.number), ALPHA)
        inside = self._inside(evidence)
        if inside > 0:
            return _rejected(Verdict.REPRODUCED, self.p_value(evidence), low, high)
        return _rejected(Verdict.NOT_REPRODUCED, _two_sided(inside, evidence), low, high)

    def p_value(self, evidence: Runs) -> float:
        """Return the probability of a mean as far inside, were the true one at the nearer end: the larger of two one-sided p-values."""
        return float(stats.t.sf(self._inside(evidence), evidence.degrees_of_freedom))

    def _inside(self, evidence: Runs) -> float:
        """Return how many standard errors the mean lies from the nearer end; below 0 if it lies outside."""
        error = sqrt(1 / evidence.number)
        return min(NO_SCALE.standard_errors(evidence, self.ends[0], error), -NO_SCALE.standard_errors(evidence, self.ends[1], error))

    def indicate(self, evidence: Runs) -> Indication:
        """Return what the mean points to."""
        return Indication.AGAINST if self.stated * evidence.mean < 0 else _near(abs(evidence.mean - self.stated), self.margin)


@dataclass(frozen=True)
class Direction:
    """The stated sign of a difference: 1 for higher, -1 for lower.

    Reproduced: the 95 % interval of the mean excludes 0 on that side, however small the difference. Not reproduced: on the other side, or
    it excludes 0 on neither and two one-sided tests show the difference to be smaller than the margin. A difference of exactly 0 in every
    run is of a quantity at its bound, such as a blur of images that are noisy: it says nothing of which has less of it.
    """

    sign: int
    margin: float

    def test(self, evidence: Runs) -> Decision:
        """Return what two runs or more say."""
        error = sqrt(1 / evidence.number)
        low, high = NO_SCALE.interval(evidence, error, ALPHA)
        if evidence.mean == evidence.deviation == 0:
            return Decision(Verdict.INCONCLUSIVE, low, high)
        from_zero = _two_sided(NO_SCALE.standard_errors(evidence, 0.0, error), evidence)
        negligible = Difference(0.0, self.margin).test(evidence)
        if from_zero > ALPHA and negligible.verdict is Verdict.REPRODUCED:
            return replace(negligible, verdict=Verdict.NOT_REPRODUCED)
        verdict = Verdict.REPRODUCED if self.sign * evidence.mean > 0 else Verdict.NOT_REPRODUCED
        return _rejected(verdict, from_zero, low, high)

    def indicate(self, evidence: Runs) -> Indication:
        """Return what the mean points to, if it is at least the margin."""
        return _pointing(self.sign * evidence.mean, self.margin)


@dataclass(frozen=True)
class Count:
    """A stated share of runs, by the Clopper–Pearson interval of those counted; shares are of 1."""

    low: float
    high: float

    def test(self, evidence: Hits) -> Decision:
        """Return what the count says."""
        low, high = map(float, proportion_confint(evidence.hits, evidence.number, ALPHA, method="beta"))
        inside = self.low <= evidence.centre <= self.high
        p_value = max((_reach(evidence, end) for end in (self.low, self.high) if 0 < end < 1), default=0.0)
        verdict = Verdict.REPRODUCED if inside else Verdict.NOT_REPRODUCED
        return _rejected(verdict, p_value, low, high)

    def indicate(self, evidence: Hits) -> Indication:
        """Return what the share points to."""
        return Indication.FOR if self.low <= evidence.centre <= self.high else Indication.AGAINST


@dataclass(frozen=True)
class CountDirection:
    """Which of two variants something happens to in more of its runs: 1 for the first, -1 for the second.

    Reproduced: Fisher's test says so. Not reproduced: it says the contrary, or two one-sided tests show the shares to be close. What
    happens in no run of either says nothing of which has less of it. The interval of their difference is Newcombe's.
    """

    sign: int

    def test(self, evidence: TwoHits) -> Decision:
        """Return what both counts say."""
        low, high = _newcombe(evidence, ALPHA)
        if evidence.first.hits == evidence.second.hits == 0:
            return Decision(Verdict.INCONCLUSIVE, low, high)
        counts = np.array([[round(each.hits), each.number - round(each.hits)] for each in (evidence.first, evidence.second)])
        unlike, alike = float(stats.fisher_exact(counts)[1]), _nearer_than(CLOSE, evidence)
        if unlike > ALPHA >= alike:
            return Decision(Verdict.NOT_REPRODUCED, low, high, alike)
        verdict = Verdict.REPRODUCED if self.sign * evidence.centre > 0 else Verdict.NOT_REPRODUCED
        return _rejected(verdict, unlike, low, high)

    def indicate(self, evidence: TwoHits) -> Indication:
        """Return what the shares point to, if they are far apart."""
        return _pointing(self.sign * evidence.centre, FAR_APART)


@dataclass(frozen=True)
class Ranking:
    """The order of a whole table: the rank correlation of its values with those of each seed.

    Reproduced: the 95 % interval of the mean lies above the least correlation. Not reproduced: below it.
    """

    least: float

    def test(self, evidence: Runs) -> Decision:
        """Return what two tables or more say."""
        found = Range(self.least, inf, 0.0, of_mean=True).test(evidence)
        low, high = (None if end is None else min(max(end, -1.0), 1.0) for end in (found.low, found.high))
        return replace(found, low=low, high=high)

    def indicate(self, evidence: Runs) -> Indication:
        """Return what the mean points to."""
        return Indication.FOR if evidence.mean >= self.least else Indication.AGAINST if evidence.mean <= 0 else Indication.OPEN


def decide(rule: Rule, evidence: Evidence) -> Decision:
    """Return a rule's verdict on some evidence: inconclusive if that is too little, and without an interval if it has no spread."""
    if isinstance(evidence, Runs) and evidence.degrees_of_freedom < 1:
        return Decision(Verdict.INCONCLUSIVE, None, None)
    found = rule.test(evidence)
    return replace(found, verdict=Verdict.INCONCLUSIVE, p_value=None) if evidence.least_more else found


def more_runs(rule: Rule, evidence: Evidence, alpha: float = ALPHA) -> int | None:
    """Return how many more runs would decide, if they changed neither mean nor spread; none if `MOST_RUNS` would not.

    Args:
        rule: Of the statement.
        evidence: The runs so far.
        alpha: What a p-value has to be at most, to stand beside those of its report's other statements.
    """

    def decides(more: int) -> bool:
        decision = decide(rule, evidence.repeated(more))
        return decision.verdict is not Verdict.INCONCLUSIVE and (decision.p_value is None or decision.p_value <= alpha)

    least = max(1, evidence.least_more)
    found = least + bisect_left(range(least, MOST_RUNS + 1), True, key=decides)
    return found if found <= MOST_RUNS else None


def holm(p_values: Sequence[float | None]) -> list[bool]:
    """Return which verdicts stand if all of them together are to be wrong with at most 5 % (Holm 1979).

    One without a p-value rejects nothing, and stands.
    """
    tested = [p_value for p_value in p_values if p_value is not None]
    stands = iter(multipletests(tested, ALPHA, method="holm")[0]) if tested else iter(())
    return [p_value is None or bool(next(stands)) for p_value in p_values]


def _rejected(verdict: Verdict, p_value: float, low: float, high: float) -> Decision:
    """Return a verdict that stands if its hypothesis is rejected."""
    return Decision(verdict if p_value <= ALPHA else Verdict.INCONCLUSIVE, low, high, p_value)


def _newcombe(evidence: TwoHits, alpha: float) -> tuple[float, float]:
    """Return the interval of the difference of two shares of Newcombe 1998."""
    first, second = evidence.first, evidence.second
    counts = (first.hits, first.number, second.hits, second.number)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=alpha)
    return float(low), float(high)


def _nearer_than(margin: float, evidence: TwoHits) -> float:
    """Return the p-value of two one-sided tests that two shares are less than a margin apart: the level of an interval as wide."""

    def too_wide(level: float) -> float:
        low, high = _newcombe(evidence, 2 * level)
        return max(high, -low) - margin

    least, most = 1e-12, 0.5  # of one side
    if too_wide(most) >= 0:
        return 1.0
    return float(brentq(too_wide, least, most)) if too_wide(least) > 0 else least


def _two_sided(apart: float, runs: Runs) -> float:
    return 2 * float(stats.t.sf(abs(apart), runs.degrees_of_freedom))


def _reach(hits: Hits, share: float) -> float:
    """Return twice the probability that runs of a true share lie as far on the evidence's side of it: Clopper & Pearson's test.

    Shares of runs that were not made may be no whole number of hits: by the beta distribution.
    """
    above = float(stats.beta.cdf(share, hits.hits, hits.number - hits.hits + 1)) if hits.hits > 0 else 1.0
    below = float(stats.beta.sf(share, hits.hits + 1, hits.number - hits.hits)) if hits.hits < hits.number else 1.0
    return min(1.0, 2 * (above if hits.centre >= share else below))


def _near(distance: float, margin: float) -> Indication:
    """Return for within the margin of what is stated, against beyond twice of it, open between."""
    return Indication.FOR if distance <= margin else _outside(distance, margin)


def _outside(distance: float, margin: float) -> Indication:
    return Indication.AGAINST if distance > 2 * margin else Indication.OPEN


def _pointing(beyond: float, margin: float) -> Indication:
    return Indication.FOR if beyond >= margin else Indication.AGAINST if beyond <= -margin else Indication.OPEN
