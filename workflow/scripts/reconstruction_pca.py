"""Measure what 50 principal components make of the test images."""

from workflow.data import dataset as data
from workflow.evaluation.baselines import reconstructions
from workflow.evaluation.reconstruction import PROTOCOL, compare
from workflow.io.files import write_json
from workflow.networks import lenet
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    classifier = lenet.load(paths.lenet(item["dataset"]), device)
    dataset = data.load(paths.processed(item["dataset"])).to(device)
    measured = compare(reconstructions(dataset), dataset.test, classifier)
    file = paths.metrics(this.budget, "reconstruction", RunId("pca-50", 0))
    write_json(file, this.result(measured, **computed_on(device), protocol=PROTOCOL))
