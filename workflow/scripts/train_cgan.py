"""Train a conditional GAN of dense layers."""

from workflow.params.cgan import CganRecipe
from workflow.params.training import TrainingBudget
from workflow.pipeline.stage import arguments, step
from workflow.training.families.cgan import trainer
from workflow.training.train_stage import run

item = arguments(__doc__, "variant", "seed")

with step("train_cgan", **item) as this:
    recipe = this.recipe(CganRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, this.read(TrainingBudget, "budget").mnist, trainer)
