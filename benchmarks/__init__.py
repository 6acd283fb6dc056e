"""What training and evaluation cost, in the numerics of the stages."""

import multiprocessing

from workflow.training.numerics import set_environment

if multiprocessing.parent_process() is None:  # a worker's environment is that of its own numerics
    set_environment()
