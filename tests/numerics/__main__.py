"""Print, as JSON, the digests of this processor in portable numerics, or of those whose name has a given word.

python -m tests.numerics [WORD ...]
"""

import json
import os
import sys
from importlib import import_module

from workflow.training.numerics import PORTABLE

os.environ.update(PORTABLE, OMP_NUM_THREADS="1")  # before what is imported below imports PyTorch
digests = import_module("tests.numerics.digests")
print(json.dumps(digests.compute(sys.argv[1:]), indent=2))
