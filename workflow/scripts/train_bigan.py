"""Train a BiGAN of dense layers from weights that are drawn."""

from workflow.params.bigan import BiganRecipe
from workflow.params.training import TrainingBudget
from workflow.pipeline.stage import arguments, step
from workflow.training.families.bigan import begin
from workflow.training.train_stage import run

item = arguments(__doc__, "stage", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(BiganRecipe, item["variant"])
    run(this, item["variant"], item["seed"], recipe, this.read(TrainingBudget, "budget").mnist, begin)
