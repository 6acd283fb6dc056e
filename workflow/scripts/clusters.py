"""Measure how well an encoder's latents separate the classes."""

from workflow.evaluation.clusters import IMAGES, PROTOCOL, measure
from workflow.io import tensors
from workflow.io.files import write_json
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    latents = tensors.load(paths.latents(this.budget, this.run))
    measured = {split: measure(latents[f"{split}.code"][:IMAGES], latents[f"{split}.labels"][:IMAGES]) for split in ("train", "test")}
    write_json(paths.metrics(this.budget, "clusters", this.run), this.result(measured, **computed_on(device), protocol=PROTOCOL))
