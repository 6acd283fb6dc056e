"""That steps captured as one CUDA graph have the losses that they have one by one."""

import pytest
import torch

from tests.helpers.runs import SMALL, recipe_of, small_run, toy
from workflow.training.cuda_graph import EAGER_STEPS, CapturedStep
from workflow.training.loop import Trainer
from workflow.training.registry import FAMILIES

CHANGES = {
    "bigan": {"schedule": "constant-then-exponential"},
    "cgan": {"normalization": "virtual"},
    "linear_gan": {},
}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="a CUDA graph needs a GPU")
@pytest.mark.parametrize("family", CHANGES)
def test_captured_steps_have_the_losses_of_single_ones(family: str) -> None:
    def losses(captured: bool) -> list[dict[str, float]]:
        trainer = small_run(family, toy().to(torch.device("cuda")), epochs=5, **CHANGES[family])
        trainer.step_on = CapturedStep(trainer.update) if captured else trainer.update.step
        torch.manual_seed(1)
        return history(trainer)

    found, wanted = losses(captured=True), losses(captured=False)
    assert len(found) > EAGER_STEPS
    for row, other in zip(found, wanted, strict=True):
        assert row == pytest.approx(other, rel=1e-5)


def history(trainer: Trainer) -> list[dict[str, float]]:
    """Return an epoch's means a row, after training to the end."""
    while not trainer.done:
        trainer.advance()
    return trainer.history


@pytest.mark.parametrize(("mining", "capturable"), [("sampled", True), ("batch-hard", False)])
def test_steps_whose_triplets_vary_in_number_are_not_captured(mining: str, capturable: bool) -> None:
    recipe = recipe_of("bigan", **SMALL["bigan"], triplets={"weight": 1.0, "margin": 1.0, "mining": mining, "pairs": 2, "negatives": 2})
    assert FAMILIES["bigan"].capturable(recipe) is capturable
