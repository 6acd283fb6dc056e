"""Train a BiGAN of dense layers on from the weights of another variant."""

from functools import partial

from workflow import paths
from workflow.bigan_training import begin
from workflow.params.bigan import BiganRecipe
from workflow.params.training import TrainingBudget
from workflow.run import run
from workflow.step import arguments, step

item = arguments(__doc__, "stage", "start", "variant", "seed")

with step(**item) as this:
    recipe = this.recipe(BiganRecipe, item["variant"])
    budget = this.read(TrainingBudget, "budget")
    start = paths.model(budget.name, f"{item['start']}-{item['seed']}")
    run(this, item["variant"], item["seed"], recipe, budget.mnist, partial(begin, start=start))
