"""Learning rates over a run."""

from workflow.params.training import Training

FINAL_RATE = 0.01  # share of the first learning rate that is left at the end (Report A §2.2: 2e-4 to 2e-6)


def decay_factor(recipe: Training, step: int, steps: int, steps_per_epoch: int) -> float:
    """Return the share of the first learning rates that a step, from 0, has left: 1 down to 0.01.

    Source: Report A §2.2; epoch by epoch as in its published code.
    """
    progress = {
        "constant": 0.0,
        "constant-then-exponential": step / max(1, steps - 1),
        "constant-then-exponential-by-epoch": step // steps_per_epoch * steps_per_epoch / steps,
    }
    share: float = FINAL_RATE ** max(0.0, 2 * progress[recipe.schedule] - 1)
    return share
