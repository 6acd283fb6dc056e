"""Train a linear generator against a quadratic discriminator, and compare its span with that of PCA after each epoch."""

from workflow.evaluation.principal_angles import angles_by_epoch
from workflow.pipeline.stage import stage
from workflow.training.families.linear_gan import FAMILY
from workflow.training.train_stage import item_of, train_stage

with stage(**item_of(__doc__)) as this:
    train_stage(this, FAMILY, [angles_by_epoch])
