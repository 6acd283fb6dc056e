"""Train a linear generator against a quadratic discriminator."""

from workflow.linear_gan_training import trainer
from workflow.params.linear_gan import LinearGanRecipe
from workflow.params.training import TrainingBudget
from workflow.run import run
from workflow.step import arguments, step

item = arguments(__doc__, "variant", "seed")

with step("train_linear_gan", **item) as this:
    recipe = this.recipe(LinearGanRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, this.read(TrainingBudget, "budget").mnist, trainer)
