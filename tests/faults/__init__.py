"""Random faults, counted: `python -m tests.faults --rounds 200 --seed 0`.

A round copies a small project in some state, has a fault happen to it, and does what a user would: runs the command again, after what a
printed line calls for. At the end each output and dvc.lock must be those of a run that nothing disturbed.
"""
