"""Write the sha256 of each file of code that a script's results depend on, a list a script, in the format of sha256sum.

Every other stage depends on the list of its script. So an edit makes this stage stale, and after it those stages whose code is
another one.
"""

import sys
from pathlib import Path

from workflow.io.errors import UserError
from workflow.io.files import replacing, sha256
from workflow.pipeline import paths
from workflow.pipeline.source_hashes import closures

SCRIPTS = Path("workflow/scripts")

try:
    scripts = sorted(SCRIPTS.glob("[!_]*.py"))
    if not scripts:
        raise UserError(f"found no script in {SCRIPTS}, allowed: the project's folder")
    with replacing(paths.SOURCE_HASHES) as folder:
        folder.mkdir()
        for script, files in closures(scripts).items():
            lines = [f"{sha256(file.read_bytes())}  {file}\n" for file in files]
            (folder / f"{script.stem}.sha256").write_text("".join(lines), encoding="utf-8")
except (UserError, OSError) as error:
    sys.exit(f"source_hashes: {error}")
