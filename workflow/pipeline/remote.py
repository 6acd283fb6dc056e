"""Share results through the project's DVC remote: `python -m workflow.pipeline.remote push`, and `pull` in another clone.

All of them, those of older parameters too: of what the run cache names, `dvc push --run-cache` leaves behind all that is in no commit's
dvc.lock, and the files that Git holds.
"""

import argparse
import sys

from dvc.exceptions import DvcException
from dvc.repo import Repo


def main() -> str | None:
    """Push or pull the run cache and every object that it names; return what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("direction", choices=("push", "pull"))
    direction = parser.parse_args().direction
    try:
        with Repo(".", _wait_for_lock=True) as repo, repo.lock:
            runs = getattr(repo.stage_cache, direction)(None)
            objects = {name for names in repo.stage_cache.get_used_objs(runs).values() for name in names}
            done = getattr(repo.cloud, direction)(objects)
    except DvcException as error:
        return str(error)
    print(f"{direction}: {len(runs)} runs, {len(done.transferred)} new objects")
    return f"{direction}: {len(done.failed)} objects failed" if done.failed else None


if __name__ == "__main__":
    sys.exit(main())
