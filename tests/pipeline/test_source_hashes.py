"""Which code a result belongs to."""

import runpy
from pathlib import Path

import pytest

from workflow.io.errors import UserError
from workflow.pipeline.source_hashes import closures

FILES = {
    "workflow/scripts/train.py": "import torch\nfrom workflow import losses\nfrom workflow.networks.dense import Dense",
    "workflow/losses.py": "import workflow.io.files, workflow.pipeline.paths\nfrom workflow.pipeline import stage",
    "workflow/networks/__init__.py": "",
    "workflow/networks/dense.py": "def lazily():\n    from workflow.io import tensors",
    "workflow/io/files.py": "",
    "workflow/io/tensors.py": "import workflow.losses",
}
TRAIN = Path("workflow/scripts/train.py")
OTHERS = {
    "workflow/nobody.py": "",
    "workflow/pipeline/__init__.py": "",
    "workflow/pipeline/paths.py": "",
    "workflow/pipeline/stage.py": "import workflow.nobody",
}


@pytest.fixture(autouse=True)
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {**FILES, **OTHERS}.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def test_it_is_what_its_script_imports_but_for_the_pipeline() -> None:
    assert [str(file) for file in closures([TRAIN])[TRAIN]] == sorted(FILES)


def test_a_relative_import_is_said_with_its_line() -> None:
    Path("workflow/losses.py").write_text("import torch\nfrom . import utils\n")
    with pytest.raises(UserError, match=r"^workflow/losses.py:2: found a relative import, allowed: one that begins with workflow$"):
        closures([TRAIN])


def test_code_that_is_no_python_is_said_with_its_line() -> None:
    Path("workflow/io/files.py").write_text("a = 1\n=")
    with pytest.raises(UserError, match=r"^workflow/io/files.py:2: not valid Python"):
        closures([TRAIN])


@pytest.mark.parametrize("content", [b"a = '\xff'\n", b"a = 1\n\0"])
def test_code_that_is_no_text_is_said_with_its_file(content: bytes) -> None:
    Path("workflow/io/files.py").write_bytes(content)
    with pytest.raises(UserError, match=r"^workflow/io/files.py: not valid Python: "):
        closures([TRAIN])


def test_a_script_that_cannot_be_read_ends_the_stage_in_a_line() -> None:
    Path("workflow/scripts/lost.py").symlink_to("nowhere.py")
    with pytest.raises(SystemExit, match=r"^source_hashes: \[Errno 2\] No such file or directory: 'workflow/scripts/lost.py'$"):
        runpy.run_module("workflow.scripts.source_hashes")
