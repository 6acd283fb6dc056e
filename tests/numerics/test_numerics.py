"""The same bytes on every x86-64 processor: the digests of digests.json, from a process of their own.

Where they agree, a processor's name joins `seen_on`. Those that are emulated come from `qemu-x86_64 -cpu Haswell .venv/bin/python -m
tests.numerics`, in three minutes.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.helpers.project import ROOT
from workflow.params.compute import Compute
from workflow.training import numerics
from workflow.training.device import computed_on, prepare

REFERENCE = json.loads(Path(__file__).with_name("digests.json").read_text(encoding="utf-8"))["digests"]
HAS_AVX2 = platform.machine() in numerics.X86_64 and torch.backends.cpu.get_cpu_capability().startswith("AVX")
needs_avx2 = pytest.mark.skipif(not HAS_AVX2, reason="portable numerics are for x86-64 with AVX2")


@needs_avx2
def test_operations_trainings_and_evaluations_give_the_same_bytes_as_on_other_processors() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.numerics"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.keys() == REFERENCE.keys()
    assert [name for name in REFERENCE if found[name] != REFERENCE[name]] == [], "these differ"


def script(folder: Path, text: str, compute: str) -> list[str]:
    """Return what a script prints that is run as a stage's, with a section `compute` in params.yaml."""
    (folder / "params.yaml").write_text(f"compute: {compute}\n")
    code = f"import workflow.scripts\nimport os\n{text}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={"PYTHONPATH": str(ROOT)}, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


PREPARED = """
import torch
from workflow.params.compute import Compute
from workflow.training.device import computed_on, prepare
device = prepare(Compute(device="cpu", threads=1, numerics="{numerics}"), "{precision}")
print(computed_on(device)["numerics"], os.environ.get("ONEDNN_MAX_CPU_ISA"))
"""


@needs_avx2
@pytest.mark.parametrize(
    ("said", "precision", "in_force"),
    [("portable", "float32", ["portable", "AVX2"]), ("portable", "bfloat16", ["fast", "None"]), ("fast", "float32", ["fast", "None"])],
)
def test_a_script_computes_as_params_yaml_says_but_fast_in_bfloat16(tmp_path: Path, said: str, precision: str, in_force: list[str]) -> None:
    assert script(tmp_path, PREPARED.format(numerics=said, precision=precision), f"{{numerics: {said}}}") == in_force


def test_a_mistake_in_params_yaml_is_left_to_the_stage(tmp_path: Path) -> None:
    assert script(tmp_path, "print(os.environ.get('MKL_CBWR'))", "[") == ["None"]


def test_without_its_environment_a_result_says_fast() -> None:
    device = prepare(Compute(device="cpu", threads=1, numerics="portable"))
    found = computed_on(device)
    assert (found["device"], found["numerics"]) == ("cpu", "fast")
    assert found["processor"]
