"""The rule of a verdict: its cases, its properties, and that its numbers are those of SciPy and statsmodels."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import ttost_paired

from tests.helpers.generated import cases
from workflow.report.runs import ALPHA, Evidence, Hits, Runs, Scale, TwoHits, difference, pooled_difference, with_family
from workflow.report.verdicts import (
    Count,
    CountDirection,
    Difference,
    Direction,
    Indication,
    Range,
    Ranking,
    Rule,
    Value,
    Verdict,
    decide,
    holm,
    more_runs,
)

PER_CENT = Scale(100)
REPRODUCED, NOT, INCONCLUSIVE = Verdict.REPRODUCED, Verdict.NOT_REPRODUCED, Verdict.INCONCLUSIVE


def verdict(rule: Rule, *values: float) -> Verdict:
    return decide(rule, Runs.of(values)).verdict


# What rules of tolerances got wrong


def test_noise_does_not_make_a_value_reproduced() -> None:
    assert verdict(Value(93.75, 0.5, PER_CENT), 88.3, 92.7, 84.8) is INCONCLUSIVE
    assert verdict(Value(93.75, 0.5, PER_CENT), 88.3, 92.7, 84.8, 89.0, 91.9) is INCONCLUSIVE
    assert verdict(Value(93.75, 0.5), 88.7, 88.6, 88.8, 88.5, 88.6) is NOT
    assert verdict(Value(93.75, 0.5, PER_CENT), 93.6, 93.8, 93.9, 93.5, 93.7) is REPRODUCED


def test_no_difference_needs_narrow_runs_around_zero() -> None:
    same = Difference(0.0, 2.0)
    assert verdict(same, -40.0, 30.0, 16.0) is INCONCLUSIVE
    assert verdict(same, -40.0, 30.0, 16.0, -20.0, 14.0) is INCONCLUSIVE
    assert verdict(same, 6.0, 6.1, 6.2, 6.1, 6.0) is NOT
    assert verdict(same, 0.1, -0.2, 0.3, 0.0, -0.1) is REPRODUCED


def test_a_range_has_the_sign_of_its_differences() -> None:
    up_to_12_less = Range(-12.0, 0.0, 0.3, of_mean=True)
    assert verdict(up_to_12_less, 0.0, 2.0, 4.0) is INCONCLUSIVE
    assert verdict(up_to_12_less, 1.9, 2.0, 2.1, 2.0, 2.0) is NOT
    assert verdict(up_to_12_less, -0.1, 0.1, 0.0, 0.05, -0.05) is INCONCLUSIVE
    assert verdict(up_to_12_less, -3.0, -3.2, -2.9, -3.1, -3.0) is REPRODUCED


def test_one_collapse_says_nothing_of_most_runs() -> None:
    most = Count(0.5, 1.0)
    assert decide(most, Hits(1, 3)).verdict is INCONCLUSIVE
    assert decide(most, Hits(0, 1)).verdict is INCONCLUSIVE
    assert decide(most, Hits(3, 3)).verdict is INCONCLUSIVE
    assert decide(most, Hits(9, 10)).verdict is REPRODUCED
    assert decide(most, Hits(6, 10)).verdict is INCONCLUSIVE
    assert decide(most, Hits(1, 10)).verdict is NOT


@pytest.mark.parametrize("rule", [Value(93.75, 0.5), Range(90, 95, 0.5), Difference(0.5, 0.3), Direction(1, 0.3)])
def test_fewer_than_five_runs_are_too_few(rule: Rule) -> None:
    for number in (1, 2, 3, 4):
        assert verdict(rule, *[93.75] * number) is INCONCLUSIVE
    assert more_runs(rule, Runs.of([93.75])) == 4


# What each kind says


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([93.5, 93.6, 93.7, 93.8, 93.9], REPRODUCED),
        ([93.26] * 5, REPRODUCED),  # beyond its interval, but within the margin: a little noise must not help
        ([93.24] * 5, NOT),
        ([92.8, 93.1, 93.4, 93.7, 94.0], INCONCLUSIVE),  # the mean is within the margin, a new run need not be
        ([91.9, 92.4, 92.9, 93.4, 93.9], INCONCLUSIVE),  # the mean is not, a new run may be
        ([91.9, 92.0, 92.1, 91.95, 92.05], NOT),
    ],
)
def test_a_value(values: Sequence[float], expected: Verdict) -> None:
    assert verdict(Value(93.75, 0.5), *values) is expected
    assert verdict(Value(93.75, 0.5, PER_CENT), *values) is expected


def test_shares_near_all_have_intervals_that_end_there() -> None:
    found = decide(Value(99.5, 0.5, PER_CENT), Runs.of([99.9, 99.2, 99.95, 99.1, 99.8]))
    assert found.low is not None
    assert found.high is not None
    assert found.high < 100
    assert 99.59 - found.low > 5 * (found.high - 99.59)
    assert verdict(Value(0.0, 5.0, PER_CENT), 49.99, 50.0, 49.9, 50.0, 50.1) is NOT
    assert verdict(Value(0.0, 5.0, PER_CENT), 0.0, 0.0, 0.0, 0.0, 0.0) is REPRODUCED
    assert verdict(Range(99.0, inf, 0.5, PER_CENT), 99.9, 99.95, 99.9, 99.92, 100.0) is REPRODUCED


def test_a_gain_is_not_reproduced_by_a_loss() -> None:
    gain = Difference(0.5, 0.6)
    assert verdict(gain, 0.01, 0.02, 0.015, 0.02, 0.01) is REPRODUCED
    assert verdict(gain, -0.01, -0.02, -0.015, -0.02, -0.01) is NOT
    assert gain.indicate(Runs.of([-0.05])) is Indication.AGAINST
    assert Difference(0.0, 0.6).indicate(Runs.of([-0.05])) is Indication.FOR


def test_a_direction_is_not_reproduced_by_nothing() -> None:
    higher = Direction(1, 0.3)
    assert verdict(higher, 0.5, 0.6, 0.4, 0.5, 0.7) is REPRODUCED
    assert verdict(higher, -0.5, -0.6, -0.4, -0.5, -0.7) is NOT
    assert verdict(higher, 0.02, -0.03, 0.01, -0.02, 0.04) is NOT  # smaller than what matters
    assert verdict(higher, 0.9, -0.8, 0.7, -0.2, 0.5) is INCONCLUSIVE
    assert verdict(higher, 0.0, 0.0, 0.0, 0.0, 0.0) is INCONCLUSIVE, "both sides are at the bound of the quantity, as noise is without blur"


def test_one_run_is_an_indication() -> None:
    assert [Direction(1, 0.3).indicate(Runs.of([value])) for value in (0.3, 0.2, -0.2, -0.3)] == ["for", "open", "open", "against"]
    assert [Value(93.75, 0.5).indicate(Runs.of([value])) for value in (93.3, 93.0, 92.7)] == ["for", "open", "against"]
    assert [Range(50, 90, 2).indicate(Runs.of([value])) for value in (50.5, 48.5, 45.0)] == ["for", "open", "against"]
    assert [Range(50, 90, 2, widened=2).indicate(Runs.of([value])) for value in (48.5, 47.0, 45.0)] == ["for", "open", "against"]
    assert [Range(0, 90, 2, widened=2).indicate(Runs.of([value])) for value in (0.0, -1.0, -5.0)] == ["for", "open", "against"], (
        "0 is a sign"
    )
    assert [Range(-inf, 0.5, 0).indicate(Runs.of([value])) for value in (0.5, 0.6)] == ["for", "against"]
    assert [Count(0.5, 1).indicate(Hits(hits, 1)) for hits in (1, 0)] == ["for", "against"]
    assert CountDirection(-1).indicate(TwoHits(Hits(0, 1), Hits(1, 1))) is Indication.FOR
    assert [Ranking(0.5).indicate(Runs.of([value])) for value in (0.6, 0.4, 0.0)] == ["for", "open", "against"]


def test_which_of_two_collapses_more_often() -> None:
    fewer = CountDirection(-1)
    assert decide(fewer, TwoHits(Hits(0, 10), Hits(10, 10))).verdict is REPRODUCED
    assert decide(fewer, TwoHits(Hits(10, 10), Hits(0, 10))).verdict is NOT
    assert decide(fewer, TwoHits(Hits(4, 10), Hits(5, 10))).verdict is INCONCLUSIVE
    assert decide(fewer, TwoHits(Hits(0, 3), Hits(3, 3))).verdict is INCONCLUSIVE
    assert more_runs(fewer, TwoHits(Hits(0, 3), Hits(3, 3))) == 7
    every = TwoHits(Hits(10, 10), Hits(10, 10))
    assert decide(fewer, every).verdict is NOT, "both always collapse, so none collapses less"
    below, above = confint_proportions_2indep(10, 10, 10, 10, method="newcomb", alpha=2 * (decide(fewer, every).p_value or 0))
    assert (below, above) == pytest.approx((-0.3, 0.3)), "its p-value is the level of one side at which the interval is as wide"
    assert decide(fewer, TwoHits(Hits(3, 3), Hits(3, 3))).verdict is INCONCLUSIVE
    none = TwoHits(Hits(0, 10), Hits(0, 10))
    assert decide(fewer, none).verdict is INCONCLUSIVE, "neither collapses: collapses do not tell which is more stable"
    assert more_runs(fewer, none) is None


def test_a_whole_tables_order_is_its_rank_correlation_with_each_seeds_values() -> None:
    order = Ranking(0.5)
    assert verdict(order, 1.0, 1.0, 1.0, 1.0, 1.0) is REPRODUCED, "what comes out in each run, however few its rows, is no chance"
    assert verdict(order, -0.4, 0.0, 0.3, -0.1, 0.2) is NOT
    assert verdict(order, 0.2, 0.9, 0.6, 0.4, 0.8) is INCONCLUSIVE
    assert verdict(order, 1.0, 1.0, 1.0) is INCONCLUSIVE, "no family lends it a spread"
    found = decide(order, Runs.of([1.0, 1.0, 1.0, 0.9, 0.9]))
    expected = stats.ttest_1samp([1.0, 1.0, 1.0, 0.9, 0.9], 0.5)
    assert (found.p_value, found.low) == pytest.approx((expected.pvalue, expected.confidence_interval()[0]))
    assert found.high == 1.0, "there is no larger correlation"


# How many more runs would do


def test_so_many_more_runs_decide() -> None:
    rule, runs = Value(93.75, 0.5), Runs(93.7, 0.45, 5, 4)
    more = more_runs(rule, runs)
    assert more is not None
    assert decide(rule, runs).verdict is decide(rule, runs.repeated(more - 1)).verdict is INCONCLUSIVE
    assert decide(rule, runs.repeated(more)).verdict is REPRODUCED
    assert more_runs(rule, Runs(93.7, 2.0, 5, 4)) is None, "a single run varies by more than the margin, however many there are"
    assert more_runs(Count(0.5, 1.0), Hits(3, 3)) == 7


# The same numbers as SciPy's and statsmodels'

SAMPLES = [[0.4, 0.9, 0.2, 0.7, 0.5], [93.1, 94.2, 93.7, 93.9, 93.0, 94.4]]


@pytest.mark.parametrize("values", SAMPLES)
def test_intervals_are_those_of_scipy(values: list[float]) -> None:
    found = decide(Direction(1, 0.1), Runs.of(values))
    test = stats.ttest_1samp(values, 0.0)
    interval = test.confidence_interval(0.95)
    assert (found.low, found.high, found.p_value) == pytest.approx((interval.low, interval.high, test.pvalue))
    found = decide(Value(0.0, 1e3), Runs.of(values))
    half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) * sqrt(1 + 1 / len(values))
    assert (found.low, found.high) == pytest.approx((np.mean(values) - half, np.mean(values) + half))


@pytest.mark.parametrize("margin", [0.3, 0.6, 1.5])
def test_the_same_is_two_one_sided_tests(margin: float) -> None:
    first, second = np.array([93.1, 94.2, 93.7, 93.9, 93.0]), np.array([93.0, 93.6, 93.9, 93.5, 92.9])
    runs = difference(dict(enumerate(first)), dict(enumerate(second)))
    assert runs is not None
    expected = ttost_paired(first, second, -margin, margin)[0]
    assert decide(Difference(0.0, margin), runs).p_value == pytest.approx(expected)


def test_differences_are_paired_by_seed_or_welchs() -> None:
    first = {0: 93.1, 1: 94.2, 2: 93.7}
    assert difference(first, {0: 93.0, 1: 93.0, 2: 93.6, 3: 10.0}) == Runs.of([93.1 - 93.0, 94.2 - 93.0, 93.7 - 93.6])
    assert difference(first, {1: 93.0, 2: 93.6, 3: 10.0}) == difference(first, {4: 93.0, 5: 93.6, 6: 10.0}), "two pairs say less than all"
    apart = difference({0: 93.1, 1: 94.2, 2: 93.7}, {5: 90.0, 6: 90.5, 7: 89.0, 8: 90.1})
    expected = stats.ttest_ind([93.1, 94.2, 93.7], [90.0, 90.5, 89.0, 90.1], equal_var=False)
    assert apart is not None
    assert apart.degrees_of_freedom == pytest.approx(expected.df)
    assert apart.mean / (apart.deviation / sqrt(apart.number)) == pytest.approx(expected.statistic)
    assert difference({0: 1.0}, {0: 0.5}) == Runs.of([0.5])
    assert difference({0: 1.0}, {1: 0.5}) is None
    assert difference({}, {1: 0.5}) is None


@pytest.mark.parametrize(("hits", "number"), [(0, 10), (3, 10), (10, 10), (7, 30)])
def test_counts_have_clopper_and_pearsons_interval(hits: int, number: int) -> None:
    found = decide(Count(0.4, 1.0), Hits(hits, number))
    assert (found.low, found.high) == pytest.approx(proportion_confint(hits, number, 0.05, method="beta"))
    low, high = found.low or 0, found.high or 0
    assert found.verdict is (REPRODUCED if low >= 0.4 else NOT if high < 0.4 else INCONCLUSIVE)


def test_holm_lets_stand_what_is_right_together() -> None:
    assert holm([0.01, 0.04, None, 0.03]) == [True, False, True, False]
    assert holm([0.01, 0.02, 0.03]) == [True, True, True]
    assert holm([None]) == [True]
    assert holm([]) == []


# A family's spread


def test_few_runs_have_their_familys_spread_if_that_is_not_less() -> None:
    family = [[97.0, 97.4, 97.2], [96.0, 96.6, 96.2], [95.1, 95.0, 95.5]]
    own = Runs.of(family[0])
    pooled = with_family(own, family[1:])
    assert (pooled.pooled, pooled.degrees_of_freedom, pooled.mean) == (True, 6, own.mean)
    assert pooled.deviation == pytest.approx(sqrt(np.mean([np.var(values, ddof=1) for values in family])))
    louder = Runs.of([97.0, 97.6, 97.3])
    assert (with_family(louder, family).deviation, with_family(louder, family).degrees_of_freedom) == (louder.deviation, 8), (
        "a larger one stays"
    )
    assert with_family(Runs.of([97.0]), family) == Runs.of([97.0]), "a single run is a draw"
    assert with_family(own, []) == own
    difference_of_two = pooled_difference(pooled, pooled)
    assert difference_of_two.deviation / sqrt(difference_of_two.number) == pytest.approx(pooled.deviation * sqrt(2 / 3))


def test_spreads_of_shares_are_pooled_as_logits() -> None:
    family = [[97.0, 97.4, 97.2], [98.9, 99.1, 99.0], [10.0, 30.0, 20.0]]
    points, logits = (with_family(Runs.of(family[0]), family[1:], scale) for scale in (Scale(), PER_CENT))
    assert points.deviation > 5
    assert logits.deviation < 1.5


def test_a_spread_that_is_unlike_the_familys_stands_alone() -> None:
    quiet = [[97.0, 97.4, 97.2], [96.0, 96.6, 96.2], [95.1, 95.0, 95.5]]
    loud = Runs.of([90.0, 97.0, 99.0])
    assert with_family(loud, quiet) == loud, "theirs, known from many runs, says nothing of it"
    assert with_family(loud, [[5.0, 5.0, 5.0]]) == loud
    rest = np.mean([np.var(values, ddof=1) for values in quiet])
    end = float(stats.f.isf(0.25, 2, 6))  # of the ratio of both variances
    alike, unlike = (Runs(97.0, sqrt(rest * end * factor), 3, 2) for factor in (0.99, 1.01))
    assert (with_family(alike, quiet).degrees_of_freedom, with_family(unlike, quiet).degrees_of_freedom) == (8, 2)


def test_two_loud_runs_get_no_verdict_from_a_quiet_family() -> None:
    family = [[97.0, 97.4, 97.2], [96.9, 97.1, 97.3], [96.2, 96.6, 96.5], [97.8, 97.9, 98.0]]
    loud = with_family(Runs.of([67.88, 39.61, 66.66]), family, PER_CENT)
    quiet = with_family(Runs.of(family[0]), family[1:], PER_CENT)
    assert (loud.pooled, quiet.pooled) == (False, True)
    assert decide(Value(13.6, 5.0, PER_CENT), with_family(Runs.of([76.96, 59.91]), family, PER_CENT)).verdict is INCONCLUSIVE
    two = with_family(Runs.of([97.0, 97.2]), family, PER_CENT)
    assert two.pooled
    assert (decide(Value(13.6, 5.0, PER_CENT), two).verdict, two.least_more) == (INCONCLUSIVE, 1), "three runs are the least"


# Properties

numbers = st.floats(-50, 50).map(lambda value: round(value, 3))
margins = st.floats(0.05, 5).map(lambda value: round(value, 3))
spreads = st.floats(0, 20).map(lambda value: round(value, 4))
counts = st.integers(5, 40)
RULES: list[st.SearchStrategy[Rule]] = [
    st.builds(Value, numbers, margins),
    st.builds(Value, st.floats(0, 100), margins, st.just(PER_CENT)),
    st.builds(lambda low, wide, margin: Range(low, low + wide, margin), numbers, st.floats(0, 20), margins),
    st.builds(lambda low, wide, margin: Range(low, low + wide, margin, of_mean=True), numbers, st.floats(0, 20), margins),
    st.builds(lambda low, margin: Range(low, inf, margin, PER_CENT), st.floats(0, 100), margins),
    st.builds(lambda high, margin: Range(-inf, high, margin), numbers, margins),
    st.builds(Difference, numbers, margins),
    st.builds(Difference, st.just(0.0), margins),
    st.builds(Direction, st.sampled_from([-1, 1]), margins),
]
rules = st.one_of(RULES)


def runs_for(rule: Rule, near: float, deviation: float, number: int) -> Runs:
    """Return runs whose mean lies near what the rule is about, and is a share if it is of shares."""
    about = next((getattr(rule, name) for name in ("stated", "low", "high") if abs(getattr(rule, name, inf)) < inf), 0.0)
    mean = about + near
    whole = getattr(rule, "scale", Scale()).whole
    return Runs(min(max(mean, 0.0), 100.0) if whole else mean, deviation, number, number - 1)


@cases(100)
@given(rules, st.floats(-8, 8), spreads, st.floats(1, 10), counts)
def test_more_spread_never_helps_agreement(rule: Rule, near: float, deviation: float, factor: float, number: int) -> None:
    quiet = runs_for(rule, near, deviation, number)
    loud = replace(quiet, deviation=deviation * factor)
    before, after = decide(rule, quiet).verdict, decide(rule, loud).verdict
    assert before is REPRODUCED or after is not REPRODUCED
    assert before is not REPRODUCED or after is not NOT or isinstance(rule, Direction), "nor does it turn a verdict round"
    assert rule.indicate(quiet) is rule.indicate(loud)


@cases(100)
@given(rules, st.floats(-8, 8), spreads, counts, st.integers(1, 100))
def test_more_runs_of_the_same_mean_and_spread_never_widen_an_interval(
    rule: Rule, near: float, deviation: float, number: int, more: int
) -> None:
    few = runs_for(rule, near, deviation, number)
    before, after = decide(rule, few), decide(rule, few.repeated(more))
    assert None not in (before.low, before.high, after.low, after.high)
    assert (after.high or 0) - (after.low or 0) <= (before.high or 0) - (before.low or 0) + 1e-9
    assert before.verdict is INCONCLUSIVE or after.verdict is not INCONCLUSIVE, "nor do they undo a verdict"


@cases(100)
@given(st.lists(numbers, min_size=1, max_size=12), st.sampled_from([-1, 1]), margins)
def test_swapping_the_sign_swaps_a_direction(values: list[float], sign: int, margin: float) -> None:
    runs, mirrored = Runs.of(values), Runs.of([-value for value in values])
    assert decide(Direction(sign, margin), runs).verdict is decide(Direction(-sign, margin), mirrored).verdict
    assert Direction(sign, margin).indicate(runs) is Direction(-sign, margin).indicate(mirrored)
    here, there = decide(Direction(sign, margin), runs), decide(Direction(-sign, margin), runs)
    assert {here.verdict, there.verdict} != {REPRODUCED}, "not both"


@cases(100)
@given(numbers, margins, st.lists(numbers, min_size=5, max_size=12))
def test_swapping_the_sign_keeps_what_is_said_of_a_difference(stated: float, margin: float, values: list[float]) -> None:
    mirrored = decide(Difference(-stated, margin), Runs.of([-value for value in values]))
    assert decide(Difference(stated, margin), Runs.of(values)).verdict is mirrored.verdict


@cases(100)
@given(st.lists(numbers, min_size=5, max_size=8), st.floats(1.01, 20), numbers, margins)
def test_values_that_lie_further_apart_never_agree_better(values: list[float], factor: float, stated: float, margin: float) -> None:
    centre = float(np.mean(values))
    apart = [centre + factor * (value - centre) for value in values]
    assume(abs(abs(centre - stated) - margin) > 1e-6)  # else rounding decides on which side of the margin the mean lies
    for rule in (Value(stated, margin), Difference(stated, margin), Range(stated, stated + 5, margin)):
        assert verdict(rule, *values) is REPRODUCED or verdict(rule, *apart) is not REPRODUCED


@cases(100)
@given(st.integers(0, 30), st.integers(10, 30), st.integers(2, 5), st.floats(0.05, 0.95))
def test_more_counted_runs_of_the_same_share_never_widen_an_interval(hits: int, number: int, times: int, end: float) -> None:
    few = Hits(min(hits, number), number)
    before, after = (decide(Count(end, 1.0), each) for each in (few, few.repeated((times - 1) * number)))
    assert (after.high or 0) - (after.low or 0) <= (before.high or 0) - (before.low or 0) + 1e-9
    assert before.verdict is INCONCLUSIVE or after.verdict is before.verdict


@cases(100)
@given(st.integers(0, 12), st.integers(0, 12))
def test_swapping_two_variants_swaps_which_collapses_more_often(first: int, second: int) -> None:
    one, two = Hits(first, 12), Hits(second, 12)
    assert decide(CountDirection(1), TwoHits(one, two)).verdict is decide(CountDirection(-1), TwoHits(two, one)).verdict


@cases(100)
@given(st.lists(st.lists(numbers, min_size=2, max_size=4), min_size=1, max_size=6), st.floats(1, 10), numbers, margins)
def test_noise_never_helps_through_the_family(family: list[list[float]], factor: float, stated: float, margin: float) -> None:
    def louder(values: list[float]) -> list[float]:
        return [float(np.mean(values)) + factor * (value - float(np.mean(values))) for value in values]

    own, others = Runs.of(family[0]), family[1:]
    quiet, of_others = with_family(own, others), with_family(own, [louder(values) for values in others])
    assume(quiet.pooled or not others)  # else theirs said nothing of it, and does so as it comes near
    of_itself = replace(with_family(Runs.of(louder(family[0])), others), mean=own.mean)
    for rule in (Value(stated, margin), Difference(stated, margin), Direction(1, margin)):
        for loud in (of_others, of_itself):
            assert decide(rule, quiet).verdict is REPRODUCED or decide(rule, loud).verdict is not REPRODUCED


@cases(100)
@given(spreads, st.lists(st.lists(numbers, min_size=2, max_size=4), min_size=2, max_size=6), st.integers(2, 12))
def test_the_run_that_makes_a_spread_its_own_widens_nothing(deviation: float, family: list[list[float]], number: int) -> None:
    fewer, more = (with_family(Runs(1.0, deviation, each, each - 1), family) for each in (number, number + 1))
    assume(fewer.degrees_of_freedom >= 4)
    others = sum(np.var(values, ddof=1) * (len(values) - 1) for values in family) / sum(len(values) - 1 for values in family)
    assume(not fewer.pooled or deviation**2 <= others)  # a louder one may turn out to be unlike the others, which a run more can show
    before, after = (decide(Value(1.0, 1.0), each) for each in (fewer, more))
    assert (after.high or 0) - (after.low or 0) <= (before.high or 0) - (before.low or 0) + 1e-9


@cases(100)
@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lets_stand_what_is_not_significant_alone(p_values: list[float]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gc.collect", lambda: 0)  # statsmodels does it in each call, which takes longer than all else here
        assert all(p_value <= ALPHA for p_value, stands in zip(p_values, holm(p_values), strict=True) if stands)


def test_evidence_of_every_kind_says_how_much_more_is_needed() -> None:
    kinds: list[Evidence] = [Runs.of([1.0]), Hits(1, 1), TwoHits(Hits(1, 4), Hits(0, 12))]
    assert [each.least_more for each in kinds] == [4, 9, 6]
