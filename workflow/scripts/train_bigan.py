"""Train a BiGAN of dense layers from weights that are drawn."""

from workflow.bigan_training import run
from workflow.step import arguments, step

item = arguments(__doc__, "stage", "variant", "seed")

with step(**item) as this:
    run(this, item["variant"], item["seed"], None)
