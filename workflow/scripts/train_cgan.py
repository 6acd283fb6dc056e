"""Train a conditional GAN of dense layers."""

from workflow.cgan_training import trainer
from workflow.params.cgan import CganRecipe
from workflow.params.training import TrainingBudget
from workflow.run import run
from workflow.step import arguments, step

item = arguments(__doc__, "variant", "seed")

with step("train_cgan", **item) as this:
    recipe = this.recipe(CganRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, this.read(TrainingBudget, "budget").mnist, trainer)
