"""Jobs of Kubernetes, with a kubectl that only writes down what it is given."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.helpers.project import ROOT

SUBMIT = ROOT / "profiles/kubernetes/submit"
PLACES = {"GANREPRO_IMAGE": "debian", "GANREPRO_CLAIM": "shared", "GANREPRO_MOUNT": "/mnt/project"}


def submit(folder: Path, resources: dict[str, int], **places: str) -> subprocess.CompletedProcess[str]:
    """Submit a job that needs these; its manifest is in `manifest.json`."""
    script, kubectl = folder / "job.sh", folder / "kubectl"
    script.write_text(f"#!/bin/sh\n# properties = {json.dumps({'threads': 2, 'resources': resources})}\n")
    kubectl.write_text(f"#!/bin/sh\ncat > {folder}/manifest.json\necho ganrepro-abcde\n")
    kubectl.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", **places}
    return subprocess.run([SUBMIT, script], capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize("gpus", [{}, {"gpu": 1}])
def test_a_job_has_its_time_from_when_it_starts_and_not_while_it_waits(tmp_path: Path, gpus: dict[str, int]) -> None:
    assert submit(tmp_path, {"mem_mb": 4000, "runtime": 30, **gpus}, **PLACES).stdout == "ganrepro-abcde\n"
    job = json.loads((tmp_path / "manifest.json").read_text())["spec"]
    pod = job["template"]["spec"]
    assert pod["activeDeadlineSeconds"] == 1800
    assert "activeDeadlineSeconds" not in job
    assert job["backoffLimit"] == 0
    (container,) = pod["containers"]
    assert container["resources"]["limits"] == {"cpu": 2, "memory": "4000M", **({"nvidia.com/gpu": 1} if gpus else {})}
    assert container["volumeMounts"] == [{"name": "project", "mountPath": "/mnt/project"}]


@pytest.mark.parametrize("mirror", [{}, {"GAN_DATA_MIRROR": "/mnt/project/mirror"}])
def test_a_job_finds_the_programs_and_the_mirror_that_snakemake_finds(tmp_path: Path, mirror: dict[str, str]) -> None:
    submit(tmp_path, {"mem_mb": 1000, "runtime": 60}, **PLACES, **mirror)
    (container,) = json.loads((tmp_path / "manifest.json").read_text())["spec"]["template"]["spec"]["containers"]
    found = {each["name"]: each["value"] for each in container["env"]}
    assert found == {"PATH": f"{tmp_path}:{os.environ['PATH']}", **mirror}


def test_a_place_that_is_not_set_is_said(tmp_path: Path) -> None:
    done = submit(tmp_path, {"mem_mb": 4000, "runtime": 30}, GANREPRO_IMAGE="debian")
    assert done.returncode == 1
    assert done.stderr.startswith("GANREPRO_CLAIM, GANREPRO_MOUNT: not set")
    assert not (tmp_path / "manifest.json").exists()
