"""DVC rewrites params.yaml for `dvc exp run -S`: what stands in it afterwards is the same, but for the value that was set."""

import shutil
from pathlib import Path

from dvc.utils.hydra import apply_overrides

from tests.helpers.project import ROOT
from workflow.params.model import load


def test_a_rewritten_file_differs_in_what_was_set_and_in_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    shutil.copy(ROOT / "params.yaml", path)
    before = load(path)
    apply_overrides(path, ["samples.images=5"])
    assert load(path) == {**before, "samples": {"images": 5}}
