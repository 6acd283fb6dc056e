"""A curve is flat if the second half of the epochs brought little."""

import pandas as pd
import pytest

from workflow.report.curves import flatness


@pytest.mark.parametrize(
    ("distances", "told"),
    [
        ({1: 900.0, 6: 290.0, 12: 190.0}, "still falling (−34 %)"),
        ({1: 900.0, 6: 290.0, 9: 231.0, 12: 400.0}, "still falling (−20 %)"),  # the last one may be unlucky
        ({1: 900.0, 6: 290.0, 12: 233.0}, "flat (−20 %)"),
        ({1: 900.0, 5: 290.0, 10: 233.0}, "flat (−20 %)"),
        ({1: 900.0, 4: 290.0, 9: 233.0}, "too few epochs (−20 %)"),
        ({2: 52.0, 25: 112.0, 30: 47.0, 50: 53.0}, "flat (−10 %)"),
        ({2: 52.0, 50: 104.0}, "flat (+100 %)"),
    ],
)
def test_a_curve_is_flat_if_the_second_half_is_little_below_the_first(distances: dict[int, float], told: str) -> None:
    assert flatness(pd.Series(distances)) == told


def test_halves_that_were_not_measured_tell_nothing() -> None:
    assert flatness(pd.Series({8: 190.0})) is None
    assert flatness(pd.Series({5: 300.0, 8: 190.0})) is None
