"""Checkpoints: what a killed training resumes from. They lie outside DVC's outputs, so DVC never removes them."""

import hashlib
import io
import pickle
import time
from pathlib import Path
from typing import Any

import torch

from workflow.io.errors import UserError, first_line
from workflow.io.files import replacing

DIGEST = 32  # bytes of sha256 before the content: a flipped bit must not train on


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
        content = io.BytesIO()
        torch.save({"identity": self.identity, "state": state}, content)
        with replacing(self.path) as partial:
            partial.write_bytes(_digest(content.getbuffer()) + content.getbuffer())
        self.written = time.monotonic()

    def load(self, device: torch.device) -> dict[str, Any] | None:
        """Return the state to resume from, or None; say in a line why a checkpoint that is there is not used.

        Raises UserError if it is whole, but cannot be read.
        """
        if not self.path.exists():
            return None
        content = self.path.read_bytes()
        if content[:DIGEST] != _digest(memoryview(content)[DIGEST:]):
            self._refuse("not a whole checkpoint")
            return None
        try:
            found = torch.load(io.BytesIO(content[DIGEST:]), map_location=device, weights_only=True)
            identity, state = dict(found["identity"]), dict(found["state"])
        except pickle.UnpicklingError as error:
            self._refuse(f"not only tensors and numbers ({first_line(error)})")
            return None
        except Exception as error:  # of no common type; a GPU without memory may be one of them, so the file stays where it is
            raise self.misfit(error) from error
        differences = [
            f"{key}: {identity.get(key, 'nothing')} there, {self.identity.get(key, 'nothing')} here"
            for key in sorted(identity.keys() | self.identity.keys(), key=str)
            if identity.get(key) != self.identity.get(key)
        ]
        if differences:
            self._refuse(f"made from something else ({'; '.join(differences)})")
            return None
        return state

    def misfit(self, error: Exception) -> UserError:
        """Return what to say of a checkpoint that is whole and names this run, but is not of it."""
        return UserError(f"{self.path}: not the state of this run ({first_line(error)}); delete it to start from the beginning")

    def _refuse(self, why: str) -> None:
        """Put a checkpoint aside that this run cannot use; it is kept until the next one is refused."""
        aside = self.path.with_suffix(".refused")
        self.path.replace(aside)
        print(f"{self.path}: {why}: put aside as {aside.name}, starting from the beginning", flush=True)

    def remove(self) -> None:
        """Remove the checkpoint of a run that has ended: its weights are the stage's output now."""
        self.path.unlink(missing_ok=True)


def _digest(content: memoryview) -> bytes:
    return hashlib.sha256(content).digest()
