"""How a command of the project ends: a mistake and Ctrl-C are a line, not a traceback."""

import io
import sys
from collections.abc import Callable

from workflow.io.errors import UserError


def run(main: Callable[[], int | str | None]) -> None:
    """Run a command and exit with what it returns: a status, or what went wrong, as if it had raised UserError.

    In a terminal that is not UTF-8, what that cannot show stands as its code.
    """
    if isinstance(sys.__stdout__, io.TextIOWrapper):  # DVC's colorama wraps it in a sys.stdout of its own
        sys.__stdout__.reconfigure(errors="backslashreplace")
    try:
        sys.exit(main())
    except (UserError, OSError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("interrupted")
