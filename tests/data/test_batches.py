"""Which images a step sees."""

import pytest
import torch

from tests.helpers.runs import small_run, toy
from workflow.data.dataset import Images
from workflow.io.errors import UserError


@pytest.fixture
def images() -> Images:
    return toy()


def test_anchors_are_the_real_images_where_a_recipe_says_so(images: Images) -> None:
    made = small_run(
        "bigan", images, batches="anchors", triplets={"weight": 1.0, "margin": 0.3, "mining": "sampled", "pairs": 4, "negatives": 3}
    )
    batch = made.batches.batch(0)
    assert torch.equal(batch.x, batch.triplets[0])


def test_batches_are_shuffled_or_drawn(images: Images) -> None:
    seen = [
        made.batches.batch(position).labels
        for made in [small_run("bigan", Images(images.pixels, torch.arange(23)))]
        for position in range(4)
    ]
    order = torch.cat(seen).tolist()
    assert len(set(order)) == 20, "each once"
    assert order != sorted(order)
    drawn = small_run("bigan", Images(images.pixels, torch.arange(23)), batches="drawn")
    assert len({label for _ in range(99) for label in drawn.batches.batch(0).labels.tolist()}) == 23
    assert len(drawn.batches.order) == 0


def test_an_epoch_needs_a_batch(images: Images) -> None:
    with pytest.raises(UserError, match="batch_size: found 24, allowed: at most the 23 training images"):
        small_run("bigan", images, batch_size=24)
