"""Rules that look back over the epochs of a run."""

from pathlib import Path

import pytest

from tests.helpers.runs import run, small_run, toy
from workflow.data.dataset import Images
from workflow.params.training import Collapse, EarlyStopping
from workflow.training.stopping import collapsed, plateaued


@pytest.fixture
def images() -> Images:
    return toy()


def history(*accuracies: float) -> list[dict[str, float]]:
    return [{"discriminator_accuracy": accuracy} for accuracy in accuracies]


def test_a_collapse_is_several_sure_epochs_on_end() -> None:
    rule = Collapse(accuracy=0.99, epochs=3)
    assert collapsed(history(0.99, 1, 0.9, 1, 0.99, 0.995, 0.5), rule) == 6
    assert collapsed(history(0.99, 1, 0.9, 1, 1), rule) is None


def test_a_run_stops_when_both_losses_have_plateaued(images: Images, tmp_path: Path) -> None:
    rows = [{"discriminator": 1 + 0.01 * epoch, "generator": 2 - 0.5 * (epoch < 2)} for epoch in range(5)]
    rule = EarlyStopping(tolerance=0.1, epochs=3)
    assert [plateaued(rows[:count], rule) for count in range(1, 6)] == [False, False, False, False, True]
    assert not plateaued(rows, None)
    made = small_run("bigan", images, epochs=50, early_stopping={"tolerance": 100.0, "epochs": 2})
    assert len(run(made, tmp_path)) == 2
