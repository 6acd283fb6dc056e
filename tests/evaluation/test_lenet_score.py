"""LeNet's score of samples by hand."""

import math

import pytest
import torch

from tests.helpers.painter import ByBrightness, Painter
from tests.helpers.runs import CPU
from workflow.evaluation import lenet_score
from workflow.evaluation.classifier import classify
from workflow.evaluation.samples import of_each_class


def test_lenets_score_of_painters_by_hand() -> None:
    torch.manual_seed(0)
    drawn = [of_each_class(Painter(paints), lenet_score.SAMPLES_A_CLASS, 1, CPU) for paints in ("condition", "seven", "any")]
    perfect, constant, random = (lenet_score.measure(samples, classify(ByBrightness(), samples.pixels)) for samples in drawn)
    assert (perfect.score, perfect.by_class, perfect.class_entropy) == (100, [100] * 10, pytest.approx(math.log2(10)))
    assert (constant.score, constant.by_class, constant.class_entropy) == (10, [0] * 7 + [100, 0, 0], 0)
    assert random.score == pytest.approx(10, abs=1)
    assert random.class_entropy == pytest.approx(math.log2(10), abs=0.01)
