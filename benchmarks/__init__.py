"""What training and evaluation cost, in the numerics of the stages."""

from workflow.training.numerics import set_environment

set_environment()
