"""Map the train and the test codes of an encoder onto a plane by t-SNE."""

from workflow.evaluation.nearest_neighbour import nearest
from workflow.evaluation.tsne import embed
from workflow.io import tensors
from workflow.params.evaluation import Compute, Tsne
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, step
from workflow.training.device import prepare

item = arguments(__doc__, "variant", "seed")

with step("tsne", **item) as this:
    budget = this.params["budget"]["name"]
    settings, compute = this.read(Tsne, "tsne"), this.read(Compute, "compute")
    prepare(compute)
    run = f"{item['variant']}-{item['seed']}"
    codes = tensors.load(paths.codes(budget, run))
    found = {}
    for split in ("train", "test"):
        found[f"{split}.positions"] = embed(codes[f"{split}.code"][: settings.images], settings, compute.threads)
        found[f"{split}.labels"] = codes[f"{split}.labels"][: settings.images]
    found["test.neighbours"] = nearest(codes["test.code"], None)[: settings.images]
    tensors.save(paths.maps(budget, run), found, this.provenance())
