"""Measure features that need no training by 1NN."""

from workflow.data import dataset as data
from workflow.evaluation.baselines import BASELINES
from workflow.evaluation.nearest_neighbour import PROTOCOL, accuracies
from workflow.io.files import write_json
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset", "variant")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    dataset = data.load(paths.processed(item["dataset"])).to(device)
    train, test = ({"code": features} for features in BASELINES[item["variant"]](dataset))
    measured = accuracies(train, test, dataset.train.labels, dataset.test.labels)
    run = RunId(item["variant"], 0)
    write_json(paths.metrics(this.budget, "knn", run), this.result(measured, seed=run.seed, **computed_on(device), protocol=PROTOCOL))
