"""A script's code is hashed before it is imported."""

import subprocess
import sys
from pathlib import Path

from tests.helpers.project import ROOT
from workflow.io.files import sha256
from workflow.pipeline.sources import AT_START


def test_a_script_imports_nothing_of_the_project_before_its_code_is_hashed() -> None:
    code = "import sys, workflow.scripts; print(*(name for name in sys.modules if name.split('.')[0] == 'workflow'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split()[:3] == ["workflow", "workflow.pipeline", "workflow.pipeline.sources"]


def test_every_file_of_the_projects_code_is_hashed() -> None:
    assert AT_START.keys() == set((ROOT / "workflow").rglob("*.py"))
    file = Path(__file__).parents[2] / "workflow/scripts/tsne.py"
    assert AT_START[file] == sha256(file.read_bytes())
