"""Measure how often LeNet gives a conditional GAN's samples the class that they should have."""

import torch

from workflow.evaluation.classifier import classify
from workflow.evaluation.lenet_score import PROTOCOL, SAMPLES_A_CLASS, measure
from workflow.evaluation.misclassified import misclassified
from workflow.evaluation.samples import of_each_class
from workflow.io import tensors
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
    torch.manual_seed(item["seed"])
    samples = of_each_class(gan, SAMPLES_A_CLASS, classifier.channels, device)
    predicted = classify(classifier, samples.pixels)
    tensors.save(paths.misclassified(this.budget, this.run), misclassified(samples, predicted), this.provenance())
    found = measure(samples, predicted)
    measured = {"score": found.score, "class_entropy": found.class_entropy}
    about = {**computed_on(device), "protocol": PROTOCOL, "by_class": found.by_class}
    write_json(paths.metrics(this.budget, "lenet_score", this.run), this.result(measured, **about))
