"""Which kernel counts an election."""

from __future__ import annotations

from importlib.util import find_spec

from civic.counting.arithmetic.kernels import Kernel
from civic.counting.arithmetic.numpy_kernel import NumpyKernel
from civic.counting.errors import N_, CountingError

# Numba takes a second to be loaded: smaller elections are counted before it is there.
WORTH_COMPILING = 200_000


def kernel_named(name: str | None, entries: int) -> Kernel:
    """The kernel to count so many entries with; without a name, the one that will be done first."""
    if name is None:
        name = "numba" if entries >= WORTH_COMPILING and find_spec("numba") else "numpy"
    if name == "numpy":
        return NumpyKernel()
    if name == "numba" and find_spec("numba"):
        from civic.counting.arithmetic.numba_kernel import NumbaKernel

        return NumbaKernel()
    raise CountingError(N_("Counting with %(kernel)s is not possible here."), kernel=name)
