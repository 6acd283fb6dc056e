"""Train a BiGAN of dense layers on from the weights of another variant."""

from workflow import paths
from workflow.bigan_training import run
from workflow.params.training import TrainingBudget
from workflow.step import arguments, step

item = arguments(__doc__, "stage", "start", "variant", "seed")

with step(**item) as this:
    run(this, item["variant"], item["seed"], paths.model(this.read(TrainingBudget, "budget").name, f"{item['start']}-{item['seed']}"))
