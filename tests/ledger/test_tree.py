"""The tree of RFC 9162, against its definition written down word by word."""

from __future__ import annotations

import hashlib

import pytest

from civic.kernel.canonical import canonical
from civic.ledger.tree import (
    EMPTY_ROOT,
    Peaks,
    consistency_proof,
    inclusion_proof,
    is_extension,
    is_included,
    leaf_hash,
    root_of,
)

LEAVES = [leaf_hash(f"line {n}".encode()) for n in range(70)]


def defined_root(leaves):
    """MTH of RFC 9162, 2.1.1."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = defined_root(leaves[:split]), defined_root(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes(height, index):
    return defined_root(LEAVES[index << height : (index + 1) << height])


def line(n):
    return {"n": n, "t": "cast", "c": "00" * 32, "d": 1, "r": None}


class TestRoots:
    def test_the_published_vectors_hold(self):
        leaves = [leaf_hash(canonical(line(n)).encode()) for n in range(3)]

        assert leaves[0].hex() == "e32e9a20d3d8233e9a2ff172bbed172333ded7c8fc00c5a8b7c879798b6807a3"
        assert root_of(leaves).hex() == (
            "02b7298644e9e9fc53add3e284163828bc6f895db269bdb42343885a0e7961f6"
        )

    def test_no_leaf_has_the_root_of_nothing(self):
        assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()

    @pytest.mark.parametrize("size", range(70))
    def test_appending_gives_the_defined_root(self, size):
        assert root_of(LEAVES[:size]) == defined_root(LEAVES[:size])

    @pytest.mark.parametrize("size", [1, 5, 64, 69])
    def test_peaks_go_on_where_another_stopped(self, size):
        peaks = Peaks.of(size, nodes)
        peaks.append(LEAVES[size])

        assert peaks.root() == defined_root(LEAVES[: size + 1])

    def test_peaks_that_do_not_fit_a_size_are_refused(self):
        with pytest.raises(ValueError, match="2 peaks"):
            Peaks(3, [LEAVES[0]])


class TestInclusion:
    @pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 70])
    def test_every_leaf_is_proved_and_no_other(self, size):
        root = defined_root(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, nodes)
            assert is_included(LEAVES[index], index, size, proof, root)
            assert not is_included(leaf_hash(b"another"), index, size, proof, root)
            assert not is_included(LEAVES[index], index, size, [*proof, root], root)
            assert not is_included(LEAVES[index], (index + 1) % size, size, proof, root) or size < 2

    def test_there_is_no_proof_of_a_leaf_beyond(self):
        assert not is_included(LEAVES[0], 3, 3, [], LEAVES[0])
        with pytest.raises(ValueError, match="no leaf 3"):
            inclusion_proof(3, 3, nodes)


class TestExtension:
    @pytest.mark.parametrize("size", [1, 2, 3, 8, 21, 64, 70])
    def test_every_beginning_is_proved_and_no_fork(self, size):
        root = defined_root(LEAVES[:size])
        for old in range(1, size + 1):
            proof = consistency_proof(old, size, nodes)
            assert is_extension(old, defined_root(LEAVES[:old]), size, root, proof)
            forked = defined_root([*LEAVES[: old - 1], leaf_hash(b"another")])
            assert not is_extension(old, forked, size, root, proof)
            assert not is_extension(old, defined_root(LEAVES[:old]), size, LEAVES[0], proof) or (
                size == 1
            )

    def test_a_shorter_tree_extends_nothing(self):
        assert not is_extension(5, defined_root(LEAVES[:5]), 3, defined_root(LEAVES[:3]), [])
        assert not is_extension(3, defined_root(LEAVES[:3]), 5, defined_root(LEAVES[:5]), [])
        with pytest.raises(ValueError, match="does not extend"):
            consistency_proof(5, 3, nodes)
