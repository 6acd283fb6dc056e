"""Learning rates over a run."""

import pytest

from workflow.training.loop import decay_factor


def test_the_rate_is_constant_and_then_falls_to_a_hundredth(recipe) -> None:
    def rates(schedule: str) -> list[float]:
        return [decay_factor(recipe(schedule=schedule), step, 101, 25) for step in (0, 50, 75, 100)]

    assert rates("constant-then-exponential") == pytest.approx([1, 1, 0.1, 0.01])
    assert rates("constant") == [1] * 4


def test_report_as_code_lowers_the_rate_epoch_by_epoch(recipe) -> None:
    by_epoch = recipe(schedule="constant-then-exponential-by-epoch")
    rates = [decay_factor(by_epoch, step, 40, 10) for step in (0, 19, 20, 29, 30, 39)]
    assert rates == pytest.approx([1, 1, 1, 1, 0.01**0.5, 0.01**0.5])
