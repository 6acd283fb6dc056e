"""What other libraries' errors say, quoted in a line of ours."""

import pytest

from workflow.io.errors import first_line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError(" one\ntwo"), "one"),
        (ValueError(""), "ValueError"),
        (KeyError("key"), "'key'"),
        (OSError(28, "full"), "[Errno 28] full"),
    ],
)
def test_the_first_line_is_quoted_or_else_the_errors_name(error: Exception, line: str) -> None:
    assert first_line(error) == line
