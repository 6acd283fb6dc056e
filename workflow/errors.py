"""The one exception that users are meant to read."""


class UserError(Exception):
    """Say in one line what was wrong, where, and what is allowed."""
