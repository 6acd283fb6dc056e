"""Train a BiGAN of dense layers from weights that are drawn."""

from workflow.bigan_training import begin
from workflow.params.bigan import BiganRecipe
from workflow.params.training import TrainingBudget
from workflow.run import run
from workflow.step import arguments, step

item = arguments(__doc__, "stage", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(BiganRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, this.read(TrainingBudget, "budget").mnist, begin)
