"""How far all shares can be raised at once while the same projects are certain to be bought.

A completion raises the shares by a step and counts again. Where a project has few supporters, or
the step is small, millions of steps in a row buy just what the last run bought. They are leapt
over, and the run that stands is made at the share where the steps would have ended. `lasting`
holds the proof.
"""

from __future__ import annotations

from civic.counting.rules.equal_shares.auction import Auction
from civic.counting.rules.equal_shares.lasting import lasts
from civic.counting.terms.setting import Setting

# A first leap goes over so many steps; the next ones over so many times more, or fewer.
LEAP, TIMES = 8, 4
# So many runs in a row must have bought the same before it is asked whether they will go on to.
PATIENCE, MOST_PATIENCE = 6, 384


class Pace:
    """By how many steps at once the shares are raised: one, unless a leap is proven."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._bought: frozenset[int] = frozenset()
        self._alike = 0
        self._patience = PATIENCE

    def steps(self, auction: Auction) -> int:
        """So many steps on is the first run that is not known to buy what this one bought."""
        bought = frozenset(auction.bought)
        self._alike = self._alike + 1 if bought == self._bought else 1
        self._bought = bought
        if self._alike < self._patience or self._is_near_a_change(auction):
            return 1
        self._alike = 0
        sure = self._sure(auction)
        # Asking costs as much as some runs, so it is asked seldom where it is in vain.
        better = self._patience // 2 if sure else self._patience * 2
        self._patience = min(max(1, better), MOST_PATIENCE)
        return sure + 1

    def _is_near_a_change(self, auction: Auction) -> bool:
        """Say whether another project can be paid for after one leap, if nothing else changes."""
        election, money = self._setting.election, auction.purses.money
        for place in set(self._setting.for_sale) - self._bought:
            who = election.supporters[place]
            held = float((money[who] * self._setting.weights[who]).sum())
            more = election.votes[place] * LEAP * self._setting.step
            if held + more >= election.projects[place].cost:
                return True
        return False

    def _sure(self, auction: Auction) -> int:
        """After this run so many more buy the same for certain."""
        step, bought = self._setting.step, self._bought
        share, sure, leap, rising = auction.purses.endowment, 0, LEAP, True
        while leap >= LEAP:
            low, high = share + (sure + 1) * step, share + (sure + leap) * step
            if lasts(self._setting, bought, float(low), float(high)):
                sure += leap
                leap *= TIMES if rising else 2
            else:
                rising = False
                leap //= TIMES
        return sure
