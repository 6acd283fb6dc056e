"""Train a convolutional GAN, and keep samples as training goes on."""

from functools import partial

from workflow.params.snapshots import Snapshots
from workflow.pipeline.stage import arguments, stage
from workflow.training.families.dcgan import FAMILY
from workflow.training.snapshots import snapshots
from workflow.training.train_stage import train_stage

with stage(**arguments(__doc__, "dataset", "variant", "seed")) as this:
    train_stage(this, FAMILY, [partial(snapshots, settings=this.read(Snapshots, "snapshots"))])
