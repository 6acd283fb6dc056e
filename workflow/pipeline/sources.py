"""The project's code as it is when a script starts.

`workflow.scripts` imports this module before anything else, and this module imports nothing of the project: what it hashes is what the
script then imports, also if somebody edits a file a moment later.
"""

import hashlib
from pathlib import Path

AT_START = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(__file__).parents[1].rglob("*.py"))}
