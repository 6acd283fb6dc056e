"""Processes that make training steps whenever they are told to, each in numerics of its own: the environment is part of those."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection

import torch
from pydantic import BaseModel

from benchmarks.timing import repeat
from workflow.data import dataset as data
from workflow.params.compute import Compute
from workflow.training.device import computed_on, prepare
from workflow.training.loop import Trainer
from workflow.training.numerics import PORTABLE

CONTEXT = multiprocessing.get_context("spawn")


def ours(build: Callable[..., Trainer], recipe: BaseModel, images: data.Images, epochs: int) -> Iterator[None]:
    """Yield after each step of the project's own loop, which a family builds."""
    torch.manual_seed(0)
    run = build(recipe, images, epochs, None)
    while True:
        run.advance()
        yield


def compute(threads: int, numerics: str) -> Compute:
    """Return how a worker computes: on the CPU."""
    return Compute.model_validate({"device": "cpu", "threads": threads, "numerics": numerics})


class Worker:
    """A process with a loop, whose steps it makes by turns.

    Attributes:
        about: What it computes on.
    """

    def __init__(self, how: Compute, steps: int, loop: Callable[..., Iterator[None]], *given: object) -> None:
        """Start it.

        Args:
            how: What it computes with.
            steps: Of a turn.
            loop: Called in the process; yields after each step.
            given: What the loop is called with.
        """
        self.connection, theirs = CONTEXT.Pipe()
        with _environment(how):
            CONTEXT.Process(target=work, args=(theirs, how, steps, loop, *given), daemon=True).start()
        self.about: dict[str, str] = self.connection.recv()
        assert self.about["numerics"] == how.numerics, f"found {self.about}"

    def begin(self) -> None:
        """Have it make a turn."""
        self.connection.send(None)

    def wait(self) -> float:
        """Return its CPU seconds of a turn, once it has made it."""
        seconds: float = self.connection.recv()
        return seconds

    def turn(self) -> float:
        """Have it make a turn, and return its CPU seconds."""
        self.begin()
        return self.wait()

    def end(self) -> None:
        """End the process."""
        self.connection.close()


@contextmanager
def _environment(how: Compute) -> Iterator[None]:
    """Have processes that are started meanwhile find the environment of these numerics and threads."""
    before = dict(os.environ)
    for name in PORTABLE:
        os.environ.pop(name, None)
    os.environ.update(PORTABLE if how.numerics == "portable" else {}, OMP_NUM_THREADS=str(how.threads))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def work(connection: Connection, how: Compute, steps: int, loop: Callable[..., Iterator[None]], *given: object) -> None:
    """Say what this process computes on; then make a turn whenever told to, and answer with its CPU seconds."""
    device = prepare(how)
    made = loop(*given)
    connection.send(computed_on(device))
    with suppress(EOFError):  # the one who tells it has ended
        while True:
            connection.recv()
            start = time.process_time()
            repeat(partial(next, made), steps)
            connection.send(time.process_time() - start)


def together(workers: list[Worker]) -> None:
    """Have all of them make a turn at once."""
    for worker in workers:
        worker.begin()
    for worker in workers:
        worker.wait()
