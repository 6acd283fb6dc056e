"""Train a conditional GAN of dense layers."""

from workflow.pipeline.stage import stage
from workflow.training.families.cgan import FAMILY
from workflow.training.train_stage import item_of, train_stage

with stage(**item_of(__doc__)) as this:
    train_stage(this, FAMILY)
