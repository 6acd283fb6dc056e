"""Measure how often LeNet gives a conditional GAN's samples the class asked for."""

import torch

from workflow.evaluation.classifier import classify
from workflow.evaluation.lenet_score import PROTOCOL, SAMPLES_A_CLASS, measure
from workflow.evaluation.misclassified import misclassified
from workflow.evaluation.samples import of_each_class
from workflow.io import tensors
from workflow.io.files import write_json
from workflow.networks import families, lenet
from workflow.params.evaluation import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import name, prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = families.load(paths.model(this.budget, this.run), device)
    judge = lenet.load(paths.lenet(item["dataset"]), device)
    torch.manual_seed(item["seed"])
    samples = of_each_class(gan, SAMPLES_A_CLASS, judge.channels, device)
    given = classify(judge, samples.pixels)
    tensors.save(paths.misclassified(this.budget, this.run), misclassified(samples, given), this.provenance())
    found = measure(samples, given)
    measured = {"score": found.score, "class_entropy": found.class_entropy}
    about = {"device": name(device), "protocol": PROTOCOL, "by_class": found.by_class}
    write_json(paths.metrics(this.budget, "lenet_score", this.run), this.result(measured, **about))
