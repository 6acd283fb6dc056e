"""Train LeNet on a data set."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.classifier import measure, train
from workflow.io.files import write_json
from workflow.networks import lenet
from workflow.params.compute import Compute
from workflow.params.lenet import LenetRecipe
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset")

with stage(**item) as this:
    recipe = this.changed(LenetRecipe, "lenet")
    device = prepare(this.read(Compute, "compute"))
    dataset = data.load(paths.processed(item["dataset"])).to(device)

    torch.manual_seed(recipe.seed)
    classifier = lenet.LeNet(dataset.train.pixels.shape[1]).to(device)
    train(classifier, dataset.fitting, recipe)

    lenet.save(paths.lenet(item["dataset"]), classifier, this.provenance())
    splits = {"validation": dataset.validation, "test": dataset.test}
    measured = {split: measure(classifier, images) for split, images in splits.items() if len(images)}
    write_json(paths.metrics(this.budget, "lenet", RunId(item["dataset"], recipe.seed)), this.result(measured, **computed_on(device)))
