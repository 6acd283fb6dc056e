"""Train a linear generator against a quadratic discriminator."""

from workflow.params.linear_gan import LinearGanRecipe
from workflow.params.training import TrainingBudget
from workflow.pipeline.stage import arguments, step
from workflow.training.families.linear_gan import trainer
from workflow.training.train_stage import run

item = arguments(__doc__, "variant", "seed")

with step("train_linear_gan", **item) as this:
    recipe = this.recipe(LinearGanRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, this.read(TrainingBudget, "budget").mnist, trainer)
