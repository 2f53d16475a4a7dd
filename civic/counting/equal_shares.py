"""Equal shares as a rule: the run, its completion, and every step and reason put on paper.

`none` leaves unspent what the shares cannot buy. `add1` gives every voter one step more, again and
again, and keeps the last result before the first that costs more than the budget: the rule of
Wieliczka, Świecie and Assen. `add1-exhaustive` also stops at the first result to which nothing
more could be added; it can differ, so the name of the completion belongs to the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from civic.counting.auction import Auction, run_auction
from civic.counting.election import Election
from civic.counting.outcome import Round
from civic.counting.reasons import Amount, Reason, too_dear
from civic.counting.run import Run
from civic.counting.ties import TieBreaker


def plain(election: Election, eligible: Sequence[int], ties: TieBreaker, step: int) -> Run:
    """Buy with an equal share of the budget for every voter, and leave the rest unspent."""
    auction = _first(election, eligible, ties)
    return _run(election, eligible, auction, lost="shares-lost-price")


def add1(election: Election, eligible: Sequence[int], ties: TieBreaker, step: int) -> Run:
    """Raise the shares step by step; the last result before the first over budget stands."""
    auction = _first(election, eligible, ties)
    while not _has_everything(election, eligible, auction):
        raised = _raised(election, eligible, auction, step)
        if raised is None:
            break
        auction = raised
    return _run(election, eligible, auction, lost="shares-lost")


def add1_exhaustive(
    election: Election, eligible: Sequence[int], ties: TieBreaker, step: int
) -> Run:
    """Raise the shares step by step, but also stop when nothing more would fit."""
    auction = _first(election, eligible, ties)
    while not (
        _nothing_fits(election, eligible, auction) or _has_everything(election, eligible, auction)
    ):
        raised = _raised(election, eligible, auction, step)
        if raised is None:
            break
        auction = raised
    return _run(election, eligible, auction, lost="shares-lost")


def _first(election: Election, eligible: Sequence[int], ties: TieBreaker) -> Auction:
    share = Fraction(election.budget, election.voters) if election.voters else Fraction(0)
    auction = run_auction(election, _within_budget(election, eligible), share, ties.fresh())
    if auction is None:
        raise AssertionError("equal shares of the budget cannot buy for more than the budget")
    return auction


def _raised(
    election: Election, eligible: Sequence[int], auction: Auction, step: int
) -> Auction | None:
    share = auction.purses.endowment + step
    return run_auction(election, _within_budget(election, eligible), share, auction.ties.fresh())


def _within_budget(election: Election, eligible: Sequence[int]) -> list[int]:
    """Raised shares could buy a project dearer than the whole budget, and end the steps there."""
    return [place for place in eligible if election.projects[place].cost <= election.budget]


def _has_everything(election: Election, eligible: Sequence[int], auction: Auction) -> bool:
    """Larger purses can change nothing once every project that has a supporter is bought."""
    rest = [place for place in _within_budget(election, eligible) if election.votes[place]]
    return all(place in auction.bought for place in rest)


def _nothing_fits(election: Election, eligible: Sequence[int], auction: Auction) -> bool:
    left = election.budget - auction.spent
    rest = [place for place in eligible if place not in auction.bought]
    return all(election.projects[place].cost > left for place in rest)


def _run(election: Election, eligible: Sequence[int], auction: Auction, lost: str) -> Run:
    rounds = []
    reasons = {}
    left = election.budget
    for turn, payment in enumerate(auction.purses.exact_payments()):
        place = auction.bought[turn]
        project = election.projects[place]
        left -= project.cost
        payers = auction.purses.payers(turn)
        rounds.append(
            Round(
                number=turn + 1,
                project=project.id,
                cost=project.cost,
                votes=election.votes[place],
                left=left,
                payment=payment,
                effective=project.cost / payment,
                payers=payers,
            )
        )
        most = Amount(ceil(payment))
        reasons[place] = Reason(
            "shares-won", {"round": turn + 1, "payers": payers, "payment": most}
        )
    for place in set(eligible) - set(auction.bought):
        reasons[place] = _lost(election, auction, place, lost)
    return Run(auction.bought, rounds, reasons, auction.ties.broken, auction.purses.endowment)


def _lost(election: Election, auction: Auction, place: int, kind: str) -> Reason:
    """Say what was missing; and at what cost it would have won, where that is certain.

    Without completion a project dear by just that much would have been bought at the end at the
    latest, as its supporters hold the money. With one, another cost could end the steps elsewhere.
    """
    cost = election.projects[place].cost
    if cost > election.budget:
        return too_dear(cost, election.budget)
    if not election.votes[place]:
        return Reason("no-votes", {})
    held = floor(auction.purses.exact_money(place))
    if not held:
        kind = "shares-lost"
    return Reason(kind, {"held": Amount(held), "missing": Amount(cost - held)})
