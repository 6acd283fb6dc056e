"""Share all results through a DVC remote: `python -m workflow.pipeline.remote push`, and `pull` in another clone.

Those of older parameters too: of what the run cache names, `dvc push --run-cache` leaves behind all that is in no commit's dvc.lock, and
the files that Git holds.
"""

import argparse

from dvc.exceptions import DvcException
from dvc.repo import Repo

from workflow.io.errors import UserError
from workflow.pipeline import command


def main() -> None:
    """Push or pull the run cache and every object that it names; raise UserError if that is not possible."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("direction", choices=("push", "pull"))
    parser.add_argument("--remote", help="of .dvc/config; the default one, if none is named")
    arguments = parser.parse_args()
    try:
        with Repo(".", _wait_for_lock=True) as repo, repo.lock:
            if not arguments.remote and "remote" not in repo.config["core"]:
                raise UserError("no default remote: make one by `dvc remote add -d <name> <url>`, or name one with --remote")
            _share(repo, arguments.direction, arguments.remote)
    except DvcException as error:
        raise UserError(str(error)) from error


def _share(repo: Repo, direction: str, remote: str | None) -> None:
    runs = getattr(repo.stage_cache, direction)(remote)
    objects = {name for names in repo.stage_cache.get_used_objs(runs, remote=remote).values() for name in names}
    done = getattr(repo.cloud, direction)(objects, remote=remote)
    print(f"{direction}: {len(runs)} runs, {len(done.transferred)} new objects")
    if done.failed:
        raise UserError(f"{direction}: {len(done.failed)} of {len(objects)} objects could not be copied")


if __name__ == "__main__":
    command.run(main)
