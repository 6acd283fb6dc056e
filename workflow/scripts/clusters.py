"""Measure how well an encoder's codes separate the classes."""

from workflow.evaluation.clusters import IMAGES, PROTOCOL, measure
from workflow.io import tensors
from workflow.io.files import write_json
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    budget = this.read(BudgetData, "budget")
    prepare(this.read(Compute, "compute"))
    run = f"{item['variant']}-{item['seed']}"
    codes = tensors.load(paths.codes(budget.name, run))
    measured = {split: measure(codes[f"{split}.code"][:IMAGES], codes[f"{split}.labels"][:IMAGES]) for split in ("train", "test")}
    write_json(paths.metrics(budget.name, "clusters", run), this.result(measured, dataset=budget.mnist, protocol=PROTOCOL))
