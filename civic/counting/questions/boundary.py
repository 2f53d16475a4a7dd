"""Finds where losing turns into winning, in few recounts, and proves it by the two beside it."""

from __future__ import annotations

from collections.abc import Callable

Wins = Callable[[int], bool]
# A range of so few changes is tried from its lower end on, one by one.
SCANNED = 24


def boundary(wins: Wins, low: int, high: int, guess: int, step: int = 1) -> int | None:
    """A change in (low, high] that wins while the one before it loses; None where none was found.

    `low` is known to lose. Starting at the guess, the steps double until the answer changes, and
    the interval is then halved; both ends have been tried. Where more of a change can turn winning
    back into losing, a smaller one may exist that was stepped over.
    """
    if low >= high:
        return None
    guess, step = min(max(guess, low + 1), high), max(step, 1)
    if wins(guess):
        return _halved(wins, _below(wins, low, guess, step), guess)
    loses, found = guess, None
    while found is None and loses < high:
        next_ = min(loses + step, high)
        if wins(next_):
            found = next_
        else:
            loses, step = next_, 2 * step
    return None if found is None else _halved(wins, loses, found)


def first(wins: Wins, low: int, high: int) -> int | None:
    """The smallest change in (low, high] that wins, every one tried from the lower end on."""
    return next((change for change in range(low + 1, high + 1) if wins(change)), None)


def _below(wins: Wins, low: int, found: int, step: int) -> int:
    """A change below one that wins, and that loses."""
    # One less comes first: a good guess is right.
    loses, wide = found - 1, step
    while loses > low and wins(loses):
        loses, wide = loses - wide, 2 * wide
    return max(loses, low)


def _halved(wins: Wins, loses: int, found: int) -> int:
    while found - loses > 1:
        middle = (found + loses) // 2
        if wins(middle):
            found = middle
        else:
            loses = middle
    return found
