"""Train a convolutional GAN from weights that are drawn."""

from functools import partial

from workflow.dcgan_training import begin
from workflow.params.dcgan import DcganRecipe
from workflow.params.evaluation import SamplesByEpoch
from workflow.run import run
from workflow.step import arguments, step

item = arguments(__doc__, "stage", "dataset", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(DcganRecipe, item["variant"])
    shown = this.read(SamplesByEpoch, "samples_by_epoch")
    run(this, item["variant"], item["seed"], recipe, item["dataset"], partial(begin, shown=shown))
