"""The Merkle tree of RFC 9162, section 2.1: roots, and proofs that nothing was changed.

A hash is 32 bytes. A tree is seen through `Nodes`, a function that gives the hash of a complete
subtree; so nothing here knows where the hashes are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from enum import Enum

# The hash over the leaves [index * 2**height, (index + 1) * 2**height).
Nodes = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf; the prefix keeps a node from being shown as a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Peaks:
    """The complete subtrees that a tree of some size falls into, the largest first.

    Enough to go on appending and to give the root: O(log n) hashes instead of n leaves.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} peaks.")
        self.size = size
        self.hashes = list(hashes)

    @classmethod
    def of(cls, size: int, nodes: Nodes) -> Peaks:
        """The peaks of the first `size` leaves of a tree."""
        return cls(size, [nodes(height, index) for height, index in peaks_of(size)])

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        merged, rest = leaf, self.size
        while rest & 1:
            merged = node_hash(self.hashes.pop(), merged)
            rest >>= 1
        self.hashes.append(merged)
        self.size += 1

    def root(self) -> bytes:
        """The root of all leaves so far."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, root = self.hashes
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def peaks_of(size: int) -> list[tuple[int, int]]:
    """Where the peaks of a tree stand: (height, index) from the largest to the smallest."""
    found, start = [], 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            found.append((height, start >> height))
            start += 1 << height
    return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves."""
    peaks = Peaks()
    for leaf in leaves:
        peaks.append(leaf)
    return peaks.root()


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """What proves that a leaf stands in the tree of the first `size` leaves (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} among {size}.")
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(_hash(middle, stop, nodes))
            stop = middle
        else:
            proof.append(_hash(start, middle, nodes))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """What proves that the first `old` leaves are the beginning of the first `size` (2.1.4.1)."""
    if not 0 < old <= size:
        raise ValueError(f"A tree of {size} does not extend one of {old}.")
    proof: list[bytes] = []
    start, stop = 0, size
    while stop > old:
        middle = start + _split(stop - start)
        if old <= middle:
            proof.append(_hash(middle, stop, nodes))
            stop = middle
        else:
            proof.append(_hash(start, middle, nodes))
            start = middle
    if start:  # otherwise it is the old root itself, which the verifier has
        proof.append(_hash(start, stop, nodes))
    return proof[::-1]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Does the proof lead from a leaf to the root (2.1.3.2)?"""
    if not 0 <= index < size:
        return False
    found = leaf
    sides = _sides(index, size - 1)
    for step in proof:
        side = next(sides, None)
        if side is None:
            return False
        found = node_hash(step, found) if side is Side.LEFT else node_hash(found, step)
    return next(sides, None) is None and found == root


def is_extension(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Does the proof show that one tree is the beginning of the other (2.1.4.2)?"""
    if old == size:
        return not proof and old_root == root
    if not 0 < old < size or not proof:
        return False
    # Complete subtrees at the end of the old tree are climbed over: both trees have them.
    skip = (old & -old).bit_length() - 1
    first, *steps = proof if old & (old - 1) else [old_root, *proof]
    was = now = first
    sides = _sides((old - 1) >> skip, (size - 1) >> skip)
    for step in steps:
        side = next(sides, None)
        if side is None:
            return False
        was = node_hash(step, was) if side is Side.LEFT else was
        now = node_hash(step, now) if side is Side.LEFT else node_hash(now, step)
    return next(sides, None) is None and was == old_root and now == root


class Side(Enum):
    """On which side of a node the next hash of a proof stands."""

    LEFT = "left"
    RIGHT = "right"


def _sides(place: int, last: int) -> Iterator[Side]:
    """The sides of the hashes on the way from a node to the root; `last` is the level's last."""
    while last:
        if place & 1 or place == last:
            yield Side.LEFT
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            yield Side.RIGHT
        place, last = place >> 1, last >> 1


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def _hash(start: int, stop: int, nodes: Nodes) -> bytes:
    size = stop - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return nodes(height, start >> height)
    middle = start + _split(size)
    return node_hash(_hash(start, middle, nodes), _hash(middle, stop, nodes))
