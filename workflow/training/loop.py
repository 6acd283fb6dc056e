"""The one training loop."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from workflow.data.batches import Batch, Batches
from workflow.io.errors import UserError
from workflow.params.training import Training
from workflow.training.callbacks import Callback, Observation
from workflow.training.checkpoint import Checkpoint
from workflow.training.optimizers import set_learning_rate
from workflow.training.schedules import decay_factor
from workflow.training.statistics import average_statistics
from workflow.training.stopping import plateaued
from workflow.training.updates.base import Update

Row = dict[str, float]


class Trainer:
    """A run: what its steps do, their batches and its position, and how to go one step further.

    Args:
        update: The networks, on the device, their weights drawn, and what a step does to them.
        batches: What the steps see.
        recipe: The learning rate's schedule and the rule of stopping.
        epochs: How long.

    Attributes:
        step_on: Makes a step on a batch: `update.step`, or the same in a faster way.
    """

    def __init__(self, update: Update, batches: Batches, recipe: Training, epochs: int) -> None:
        self.update = update
        self.step_on: Callable[[Batch], dict[str, Tensor]] = update.step
        self.update.gan.train()
        self.batches = batches
        self.recipe = recipe
        self.steps = epochs * len(batches)
        self.step = 0
        self.totals: dict[str, Tensor] = {}
        self.history: list[Row] = []
        self.kept: dict[str, Tensor] = {}
        for group in self._groups():
            group["initial_lr"] = group["lr"]  # PyTorch's own name for it

    @property
    def device(self) -> torch.device:
        """Where everything lies."""
        return self.batches.order.device

    @property
    def done(self) -> bool:
        """Whether the run has had its epochs, or its losses have plateaued."""
        return self.step == self.steps or plateaued(self.history, self.recipe.early_stopping)

    def advance(self) -> None:
        """Make one step; at an epoch's end, add its row to the history."""
        position = self.step % len(self.batches)
        if position == 0:
            self.totals = {}
        decay = decay_factor(self.recipe, self.step, self.steps, len(self.batches))
        for group in self._groups():
            set_learning_rate(group, group["initial_lr"] * decay)
        self.update.gan.anneal(self.step / self.steps)
        for name, value in self.step_on(self.batches.batch(position)).items():
            self.totals[name] = self.totals[name].add_(value) if name in self.totals else value.double()
        self.step += 1
        if position == len(self.batches) - 1:
            means = {name: total.item() / len(self.batches) for name, total in self.totals.items()}
            self.history.append({"epoch": len(self.history) + 1, "learning_rate": float(self._groups()[0]["lr"]), **means})

    def record(self, observation: Observation) -> None:
        """Add what a callback has found to the last epoch's row, and to what is kept."""
        self.history[-1].update(observation.values)
        self.kept.update(observation.tensors)

    def not_finite(self) -> list[str]:
        """Return the losses that are not finite any more."""
        return [name for name, total in self.totals.items() if not torch.isfinite(total)]

    def state(self) -> dict[str, Any]:
        """Return all that the next step depends on."""
        return {
            "gan": self.update.gan.state_dict(),
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.update.optimizers.items()},
            "random": _random_state(self.device),
            "step": self.step,
            "order": self.batches.order,
            "totals": self.totals,
            "history": self.history,
            "kept": self.kept,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from what `state` returned."""
        self.update.gan.load_state_dict(state["gan"])
        for name, optimizer in self.update.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        self.step, self.batches.order = state["step"], state["order"]
        self.totals, self.history, self.kept = state["totals"], state["history"], state["kept"]
        _set_random_state(state["random"], self.device)

    def _groups(self) -> list[dict[str, Any]]:
        return [group for optimizer in self.update.optimizers.values() for group in optimizer.param_groups]


def fit(trainer: Trainer, checkpoint: Checkpoint, callbacks: Sequence[Callback], watch: Callable[[Row], None]) -> list[Row]:
    """Run a training to its end, from its checkpoint if there is one.

    Killed at any moment and started again, it ends with the same bytes as undisturbed.

    Args:
        trainer: The run, at its beginning.
        checkpoint: Where to resume from and to save to.
        callbacks: Called at each epoch's end, one after the other.
        watch: Called with the row of each epoch as it ends.

    Returns:
        A row an epoch: `epoch` from 1, `learning_rate` of the first optimizer, the discriminator's if there is one, in the epoch's last
        step, the mean over its steps of each value that the update returned, and the callbacks' values.

    Raises:
        UserError: If a loss is not finite: with the epoch, the loss and the last good checkpoint.
    """
    if (state := checkpoint.load(trainer.device)) is not None:
        _restore(trainer, state, checkpoint)
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
                for callback in callbacks:
                    trainer.record(callback(len(trainer.history)))
                row = trainer.history[-1]
                bar.write(" ".join(f"{name} {value:.6g}" for name, value in row.items()))
                watch(row)
            if checkpoint.due():
                checkpoint.save(trainer.state())
    if trainer.recipe.statistics == "averaged":
        average_statistics(trainer.update.gan, trainer.update.forward, trainer.batches)
    return trainer.history


def _restore(trainer: Trainer, state: dict[str, Any], checkpoint: Checkpoint) -> None:
    """Continue from a checkpoint; raise UserError if it does not fit, as half of it is in place by then."""
    try:
        trainer.restore(state)
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise checkpoint.misfit(error) from error


def _check_finite(trainer: Trainer, checkpoint: Checkpoint) -> None:
    if losses := trainer.not_finite():
        good = f"the last good checkpoint is {checkpoint.path}" if checkpoint.path.exists() else "no checkpoint was written yet"
        epoch = (trainer.step - 1) // len(trainer.batches) + 1
        raise UserError(f"epoch {epoch}: not finite any more: {', '.join(losses)}; {good}")


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
