"""Measure how like real images the samples are that were drawn as a training went on, and sort the last of them by class."""

import pandas as pd

from workflow.data import dataset as data
from workflow.evaluation.by_class import samples_by_class
from workflow.evaluation.fidelity import lenet_outputs, measure
from workflow.io import tensors
from workflow.io.files import write_text
from workflow.networks import lenet
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    named = item["dataset"]
    device = prepare(this.read(Compute, "compute"))
    snapshots = tensors.load(paths.snapshots(this.budget, this.run))
    classifier = lenet.load(paths.lenet(named), device)
    dataset = data.load(paths.processed(named)).to(device)
    epochs = sorted(int(name) for name in snapshots.keys() - {"real"})
    last = snapshots[str(epochs[-1])].to(device)
    training, test = (lenet_outputs(classifier, images.pixels) for images in (dataset.train[-len(last) :], dataset.test))
    rows = [
        {"dataset": named, "epoch": epoch, **measure(lenet_outputs(classifier, snapshots[str(epoch)].to(device)), training, test)}
        for epoch in epochs
    ]
    write_text(paths.fidelity_by_epoch(this.budget, this.run), pd.DataFrame(rows).to_csv(sep="\t", index=False, float_format="%.8g"))
    tensors.save(paths.by_class(this.budget, this.run), samples_by_class(classifier, last, dataset.train), this.provenance())
