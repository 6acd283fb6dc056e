"""Train a convolutional GAN from weights that are drawn."""

from functools import partial

from workflow.params.dcgan import DcganRecipe
from workflow.params.evaluation import SamplesByEpoch
from workflow.pipeline.stage import arguments, step
from workflow.training.families.dcgan import begin
from workflow.training.train_stage import run

item = arguments(__doc__, "stage", "dataset", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(DcganRecipe, item["variant"])
    shown = this.read(SamplesByEpoch, "samples_by_epoch")
    run(this, item["variant"], item["seed"], recipe, item["dataset"], partial(begin, shown=shown))
