"""The one exception that users are meant to read."""


class UserError(Exception):
    """Say in one line what was wrong, where, and what is allowed."""


def first_line(error: Exception) -> str:
    """Return the first line of what an exception says, to be quoted in another's; its name if it says nothing."""
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0].strip()
