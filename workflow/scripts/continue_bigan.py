"""Train a BiGAN of dense layers on from the weights of another variant."""

from functools import partial

from workflow.params.bigan import BiganRecipe
from workflow.params.training import TrainingBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, step
from workflow.training.families.bigan import begin
from workflow.training.train_stage import run

item = arguments(__doc__, "stage", "start", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(BiganRecipe, item["variant"])
    budget = this.read(TrainingBudget, "budget")
    start = paths.model(budget.name, f"{item['start']}-{item['seed']}")
    run(this, item["variant"], item["seed"], recipe, budget.mnist, partial(begin, start=start))
