"""Train a BiGAN of dense layers."""

from workflow.pipeline.stage import stage
from workflow.training.families.bigan import FAMILY
from workflow.training.train_stage import item_of, train_stage

with stage(**item_of(__doc__)) as this:
    train_stage(this, FAMILY)
