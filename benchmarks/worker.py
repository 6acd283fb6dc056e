"""Processes that train conditional GANs, an epoch whenever they are told to."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection

import torch

from benchmarks.timing import repeat
from workflow.data import dataset as data
from workflow.params.cgan import CganRecipe
from workflow.params.compute import Compute
from workflow.training.device import prepare
from workflow.training.families.cgan import build

CONTEXT = multiprocessing.get_context("spawn")


def ours(recipe: CganRecipe, images: data.Images) -> Iterator[None]:
    """Yield after each step of the project's own loop."""
    torch.manual_seed(0)
    run = build(recipe, images, recipe.epochs, None)
    while True:
        run.advance()
        yield


class Worker:
    """A process with a loop, the steps of its epoch and a number of threads."""

    def __init__(self, steps: int, threads: int, loop: Callable[..., Iterator[None]], *given: object) -> None:
        self.connection, theirs = CONTEXT.Pipe()
        CONTEXT.Process(target=work, args=(theirs, steps, threads, loop, *given), daemon=True).start()

    def begin(self) -> None:
        """Have it make an epoch."""
        self.connection.send(None)

    def wait(self) -> None:
        """Wait until it has made it."""
        self.connection.recv()

    def end(self) -> None:
        """End the process."""
        self.connection.close()


def work(connection: Connection, steps: int, threads: int, loop: Callable[..., Iterator[None]], *given: object) -> None:
    """Make an epoch whenever told to, and answer."""
    prepare(Compute(device="cpu", threads=threads, numerics="portable"))
    made = loop(*given)
    with suppress(EOFError):  # the one who tells it has ended
        while True:
            connection.recv()
            repeat(partial(next, made), steps)
            connection.send(None)


def together(workers: list[Worker]) -> None:
    """Have all of them make an epoch at once."""
    for worker in workers:
        worker.begin()
    for worker in workers:
        worker.wait()
