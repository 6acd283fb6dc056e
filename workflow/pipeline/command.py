"""How a command of the project ends: a mistake and Ctrl-C are a line, not a traceback."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workflow.io.errors import UserError

INTERRUPTED = 130  # the status of what Ctrl-C has ended, in a shell


def run(main: Callable[[], int | str | None]) -> None:
    """Run a command and exit with what it returns: a status, or what went wrong, as if it had raised UserError.

    In a terminal that is not UTF-8, what that cannot show stands as its code.
    """
    if isinstance(sys.__stdout__, io.TextIOWrapper):  # DVC's colorama wraps it in a sys.stdout of its own
        sys.__stdout__.reconfigure(errors="backslashreplace")
    with ending_in_a_line():
        sys.exit(main())


@contextmanager
def ending_in_a_line() -> Iterator[None]:
    """Exit if a block ends in a mistake or by Ctrl-C, and say so in a line."""
    try:
        yield
    except (UserError, OSError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
