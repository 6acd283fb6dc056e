"""Train a convolutional GAN on from the weights of another variant."""

from functools import partial

from workflow.params.dcgan import DcganRecipe
from workflow.params.evaluation import SamplesByEpoch
from workflow.params.training import TrainingBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, step
from workflow.training.families.dcgan import begin
from workflow.training.train_stage import run

item = arguments(__doc__, "stage", "dataset", "start", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(DcganRecipe, item["variant"])
    shown = this.read(SamplesByEpoch, "samples_by_epoch")
    start = paths.model(this.read(TrainingBudget, "budget").name, f"{item['start']}-{item['seed']}")
    run(this, item["variant"], item["seed"], recipe, item["dataset"], partial(begin, shown=shown, start=start))
