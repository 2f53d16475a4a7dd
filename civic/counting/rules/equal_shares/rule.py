"""Equal shares as a rule: the runs of a completion, and every step and reason put on paper.

`none` leaves unspent what the shares cannot buy. `add1` gives every voter one step more, again and
again, and keeps the last result before the first that costs more than the budget: the rule of
Wieliczka, Świecie and Assen. `add1-exhaustive` also stops at the first result to which nothing
more could be added; it can differ, so the name of the completion belongs to the rule.
`utilitarian` spends what is left by votes, passing over what does not fit; `add1-utilitarian`
(Add1U) does so after `add1`. Parts joined by "+" are done one after the other.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from civic.counting.errors import N_, CountingError
from civic.counting.rules import greedy
from civic.counting.rules.equal_shares.auction import Auction, run_auction
from civic.counting.rules.equal_shares.raising import Pace
from civic.counting.terms.outcome import Round
from civic.counting.terms.reasons import Amount, Reason, too_dear
from civic.counting.terms.run import Run, Story
from civic.counting.terms.setting import Setting

ALIASES = {
    "none": "",
    "add1-utilitarian": "add1+utilitarian",
    "add1-exhaustive-utilitarian": "add1-exhaustive+utilitarian",
}
COMPLETIONS = ("none", "add1", "add1-exhaustive", "add1-utilitarian", "utilitarian")
RAISING = ("add1", "add1-exhaustive")
FILLING = ("utilitarian", "utilitarian-per-cost")


def equal_shares(setting: Setting, completion: str) -> Run:
    """Buy with equal shares of the budget, and complete in the way that is named."""
    raising, filling = _parts(completion)
    auction = _first(setting)
    runs, pace = 1, Pace(setting)
    while raising and not _is_enough(setting, auction, raising):
        setting.progress(runs, setting.budget - auction.gate.left)
        steps = pace.steps(auction)
        runs += steps
        raised = _raised(setting, auction, steps)
        if raised is None:
            # What was leapt over bought the same, but for other prices.
            last = _raised(setting, auction, steps - 1) if steps > 1 else None
            auction = last or auction
            break
        auction = raised
    filled = _filled(setting, auction, filling)
    # Where the shares are the end of it, what the supporters hold is a price that would do.
    lost = "shares-lost" if raising or filling else "shares-lost-price"
    teller = _Teller(setting, auction, filled, lost)
    return Run(
        [*auction.bought, *(turn.place for turn in filled if turn.funded)],
        auction.ties.broken,
        teller.story,
        auction.purses.endowment,
        runs,
    )


def _parts(completion: str) -> tuple[str, list[str]]:
    """The raising part of a completion, if it has one, and the filling parts in their order."""
    parts = [part for part in ALIASES.get(completion, completion).split("+") if part]
    raising = parts.pop(0) if parts and parts[0] in RAISING else ""
    for part in parts:
        if part not in FILLING:
            raise CountingError(N_("There is no completion %(completion)s."), completion=completion)
    return raising, parts


def _first(setting: Setting) -> Auction:
    voters = setting.election.voters
    share = Fraction(setting.budget, voters) if voters else Fraction(0)
    auction = run_auction(setting, share)
    if auction is None:
        raise AssertionError("equal shares of the budget cannot buy for more than the budget")
    return auction


def _raised(setting: Setting, auction: Auction, steps: int) -> Auction | None:
    """The run with so many steps more for every voter; None if it costs more than the budget."""
    return run_auction(setting, auction.purses.endowment + steps * setting.step, auction.bought)


def _is_enough(setting: Setting, auction: Auction, raising: str) -> bool:
    """Larger purses add nothing once all is bought that can be; one variant stops earlier.

    Under limits they could still put one project in another's place, again and again; so there
    too the steps end with the first result that leaves nothing open.
    """
    rest = set(setting.for_sale) - set(auction.bought)
    if not any(auction.gate.admits(place) for place in rest):
        return True
    return raising == "add1-exhaustive" and not _anything_fits(setting, auction)


def _anything_fits(setting: Setting, auction: Auction) -> bool:
    gate = auction.gate
    rest = set(setting.eligible) - set(auction.bought)
    return any(gate.admits(place) and gate.fits(place) for place in rest)


def _filled(setting: Setting, auction: Auction, filling: list[str]) -> list[greedy.Turn]:
    """Spend what the shares left by votes; the gate goes on from where the shares left it."""
    done: list[greedy.Turn] = []
    for part in filling:
        measure = greedy.by_score if part == "utilitarian" else greedy.per_cost(setting)
        bought = {*auction.bought, *(turn.place for turn in done if turn.funded)}
        rest = [place for place in setting.eligible if place not in bought]
        done += greedy.pass_over(auction.gate, greedy.ranked(setting, rest, measure, auction.ties))
    return done


class _Teller:
    """Tells the story of a finished run: its purchases, and why each project won or lost."""

    def __init__(
        self, setting: Setting, auction: Auction, filled: list[greedy.Turn], lost: str
    ) -> None:
        self.setting, self.auction, self.filled, self.lost = setting, auction, filled, lost
        self.projects = setting.election.projects
        self.left = setting.budget
        self.rounds: list[Round] = []
        self.reasons: dict[int, Reason] = {}

    def story(self) -> Story:
        """Every purchase with its price, and a reason for every project that took part."""
        for turn, price in enumerate(self.auction.purses.shares.prices()):
            self._bought(turn, price)
        for added in self.filled:
            if added.funded:
                self._added(added)
        for place in set(self.setting.eligible) - set(self.reasons):
            self.reasons[place] = self._lacked(place)
        return Story(self.rounds, self.reasons)

    def _bought(self, turn: int, price: Fraction) -> None:
        place = self.auction.bought[turn]
        payers = self.auction.purses.payers[turn]
        effective = self.projects[place].cost / price
        self.rounds.append(
            replace(self._next(place), payment=price, effective=effective, payers=payers)
        )
        points = self.setting.support[place]
        most = price * (1 if points is None else int(points.max()))
        self.reasons[place] = Reason(
            "shares-won", {"round": turn + 1, "payers": payers, "payment": Amount(ceil(most))}
        )

    def _added(self, turn: greedy.Turn) -> None:
        self.rounds.append(self._next(turn.place))
        cost = Amount(self.projects[turn.place].cost)
        self.reasons[turn.place] = Reason(
            "filled-won", {"round": len(self.rounds), "cost": cost, "left": Amount(turn.left)}
        )

    def _next(self, place: int) -> Round:
        project, votes = self.projects[place], self.setting.election.votes[place]
        self.left -= project.cost
        return Round(len(self.rounds) + 1, project.id, project.cost, votes, self.left)

    def _lacked(self, place: int) -> Reason:
        """Say what was missing; and at what cost it would have won, where that is certain.

        Without completion a project dear by just that much would have been bought at the end at
        the latest, as its supporters hold the money. With one, the steps could end elsewhere.
        """
        gate, cost = self.auction.gate, self.projects[place].cost
        if not gate.admits(place):
            return gate.closed[place]
        if cost > self.setting.budget:
            return too_dear(cost, self.setting.budget)
        if not self.setting.election.votes[place]:
            return Reason("no-votes", {})
        held = floor(self.auction.purses.exact_money(place))
        kind = self.lost if held else "shares-lost"
        return Reason(kind, {"held": Amount(held), "missing": Amount(cost - held)})
