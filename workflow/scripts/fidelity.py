"""Measure how like real images a GAN's samples are, by LeNet."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.fidelity import PROTOCOL, REFERENCE, SAMPLES_A_CLASS, histogram, lenet_outputs, measure
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
    samples = lenet_outputs(classifier, of_each_class(gan, SAMPLES_A_CLASS, classifier.channels, device).pixels)
    training, test = (lenet_outputs(classifier, images.pixels) for images in (dataset.train[-REFERENCE:], dataset.test))
    about = {**computed_on(device), "protocol": PROTOCOL, "histogram": histogram(samples)}
    write_json(paths.metrics(this.budget, "fidelity", this.run), this.result(measure(samples, training, test), **about))
