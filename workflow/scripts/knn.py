"""Measure the features of a trained variant by 1NN."""

from workflow.data import dataset as data
from workflow.evaluation.knn import knn
from workflow.evaluation.nearest_neighbour import PROTOCOL
from workflow.io.files import write_json
from workflow.networks.registry import load_model
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = load_model(paths.model(this.budget, this.run), device)
    measured = knn(gan, data.load(paths.processed(item["dataset"])).to(device))
    write_json(paths.metrics(this.budget, "knn", this.run), this.result(measured, **computed_on(device), protocol=PROTOCOL))
