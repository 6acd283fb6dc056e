"""Map the train and the test latents of an encoder onto a plane by t-SNE."""

from workflow.evaluation.nearest_neighbour import nearest
from workflow.evaluation.tsne import embed
from workflow.io import tensors
from workflow.params.compute import Compute
from workflow.params.evaluation import Tsne
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    settings, compute = this.read(Tsne, "tsne"), this.read(Compute, "compute")
    prepare(compute)
    latents = tensors.load(paths.latents(this.budget, this.run))
    found = {}
    for split in ("train", "test"):
        found[f"{split}.positions"] = embed(latents[f"{split}.code"][: settings.images], settings, compute.threads)
        found[f"{split}.labels"] = latents[f"{split}.labels"][: settings.images]
    found["test.neighbours"] = nearest(latents["test.code"], None)[: settings.images]
    tensors.save(paths.maps(this.budget, this.run), found, this.provenance())
