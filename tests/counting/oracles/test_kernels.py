"""Real elections counted by the compiled kernel: the whole outcome is the same to the last byte."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from civic.counting import count
from tests.counting.oracles.elections import ABSENT, DATA, election_of, listed

pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason=ABSENT),
    pytest.mark.skipif(not find_spec("numba"), reason="numba is missing; .ci/run installs it"),
]

STEPS_ARE_QUICK = 62_000


@pytest.mark.parametrize("file", listed(), ids=lambda file: file.name[:-3])
def test_both_kernels_tell_the_same_story(file):
    completions = ["none", "utilitarian"]
    if file.approvals <= STEPS_ARE_QUICK and "Toulouse" not in file.name:
        completions.append("add1")
    for completion in completions:
        one, other = (
            count(
                election_of(file.name), "equal-shares", completion, kernel=kernel, step=file.step
            ).as_json()
            for kernel in ("numpy", "numba")
        )

        assert one == other
