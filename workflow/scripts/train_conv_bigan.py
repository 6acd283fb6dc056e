"""Train a convolutional BiGAN."""

from workflow.params.conv_bigan import ConvBiganRecipe
from workflow.pipeline.stage import arguments, step
from workflow.training.families.conv_bigan import trainer
from workflow.training.train_stage import run

item = arguments(__doc__, "stage", "dataset", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(ConvBiganRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, item["dataset"], trainer)
