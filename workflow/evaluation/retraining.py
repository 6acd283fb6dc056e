"""LeNet trained on real and synthetic images in several mixtures, and tested on real ones (Report D §4)."""

import torch
from torch import Tensor

from workflow.data.dataset import DataSet, Images
from workflow.evaluation.classifier import measure, train
from workflow.networks.lenet import LeNet
from workflow.params.lenet import LenetRecipe
from workflow.params.retraining import Retraining

PROTOCOL = {
    "real-<n>": "n per cent of the training images outside the validation split stay, drawn at random; each of the others gives "
    "way to a sample of its class. Every mixture has as many images of each class, LeNet the same first weights and as many steps",
    "plain": "per cent of the test images that LeNet, trained on the mixture, gives their class; of real-0 this is the classification "
    "accuracy score of Ravuri & Vinyals 2019, with LeNet as the classifier",
    "fine_tuned": "the same after further training on the real validation split",
}


def mixed(real: Images, synthetic: Images, count: int, order: Tensor) -> Images:
    """Return as many images of the same classes, of which only the first `count` in an order are real.

    Args:
        real: N images.
        synthetic: N images, the n-th of the n-th real one's class.
        count: From 0 to N.
        order: (N,) int64, a permutation. With the same one, what is real in a mixture is so in those with more real images.
    """
    replaced = order[count:]
    return Images(real.pixels.index_copy(0, replaced, synthetic.pixels[replaced]), real.labels)


def retrained(dataset: DataSet, synthetic: Images, recipe: LenetRecipe, retraining: Retraining, seed: int) -> dict[str, dict[str, float]]:
    """Return what `PROTOCOL` says of each mixture.

    Args:
        dataset: Real images. Those of its test split are only ever classified.
        synthetic: As many as there are in `dataset.fitting`, and of the same classes.
        recipe: How LeNet is trained on a mixture.
        retraining: The mixtures, and how LeNet is trained further.
        seed: Of what is replaced, of the first weights, and of the order of the images.
    """
    fine_tuning = recipe.model_copy(update=retraining.fine_tuning.model_dump())
    torch.manual_seed(seed)
    order = torch.randperm(len(synthetic), device=synthetic.labels.device)
    found = {}
    for percent in retraining.real:
        mixture = mixed(dataset.fitting, synthetic, round(percent / 100 * len(synthetic)), order)
        torch.manual_seed(seed)
        lenet = LeNet(mixture.pixels.shape[1]).to(order.device).to(memory_format=torch.channels_last)  # faster on a CPU
        train(lenet, mixture, recipe)
        plain = measure(lenet, dataset.test)["accuracy"]
        train(lenet, dataset.validation, fine_tuning)
        found[f"real-{percent}"] = {"plain": plain, "fine_tuned": measure(lenet, dataset.test)["accuracy"]}
    return found
