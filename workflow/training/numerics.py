"""Portable numerics: in float32 and on one thread of any x86-64 processor with AVX2 and FMA, the same bytes.

The libraries otherwise choose their instructions by what the processor has, and MKL by who made it: sums are added up in another order.
Each is held to instructions that all such processors have, through variables of the environment that it reads when it is loaded. So this
module imports neither PyTorch nor NumPy, and `workflow.scripts` calls it before any script does. What MKL is slow at then,
`workflow.training.portable_products` gives to oneDNN.

Not portable, by processors that were tried (tests/numerics/digests.json names them):

- bfloat16: oneDNN has no such convolutions for AVX2, and PyTorch's own take 59 times as long; so a run in bfloat16 is `fast`;
- more than one thread: not tried;
- processors with 256 KiB of L2 cache a core: the gradient of the input of DCGAN's third convolution differs in its last bits;
- asin, acos, atan, float64 log and tan of PyTorch: MKL's differ by a unit in the last place, float64 log in 0.1 % of the values, asin in
  8.5 %; and `pow(0.5)`. Nothing here uses them: what needs an arcsine takes NumPy's.
"""

import os
import platform
from contextlib import suppress

from workflow.io.errors import UserError
from workflow.params.model import load, select

PORTABLE = {
    "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch's own loops
    "MKL_CBWR": "COMPATIBLE",  # PyTorch's LAPACK, float64 products and vector functions
    "OPENBLAS_CORETYPE": "Haswell",  # NumPy's, SciPy's and scikit-learn's products
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # NumPy's own loops; a name that a processor lacks is ignored
}
X86_64 = {"x86_64", "AMD64"}


def set_environment() -> None:
    """Set what the libraries read, if params.yaml says `portable` and this is an x86-64; too late once one of them is imported."""
    with suppress(UserError):  # which the stage puts into words
        if platform.machine() in X86_64 and select(load(), "compute.numerics") == "portable":
            os.environ.update(PORTABLE)


def environment_is_set() -> bool:
    """Return whether the environment is that of portable numerics."""
    return PORTABLE.items() <= os.environ.items()
