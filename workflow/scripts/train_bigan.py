"""Train a BiGAN of dense layers."""

from workflow.pipeline.stage import arguments, stage
from workflow.training.families.bigan import FAMILY
from workflow.training.train_stage import train_stage

with stage(**arguments(__doc__, "dataset", "variant", "seed")) as this:
    train_stage(this, FAMILY)
