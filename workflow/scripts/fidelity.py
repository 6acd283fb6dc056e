"""Measure how like real images a GAN's samples are, in all and by class, and whether they have collapsed, by LeNet."""

import torch

from workflow.data import dataset as data
from workflow.evaluation import by_class, collapse, fidelity
from workflow.evaluation.fidelity import REFERENCE, SAMPLES_A_CLASS, lenet_outputs
from workflow.evaluation.samples import of_each_class
from workflow.io.files import write_json
from workflow.networks import lenet
from workflow.networks.registry import load_model
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = load_model(paths.model(this.budget, this.run), device)
    classifier = lenet.load(paths.lenet(item["dataset"]), device)
    dataset = data.load(paths.processed(item["dataset"])).to(device)
    torch.manual_seed(item["seed"])
    drawn = of_each_class(gan, SAMPLES_A_CLASS, classifier.channels, device)
    samples = lenet_outputs(classifier, drawn.pixels)
    training, test = (lenet_outputs(classifier, images.pixels) for images in (dataset.train[-REFERENCE:], dataset.test))
    asked = drawn.labels if gan.conditional else None
    about = {"protocol": fidelity.PROTOCOL, "histogram": fidelity.histogram(samples)}
    found = {
        "fidelity": this.result(fidelity.measure(samples, training, test), **computed_on(device), **about),
        "by_class": this.result(by_class.measure(samples), **computed_on(device), protocol=by_class.PROTOCOL),
        "collapse": this.result(collapse.measure(samples, asked, training, test), **computed_on(device), protocol=collapse.PROTOCOL),
    }
    for kind, result in found.items():
        write_json(paths.metrics(this.budget, kind, this.run), result)
