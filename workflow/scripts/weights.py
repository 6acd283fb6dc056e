"""Keep trained networks where Git can hold them, so that a new evaluation needs no new training.

`keep bigan-0` writes a small copy of a run of params.yaml's budget into weights/. `restore` puts the copies of the budget's runs where
evaluations look for them, unless there are others; `dvc repro --single-item knn@mnist-bigan-0` then measures one. Copies are rounded, and
dvc.lock does not record them: what runs the whole graph trains anew.
"""

import argparse
from collections.abc import Iterable

from workflow.io.errors import UserError
from workflow.networks import kept
from workflow.params.file import check
from workflow.params.groups import GRAPH
from workflow.params.model import load
from workflow.pipeline import command, paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.trainings import trained_runs


def main() -> None:
    """Keep a run, or restore those that are kept; raise UserError if there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("keep", help="write a small copy").add_argument("run", help="of the budget, such as bigan-0")
    commands.add_parser("restore", help="put all copies back")
    arguments = parser.parse_args()
    check()
    params = load()
    budget, runs = params["budget"]["name"], trained_runs(params, load(GRAPH)["stages"])
    if arguments.command == "keep":
        _keep(budget, runs, arguments.run)
    else:
        _restore(budget, runs)


def _keep(budget: str, runs: Iterable[RunId], name: str) -> None:
    run = {str(each): each for each in runs}.get(name)
    if not run:
        raise UserError(f"found {name}, allowed: a run that the budget `{budget}` trains, as its files are named: bigan-0")
    model, copy = paths.model(budget, run), paths.kept(budget, run)
    if not model.exists():
        raise UserError(f"{model}: not there; `snakemake --cores all {model}` trains it")
    kept.keep(model, copy)
    print(f"{copy}: {copy.stat().st_size / 1e6:.1f} MB")


def _restore(budget: str, runs: Iterable[RunId]) -> None:
    copies = {run: copy for run in runs if (copy := paths.kept(budget, run)).exists()}
    if not copies:
        raise UserError(f"weights/: found nothing of the budget `{budget}`")
    for run, copy in copies.items():
        model = paths.model(budget, run)
        if model.exists():
            print(f"{model}: there already")
        else:
            kept.restore(copy, model)
            print(f"{model}: restored")


if __name__ == "__main__":
    command.run(main)
