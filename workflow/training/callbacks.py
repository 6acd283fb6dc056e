"""What is looked at after each epoch of a run, besides its losses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from workflow.data.dataset import Images


@dataclass(frozen=True)
class Observation:
    """What a callback has found.

    Attributes:
        values: Join the epoch's row, by name.
        tensors: Are kept until the run's end, by name.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    tensors: Mapping[str, Tensor] = field(default_factory=dict)


# Called with an epoch's number, from 1, at its end. It leaves the run as it is: weights, modes and random numbers.
Callback = Callable[[int], Observation]
# Returns the callback of a run, from its networks and its training images. It draws no random numbers that the run might.
CallbackOf = Callable[[Any, Images], Callback]
