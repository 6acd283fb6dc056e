"""What a budget trains, in which precision, and on which processors that takes days."""

import re
from pathlib import Path

import pytest

from tests.helpers.project import ROOT
from workflow.io.errors import UserError
from workflow.params.groups import GRAPH
from workflow.params.model import load
from workflow.pipeline import trainings
from workflow.pipeline.trainings import PlannedTraining, check_precision, computes_in_bfloat16, planned_trainings

AVX2, AVX512 = "processor : 0\nflags\t\t: fpu avx2 fma", "processor : 0\nflags\t\t: fpu avx2 avx512f fma"
SLOW = (
    "params.yaml: precision: found bfloat16 for train_conv_bigan@mnist-conv-bigan-0 and 7 more, but this processor has no AVX-512: "
    "a step would take some forty times as long as in float32; allowed: float32, or a GPU or a processor with AVX-512"
)


def planned(budget: str) -> dict[str, PlannedTraining]:
    params = load(ROOT / "params.yaml")
    return planned_trainings({**params, "budget": params["budgets"][budget]}, load(ROOT / GRAPH)["stages"])


def test_a_training_has_its_variants_recipe_and_its_budgets_share_of_the_epochs() -> None:
    found = planned("cpu")
    bigan = found["train_bigan@mnist-bigan-as-coded-0"]
    assert (bigan.group.family, bigan.variant, bigan.epochs, bigan.precision) == ("bigan", "bigan-as-coded", 40, "float32")
    assert found["train_triplet@mnist-bigan-triplet-0"].group.start == "bigan"
    assert found["train_dcgan@mnist-dcgan-mnist-0"].precision == "bfloat16"
    assert found["train_dcgan@mnist-dcgan-mnist-float32-0"].precision == "float32"
    assert planned("bfloat16")["train_bigan@mnist-bigan-9"].precision == "bfloat16", "what the budget changes"
    assert planned("digits").keys() == {
        f"train_{name}-0"
        for name in (
            "bigan@digits-bigan",
            "triplet@digits-bigan-triplet",
            "cgan@digits-cgan-arch-128-784-128",
            "linear_gan@digits-linear-gan",
            "conv_bigan@digits-conv-bigan",
            "dcgan@digits-dcgan-mnist",
        )
    }


def test_without_avx_512_bfloat16_is_a_line_of_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainings, "CPUINFO", tmp_path / "cpuinfo")
    check_precision(planned("cpu"))  # nothing is known of the processor
    trainings.CPUINFO.write_text(AVX512)
    check_precision(planned("cpu"))
    trainings.CPUINFO.write_text(AVX2)
    with pytest.raises(UserError, match=f"^{re.escape(SLOW)}$"):
        check_precision(planned("cpu"))
    check_precision(planned("demo"))


@pytest.mark.parametrize(("cpuinfo", "can"), [(AVX2, False), (AVX512, True), ("", True), ("Features\t: fp asimd bf16", True)])
def test_what_linux_says_of_the_processor(cpuinfo: str, can: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainings, "CPUINFO", tmp_path / "cpuinfo")
    trainings.CPUINFO.write_text(cpuinfo)
    assert computes_in_bfloat16() == can
