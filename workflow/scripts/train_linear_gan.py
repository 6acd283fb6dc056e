"""Train a linear generator against a quadratic discriminator, and compare its span with that of PCA after each epoch."""

from workflow.evaluation.principal_angles import angles_by_epoch
from workflow.pipeline.stage import arguments, stage
from workflow.training.families.linear_gan import FAMILY
from workflow.training.train_stage import train_stage

with stage(**arguments(__doc__, "dataset", "variant", "seed")) as this:
    train_stage(this, FAMILY, [angles_by_epoch])
