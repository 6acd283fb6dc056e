"""Small runs of each family, and what tests do with a run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.helpers.project import ROOT
from workflow.data.dataset import Images
from workflow.params.model import load, merged
from workflow.training.callbacks import Callback
from workflow.training.checkpoint import Checkpoint
from workflow.training.loop import Trainer, fit
from workflow.training.registry import FAMILIES

CPU = torch.device("cpu")
NEVER = 1e9  # seconds between two checkpoints
SMALL: dict[str, dict[str, Any]] = {
    "bigan": {"hidden": [8, 8], "latent": 3, "batch_size": 5},
    "cgan": {"generator": [8, 7], "discriminator": [6, 5], "latent": 3, "batch_size": 5, "reference_images": 9},
    "conv_bigan": {"channels": [2, 3, 2, 3, 4], "latent": 3, "batch_size": 5},
    "dcgan": {
        "latent": 3,
        "batch_size": 5,
        "kernel": 3,
        "reference_images": 6,
        "generator": {
            "projection": {"filters": 4, "normalization": "batch"},
            "hidden": [{"filters": 3, "stride": 2, "normalization": "batch", "dropout": 0.0}],
        },
        "discriminator": [
            {"filters": 4, "stride": 2, "normalization": "none", "dropout": 0.3},
            {"filters": 5, "stride": 2, "normalization": "batch", "dropout": 0.3},
        ],
    },
    "linear_gan": {"latent": 2},
}
# What makes a small DCGAN's normalization virtual
VIRTUAL = {
    "generator": {
        "projection": {"filters": 4, "normalization": "virtual"},
        "hidden": [{"filters": 3, "stride": 2, "normalization": "virtual", "dropout": 0.0}],
    },
    "discriminator": [{"filters": 4, "stride": 2, "normalization": "virtual", "dropout": 0.0}] * 2,
}


def toy(count: int = 23, side: int = 4) -> Images:
    """Return so many squares of noise of three classes, always the same."""
    pixels = torch.randint(0, 256, (count, 1, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return Images(pixels, torch.arange(count) % 3)


def recipe_of(family: str, **changes: object) -> Any:
    """Return a family's recipe from params.yaml, with changes."""
    return FAMILIES[family].recipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"][family], changes))


def small_run(family: str, images: Images | None = None, epochs: int = 3, start: Path | None = None, **changes: object) -> Trainer:
    """Return a run of small networks at its beginning, its weights drawn from seed 0."""
    torch.manual_seed(0)
    given = images or (toy(13, 8) if family == "dcgan" else toy())
    return FAMILIES[family].build(recipe_of(family, **merged(SMALL[family], changes)), given, epochs, start)


def run(
    made: Trainer, folder: Path, seconds: float = NEVER, identity: dict[str, str] | None = None, callbacks: Sequence[Callback] = ()
) -> list[dict[str, float]]:
    """Run it to its end; its checkpoint lies in the folder."""
    return fit(made, Checkpoint(folder / "run.pt", identity or {"seed": "0"}, seconds), callbacks, lambda row: None)


def weights(made: Trainer) -> dict[str, Tensor]:
    """Return the state of its networks."""
    return made.update.gan.state_dict()


def assert_same(first: Trainer, second: Trainer) -> None:
    """Check that two runs have the same bytes and the same history."""
    assert all(torch.equal(value, weights(second)[name]) for name, value in weights(first).items())
    assert first.history == second.history


def interrupted_and_not(
    begin: Callable[[], Trainer], folder: Path, steps: int, callbacks: Callable[[Trainer], Sequence[Callback]] = lambda _made: ()
) -> tuple[Trainer, Trainer]:
    """Return a run that was interrupted after some steps and resumed, with other random numbers by then, and an undisturbed one."""
    undisturbed, interrupted = begin(), begin()
    torch.manual_seed(5)
    run(undisturbed, folder, callbacks=callbacks(undisturbed))
    advance = interrupted.advance

    def advance_or_die() -> None:
        if interrupted.step == steps:
            raise KeyboardInterrupt
        advance()

    interrupted.advance = advance_or_die
    torch.manual_seed(5)
    with pytest.raises(KeyboardInterrupt):
        run(interrupted, folder, seconds=0, callbacks=callbacks(interrupted))
    resumed = begin()
    torch.manual_seed(9)
    run(resumed, folder, callbacks=callbacks(resumed))
    return resumed, undisturbed
