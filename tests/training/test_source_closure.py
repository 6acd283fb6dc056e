"""What a training's code is: small, and nothing that changes with the evaluations or the report, since an edit of it retrains."""

from pathlib import Path

import pytest

from tests.helpers.project import ROOT
from workflow.pipeline.source_hashes import closures

# Of every family: the loop, what it reads and what it writes
COMMON = {
    "__init__",
    *(f"io/{name}" for name in ("errors", "files", "safetensors", "tensors")),
    *(f"params/{name}" for name in ("compute", "model", "training")),
    *(f"data/{name}" for name in ("batches", "dataset", "triplets")),
    *(f"networks/{name}" for name in ("base", "files")),
    *(
        f"training/{name}"
        for name in ("callbacks", "checkpoint", "cuda_graph", "device", "gpu", "loop", "losses", "numerics", "statistics")
    ),
    *(f"training/{name}" for name in ("optimizers", "portable_products", "precision", "schedules", "stopping", "tensorboard")),
    *(f"training/{name}" for name in ("train_stage", "families/base", "updates/base")),
}
GAN = {"networks/gan", "networks/virtual_batch_norm", "params/gan", "training/families/gan", "training/updates/multi_step"}
# Of each family, besides its own modules of params/, networks/ and training/families/
BESIDES = {
    "bigan": {"training/updates/bigan", "training/updates/encoder"},
    "cgan": {*GAN, "training/traced"},
    "conv_bigan": {"networks/layers", "training/updates/bigan"},
    "dcgan": {*GAN, "networks/layers", "params/snapshots", "training/snapshots"},
    # The angles to PCA's span are in its losses, so they are results of the training
    "linear_gan": {"training/updates/multi_step", "evaluation/baselines", "evaluation/principal_angles"},
}


def imported(script: str) -> set[str]:
    """Return the modules of a script's closure outside workflow/pipeline, as paths in workflow/."""
    path = Path("workflow/scripts") / f"{script}.py"
    files = {each.relative_to("workflow").with_suffix("").as_posix() for each in closures([path])[path]}
    return {file for file in files if not file.startswith("pipeline/")}


@pytest.mark.parametrize("family", BESIDES)
def test_a_training_imports_exactly_this(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    own = {f"scripts/train_{family}", f"params/{family}", f"networks/{family}", f"training/families/{family}"}
    assert imported(f"train_{family}") - {"scripts/__init__"} == COMMON | own | BESIDES[family]


def test_every_family_has_a_script_of_its_own() -> None:
    families = {path.stem for path in (ROOT / "workflow/training/families").glob("*.py")} - {"base", "gan"}
    assert families == BESIDES.keys()
    assert {path.stem for path in (ROOT / "workflow/scripts").glob("train_*.py")} - {"train_lenet"} == {
        f"train_{name}" for name in families
    }
