"""Checkpoints: what a killed training resumes from. They lie outside DVC's outputs, so DVC never removes them."""

import pickle
import time
from pathlib import Path
from typing import Any

import torch

from workflow.files import replacing


class Checkpoint:
    """The one checkpoint file of a run.

    Args:
        path: The file.
        identity: What the run is made from, by dotted name; a checkpoint of anything else is refused.
        seconds: Least time between two checkpoints.
    """

    def __init__(self, path: Path, identity: dict[str, str], seconds: float) -> None:
        self.path = path
        self.identity = identity
        self.seconds = seconds
        self.written = time.monotonic()

    def due(self) -> bool:
        """Return whether it is time for another checkpoint."""
        return time.monotonic() - self.written >= self.seconds

    def save(self, state: dict[str, Any]) -> None:
        """Write the state, whole or not at all."""
        with replacing(self.path) as partial:
            torch.save({"identity": self.identity, "state": state}, partial)
        self.written = time.monotonic()

    def load(self, device: torch.device) -> dict[str, Any] | None:
        """Return the state to resume from, or None; say in a line why a checkpoint that is there is not used."""
        if not self.path.exists():
            return None
        try:
            found = torch.load(self.path, map_location=device, weights_only=True)
            identity, state = found["identity"], found["state"]
        except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            self._refuse(f"not a whole checkpoint ({reason})")
            return None
        differences = [
            f"{key}: {identity.get(key, 'nothing')} there, {self.identity.get(key, 'nothing')} here"
            for key in sorted(identity.keys() | self.identity.keys())
            if identity.get(key) != self.identity.get(key)
        ]
        if differences:
            self._refuse(f"made from something else ({'; '.join(differences)})")
            return None
        return dict(state)

    def _refuse(self, why: str) -> None:
        """Put a checkpoint aside that this run cannot use; it is kept until the next one is refused."""
        aside = self.path.with_suffix(".refused")
        self.path.replace(aside)
        print(f"{self.path}: {why}: put aside as {aside.name}, starting from the beginning", flush=True)

    def remove(self) -> None:
        """Remove the checkpoint of a run that has ended: its weights are the stage's output now."""
        self.path.unlink(missing_ok=True)
