"""Check params.yaml as a whole, before anything runs: `python -m workflow.params.check` prints a line for each mistake."""

import sys

from workflow.io.errors import UserError
from workflow.params.file import check

try:
    check()
except (UserError, OSError) as error:
    sys.exit(str(error))
