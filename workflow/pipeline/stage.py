"""What every stage's script does around its work."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from workflow.io.errors import UserError, first_line
from workflow.params.model import M, completed, select, validate
from workflow.pipeline.command import INTERRUPTED
from workflow.pipeline.dvc_yaml import Declared, declared
from workflow.pipeline.integrity import Inputs, check_same
from workflow.pipeline.provenance import Origin
from workflow.pipeline.run_id import RunId


@dataclass(frozen=True)
class Stage(Origin):
    """A stage at work. Only what dvc.yaml declares for it is there to be read.

    Attributes:
        check_unchanged: Raises UserError if an input, a parameter or a file of its code has changed since it began.
    """

    check_unchanged: Callable[[], None]

    @property
    def budget(self) -> str:
        """The name of the budget, which is part of every path."""
        return str(select(self.params, "budget.name"))

    @property
    def run(self) -> RunId:
        """The run that the stage is about."""
        return RunId(self.item["variant"], self.item["seed"])

    def read(self, model: type[M], key: str) -> M:
        """Return the parameters under a dotted key as a `model`; raise UserError in words for a user."""
        return validate(model, select(self.params, key), key)

    def recipe(self, model: type[M], variant: str) -> M:
        """Return a variant's recipe, what it leaves out filled in, as the budget changes it; raise UserError in words for a user.

        The variant's group and its family stand in the stage's `vars`.
        """
        family, group = self.item["family"], self.item["group"]
        place = f"budget.{group}.{variant}"
        layers = [select(self.params, place), select(self.params, f"budget.changes.{family}")]
        return validate(model, completed(self.params["recipes"][family], *layers), place)

    def changed(self, model: type[M], key: str) -> M:
        """Return a section of the parameters as the budget changes it; raise UserError in words for a user."""
        return validate(model, completed(select(self.params, key), select(self.params, f"budget.changes.{key}")), key)


@contextmanager
def stage(**item: Any) -> Iterator[Stage]:
    """Give a script the stage that DVC runs it for; end it in one line a mistake if something is wrong.

    A stage does not begin if its inputs are not what other stages have made, or if it would run other code than is recorded for it; and it
    fails if an input, a parameter or a file of its code has changed by its end.

    Args:
        item: The stage's item of the matrix in dvc.yaml, from the command line.
    """
    name = os.environ.get("DVC_STAGE", "").partition("@")[0]
    if not name:
        sys.exit("run this through `dvc repro <stage>` or Snakemake: DVC says in DVC_STAGE which stage it is")
    try:
        before = declared(name, item)
        inputs = Inputs(before.deps)

        def check_unchanged() -> None:
            inputs.check_unchanged()
            check_same(_by_file(before), _by_file(declared(name, item)))

        yield Stage(name, before.facts, before.params, inputs.code, check_unchanged)
        check_unchanged()
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except RuntimeError as error:
        if type(error).__name__ != "OutOfMemoryError":  # PyTorch's, which not every environment has
            raise
        said = ". ".join(first_line(error).split(". ")[:2]).rstrip(".")
        sys.exit(f"{name}: the GPU is out of memory ({said}): free some and run it again, or set `compute: {{device: cpu}}` in params.yaml")
    except (UserError, OSError) as error:
        for line in str(error).splitlines():
            print(f"{name}: {line}", file=sys.stderr)
        sys.exit(1)


def arguments(description: str | None, *names: str) -> dict[str, Any]:
    """Parse a script's command line: `--variant NAME`, `--seed NUMBER` and the like, all of them required."""
    parser = argparse.ArgumentParser(description=description)
    for name in names:
        parser.add_argument(f"--{name}", required=True, type=int if name == "seed" else str)
    return vars(parser.parse_args())


def _by_file(found: Declared) -> dict[str, Any]:
    return {"params.yaml": found.params, "dvc.yaml": (found.deps, found.facts)}
