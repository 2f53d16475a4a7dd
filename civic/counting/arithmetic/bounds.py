"""Numbers too long to be written out, held so that no two of them are ever mistaken.

Where payments are divided by payments, the exact fractions double in length with every round. So a
number is held as two fractions between which it provably lies, and as its remainder modulo a large
prime, which adding, multiplying and dividing carry along exactly. Bounds that do not overlap say
which number is larger. Where they overlap, unequal remainders prove the numbers unequal, and the
count is done again with narrower bounds; equal remainders mean equal numbers: two that differ have
the same one about once in 10 ** 156 cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

# A prime of Mersenne. No ballots can be chosen for their remainders by trying.
PRIME = 2**521 - 1


class TooCoarse(Exception):
    """The bounds are too wide to decide; with more bits they will not be."""


@dataclass(frozen=True)
class Bounded:
    """A number of nought or more: it is not below `low`, not above `high`, and leaves `rest`."""

    low: Fraction
    high: Fraction
    rest: int

    @classmethod
    def of(cls, number: int | Fraction) -> Bounded:
        """A number that is known exactly."""
        exact = Fraction(number)
        return cls(exact, exact, exact.numerator * pow(exact.denominator, -1, PRIME) % PRIME)

    def __add__(self, other: Bounded) -> Bounded:
        return Bounded(self.low + other.low, self.high + other.high, self.rest + other.rest)

    def __sub__(self, other: Bounded) -> Bounded:
        return Bounded(self.low - other.high, self.high - other.low, self.rest - other.rest)

    def __mul__(self, times: int) -> Bounded:
        return Bounded(self.low * times, self.high * times, self.rest * times % PRIME)

    def __truediv__(self, other: Bounded) -> Bounded:
        if other.low <= 0:
            raise TooCoarse
        rest = self.rest * pow(other.rest, -1, PRIME) % PRIME
        return Bounded(self.low / other.high, self.high / other.low, rest)

    def over(self, other: Bounded | int) -> int:
        """Say whether the number is above (1), below (-1) or equal to (0) another."""
        if not isinstance(other, Bounded):
            other = Bounded.of(other)
        if self.low > other.high:
            return 1
        if self.high < other.low:
            return -1
        if (self.rest - other.rest) % PRIME == 0:
            return 0
        raise TooCoarse

    def ceil(self) -> int:
        """The least whole number that is not below this one."""
        lowest = ceil(self.low)
        # It is no larger, or that cannot be told.
        self.over(lowest)
        return lowest
