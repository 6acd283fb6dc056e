"""Measure an encoder as it is before training by 1NN."""

import torch

from workflow.data import dataset as data
from workflow.data.batches import Batches
from workflow.evaluation.knn import knn
from workflow.evaluation.nearest_neighbour import PROTOCOL
from workflow.io.files import write_json
from workflow.networks.registry import MODELS
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare
from workflow.training.statistics import average_statistics

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    model = MODELS[this.item["family"]]
    recipe = this.recipe(model.Recipe, item["variant"])
    device = prepare(this.read(Compute, "compute"))
    dataset = data.load(paths.processed(item["dataset"])).to(device)
    torch.manual_seed(item["seed"])
    gan = model(recipe, *dataset.test.pixels.shape[1:]).to(device)
    if recipe.statistics == "averaged":
        average_statistics(gan, lambda batch: gan.features(batch.x.flatten(1)), Batches(dataset.train, recipe, None))
    gan.eval()
    file = paths.metrics(this.budget, "knn", RunId(f"untrained-{item['variant']}", item["seed"]))
    write_json(file, this.result(knn(gan, dataset), **computed_on(device), protocol=PROTOCOL))
