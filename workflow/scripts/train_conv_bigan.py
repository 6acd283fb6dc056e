"""Train a convolutional BiGAN."""

from workflow.conv_bigan_training import trainer
from workflow.params.conv_bigan import ConvBiganRecipe
from workflow.run import run
from workflow.step import arguments, step

item = arguments(__doc__, "stage", "dataset", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(ConvBiganRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, item["dataset"], trainer)
