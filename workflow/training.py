"""The one training loop."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn, optim
from tqdm import tqdm

from workflow.checkpoint import Checkpoint
from workflow.data import scale
from workflow.errors import UserError
from workflow.networks.game import Game
from workflow.objectives import OBJECTIVES
from workflow.params.training import Adam, Training, TrainingBudget
from workflow.stopping import straightened
from workflow.updates import UPDATES, Players

Row = dict[str, float]
AVERAGED_BATCHES = 1000  # as in the code released by Donahue et al. 2017
FINAL_RATE = 0.01  # share of the first learning rate that is left at the end (Report A §2.2: 2e-4 to 2e-6)


class Trainer:
    """A run: networks, optimisers, random generators and position, and how to go one step further.

    Args:
        gan: The networks, on the device, their weights drawn.
        pixels: (N, C, H, W) uint8, the training images, on the device.
        recipe: How to train.
        epochs: How long.

    Raises:
        UserError: If an epoch would have no whole batch.
    """

    def __init__(self, gan: Game, pixels: Tensor, recipe: Training, epochs: int) -> None:
        if recipe.batch_size > len(pixels):
            raise UserError(f"batch_size: found {recipe.batch_size}, allowed: at most the {len(pixels)} training images")
        self.players = _players(gan.train(), recipe, pixels.device)
        self.images = pixels.flatten(1)
        self.recipe = recipe
        self.steps_per_epoch = len(pixels) // recipe.batch_size
        self.steps = epochs * self.steps_per_epoch
        self.step = 0
        self.order = torch.empty(0, dtype=torch.int64, device=pixels.device)
        self.totals: dict[str, Tensor] = {}
        self.history: list[Row] = []

    @property
    def device(self) -> torch.device:
        """Where everything lies."""
        return self.images.device

    @property
    def done(self) -> bool:
        """Whether the run has had its epochs, or its losses have straightened out."""
        return self.step == self.steps or straightened(self.history, self.recipe.early_stopping)

    def advance(self) -> None:
        """Make one step; at an epoch's end, add its row to the history."""
        position = self.step % self.steps_per_epoch
        if position == 0:
            self.order = torch.randperm(len(self.images), device=self.device)
            self.totals = {}
        rate = learning_rate(self.recipe, self.step / max(1, self.steps - 1))
        self.players.set_learning_rate(rate)
        chosen = self.order[position * self.recipe.batch_size : (position + 1) * self.recipe.batch_size]
        values = UPDATES[self.recipe.updates](self.players, scale(self.images[chosen], self.recipe.scaling))
        self.totals = {name: value.double() + self.totals.get(name, 0) for name, value in values.items()}
        self.step += 1
        if position == self.steps_per_epoch - 1:
            means = {name: total.item() / self.steps_per_epoch for name, total in self.totals.items()}
            self.history.append({"epoch": len(self.history) + 1, "learning_rate": rate, **means})

    def average_statistics(self) -> None:
        """Give batch normalization, for inference, plain averages over batches of training images."""
        size = min(self.recipe.batch_size, len(self.images))
        chosen = (torch.randint(len(self.images), (size,), device=self.device) for _ in range(AVERAGED_BATCHES))
        self.players.gan.average_statistics(scale(self.images[each], self.recipe.scaling) for each in chosen)

    def not_finite(self) -> list[str]:
        """Return the terms that are not finite any more."""
        return [name for name, total in self.totals.items() if not torch.isfinite(total)]

    def state(self) -> dict[str, Any]:
        """Return all that the next step depends on."""
        return {
            "gan": self.players.gan.state_dict(),
            "discriminator": self.players.discriminator.state_dict(),
            "generator": self.players.generator.state_dict(),
            "random": _random_state(self.device),
            "step": self.step,
            "order": self.order,
            "totals": self.totals,
            "history": self.history,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from what `state` returned."""
        self.players.gan.load_state_dict(state["gan"])
        self.players.discriminator.load_state_dict(state["discriminator"])
        self.players.generator.load_state_dict(state["generator"])
        self.step, self.order = state["step"], state["order"]
        self.totals, self.history = state["totals"], state["history"]
        _set_random_state(state["random"], self.device)


def train(trainer: Trainer, checkpoint: Checkpoint, watch: Callable[[Row], None]) -> list[Row]:
    """Run a training to its end, from its checkpoint if there is one.

    Killed at any moment and started again, it ends with the same bytes as undisturbed.

    Args:
        trainer: The run, at its beginning.
        checkpoint: Where to resume from and to save to.
        watch: Called with the row of each epoch as it ends.

    Returns:
        A row an epoch: `epoch` from 1, the `learning_rate` of its last step, and the mean over its steps of
        each value that the update returned.

    Raises:
        UserError: If a loss is not finite: with the epoch, the term and the last good checkpoint.
    """
    if (state := checkpoint.load(trainer.device)) is not None:
        trainer.restore(state)
        print(f"resumed after step {trainer.step} of {trainer.steps}", flush=True)
    with tqdm(total=trainer.steps, initial=trainer.step, unit="step", disable=None) as bar:
        while not trainer.done:
            epochs = len(trainer.history)
            trainer.advance()
            bar.update()
            ended = len(trainer.history) > epochs
            if ended or checkpoint.due():
                _check_finite(trainer, checkpoint)
            if ended:
                row = trainer.history[-1]
                bar.write(" ".join(f"{name} {value:.6g}" for name, value in row.items()))
                watch(row)
            if checkpoint.due():
                checkpoint.save(trainer.state())
    if trainer.recipe.statistics == "averaged":
        trainer.average_statistics()
    return trainer.history


def learning_rate(recipe: Training, progress: float) -> float:
    """Return the rate at `progress`, from 0 for a run's first step to 1 for its last (Report A §2.2)."""
    decay = FINAL_RATE ** max(0.0, 2 * progress - 1) if recipe.schedule == "constant-then-exponential" else 1.0
    return recipe.optimizer.learning_rate * decay


def epochs_within(recipe: Training, budget: TrainingBudget) -> int:
    """Return how many epochs a budget gives a variant: at least one."""
    return max(1, round(recipe.epochs * budget.epochs))


def _players(gan: Game, recipe: Training, device: torch.device) -> Players:
    others = [network for name, network in gan.named_children() if name != "discriminator"]
    return Players(
        gan,
        OBJECTIVES[recipe.objective],
        _adam([gan.discriminator], recipe.optimizer),
        _adam(others, recipe.optimizer),
        lambda: torch.autocast(device.type, torch.bfloat16, enabled=recipe.precision == "bfloat16"),
    )


def _adam(networks: list[nn.Module], settings: Adam) -> optim.Adam:
    """Return fused Adam with the L2 penalty on the weight matrices of dense layers only."""
    dense = [layer.weight for network in networks for layer in network.modules() if isinstance(layer, nn.Linear)]
    known = set(map(id, dense))
    rest = [weight for network in networks for weight in network.parameters() if id(weight) not in known]
    groups: list[dict[str, Any]] = [{"params": dense, "weight_decay": settings.l2}, {"params": rest}]
    return optim.Adam(groups, settings.learning_rate, (settings.beta1, settings.beta2), fused=True)


def _check_finite(trainer: Trainer, checkpoint: Checkpoint) -> None:
    if terms := trainer.not_finite():
        good = f"the last good checkpoint is {checkpoint.path}" if checkpoint.path.exists() else "no checkpoint was written yet"
        epoch = (trainer.step - 1) // trainer.steps_per_epoch + 1
        raise UserError(f"epoch {epoch}: not finite any more: {', '.join(terms)}; {good}")


def _random_state(device: torch.device) -> dict[str, Tensor]:
    """Return the state of every random generator that a step may draw from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def _set_random_state(states: dict[str, Tensor], device: torch.device) -> None:
    torch.set_rng_state(states["cpu"].cpu())
    if device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda"].cpu(), device)
