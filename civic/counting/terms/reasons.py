"""Why a project won or what it lacked: one sentence, in which every number is proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from civic.counting.errors import N_, Counted, in_english

SENTENCES: dict[str, str | Counted] = {
    "withdrawn": N_("It was withdrawn and could not win."),
    "too-dear": N_("It costs %(cost)s, which is %(missing)s more than the whole budget."),
    "below-threshold": Counted(
        "It got %(votes)s vote; at least %(threshold)s were needed to take part in the count.",
        "It got %(votes)s votes; at least %(threshold)s were needed to take part in the count.",
        by="votes",
    ),
    "below-threshold-points": Counted(
        "It got %(votes)s point; at least %(threshold)s were needed to take part in the count.",
        "It got %(votes)s points; at least %(threshold)s were needed to take part in the count.",
        by="votes",
    ),
    "prefunded": N_("It was funded before the count, out of the same budget."),
    "conflict": N_("Project %(winner)s was funded, and only one of the two can be."),
    "category-cap": N_(
        "Of what may be spent on the category %(category)s %(left)s was left, %(missing)s less than"
        " its cost."
    ),
    "category-number": N_(
        "Of the category %(category)s at most %(number)s may be funded; it would have been one"
        " more."
    ),
    "area-cap": N_(
        "Of what may be spent in the area %(area)s %(left)s was left, %(missing)s less than its"
        " cost."
    ),
    "area-number": N_(
        "Of the area %(area)s at most %(number)s may be funded; it would have been one more."
    ),
    "greedy-won": N_(
        "It came number %(rank)s by votes, and its cost of %(cost)s fitted into the %(left)s that"
        " was left."
    ),
    "greedy-lost": Counted(
        "It came number %(rank)s by votes; when its turn came %(left)s was left, %(missing)s less"
        " than its cost. With %(more)s more vote it would have been funded.",
        "It came number %(rank)s by votes; when its turn came %(left)s was left, %(missing)s less"
        " than its cost. With %(more)s more votes it would have been funded.",
        by="more",
    ),
    "greedy-stopped": Counted(
        "It came number %(rank)s by votes; the count had stopped before, at project %(stopper)s,"
        " which did not fit. With %(more)s more vote it would have been funded.",
        "It came number %(rank)s by votes; the count had stopped before, at project %(stopper)s,"
        " which did not fit. With %(more)s more votes it would have been funded.",
        by="more",
    ),
    "greedy-lost-limited": N_(
        "It stood in place %(rank)s; when its turn came %(left)s was left, %(missing)s less"
        " than its cost."
    ),
    "greedy-stopped-limited": N_(
        "It stood in place %(rank)s; the count had stopped before, at project %(stopper)s,"
        " which did not fit."
    ),
    "greedy-lost-points": Counted(
        "It came number %(rank)s by points; when its turn came %(left)s was left, %(missing)s less"
        " than its cost. With %(more)s more point it would have been funded.",
        "It came number %(rank)s by points; when its turn came %(left)s was left, %(missing)s less"
        " than its cost. With %(more)s more points it would have been funded.",
        by="more",
    ),
    "greedy-stopped-points": Counted(
        "It came number %(rank)s by points; the count had stopped before, at project %(stopper)s,"
        " which did not fit. With %(more)s more point it would have been funded.",
        "It came number %(rank)s by points; the count had stopped before, at project %(stopper)s,"
        " which did not fit. With %(more)s more points it would have been funded.",
        by="more",
    ),
    "shares-won": Counted(
        "It was bought in round %(round)s by %(payers)s supporter, who paid at most %(payment)s.",
        "It was bought in round %(round)s by %(payers)s supporters, who each paid at most"
        " %(payment)s.",
        by="payers",
    ),
    "shares-lost": N_(
        "When the count ended its supporters together still held %(held)s; %(missing)s of its cost"
        " was missing."
    ),
    "shares-lost-price": N_(
        "When the count ended its supporters together still held %(held)s; %(missing)s of its cost"
        " was missing. At a cost of %(held)s it would have been funded."
    ),
    "filled-won": N_(
        "It was added in round %(round)s with the money that the shares had left: its cost of"
        " %(cost)s fitted into %(left)s."
    ),
    "phragmen-won": Counted(
        "It was bought in round %(round)s; its only supporter then bore a load of at most"
        " %(load)s.",
        "It was bought in round %(round)s; each of its %(votes)s supporters then bore a load of at"
        " most %(load)s.",
        by="votes",
    ),
    "phragmen-unfit": N_(
        "Its turn came after round %(round)s, but it cost %(missing)s more than the %(left)s that"
        " was left; there the count ended."
    ),
    "phragmen-stopped": N_(
        "The count ended before its turn, at project %(stopper)s, which did not fit; each of its"
        " supporters would have borne a load of at least %(load)s."
    ),
    "overspent-won": Counted(
        "It was bought in round %(round)s: one supporter raised %(percent)s percent of its cost,"
        " and was charged for the rest as well, even beyond the share; no more than %(payment)s.",
        "It was bought in round %(round)s: its %(payers)s supporters raised %(percent)s percent of"
        " its cost, and the rest was added to what each of them paid, even beyond their shares;"
        " nobody was charged more than %(payment)s.",
        by="payers",
    ),
    "overspent-beyond": Counted(
        "It was bought in round %(round)s by %(payers)s supporter, who paid at most %(payment)s,"
        " and for it did not go beyond the share by more than %(beyond)s.",
        "It was bought in round %(round)s by %(payers)s supporters, who each paid at most"
        " %(payment)s; for it none of them went beyond their share by more than %(beyond)s.",
        by="payers",
    ),
    "overspent-unfit": N_(
        "After round %(round)s only %(left)s was left, %(missing)s less than its cost."
    ),
    "overspent-lost": N_(
        "All its supporters had used up their shares for other projects, so nobody could pay for"
        " it."
    ),
    "knapsack-won": N_(
        "It belongs to the set that gets the most votes for the budget: %(all)s in all."
    ),
    "knapsack-won-points": N_(
        "It belongs to the set that gets the most points for the budget: %(all)s in all."
    ),
    "knapsack-won-cost": N_(
        "It belongs to the set that is worth the most, where each vote counts the cost of its"
        " project: %(all)s in all."
    ),
    "knapsack-lost": Counted(
        "With it, the best set would leave out %(out)s and get %(fewer)s fewer vote in all.",
        "With it, the best set would leave out %(out)s and get %(fewer)s fewer votes in all.",
        by="fewer",
    ),
    "knapsack-lost-points": Counted(
        "With it, the best set would leave out %(out)s and get %(fewer)s fewer point in all.",
        "With it, the best set would leave out %(out)s and get %(fewer)s fewer points in all.",
        by="fewer",
    ),
    "knapsack-lost-cost": N_(
        "With it, the best set would leave out %(out)s and be worth %(fewer)s less in all, where"
        " each vote counts the cost of its project."
    ),
    "knapsack-dearer": N_(
        "With it instead of %(out)s a set would be worth as much, but cost %(more)s more."
    ),
    "knapsack-tied": N_(
        "With it instead of %(out)s a set would be worth as much for as much money; the tie was"
        " broken for the other."
    ),
    "knapsack-nothing": N_("It could add nothing to what all voters together get."),
    "knapsack-not-in": N_("It does not belong to the set that is worth the most."),
    "no-votes": N_("Nobody voted for it, so nobody could pay for it."),
}

# The same without what would have helped, for readers who are told that by a recount.
FACTS = {
    "greedy-lost": "greedy-lost-limited",
    "greedy-lost-points": "greedy-lost-limited",
    "greedy-stopped": "greedy-stopped-limited",
    "greedy-stopped-points": "greedy-stopped-limited",
    "shares-lost-price": "shares-lost",
}


@dataclass(frozen=True)
class Amount:
    """A number that is money, in the election's smallest unit, so that the edge can write it so."""

    units: int

    def __str__(self) -> str:
        return str(self.units)


@dataclass(frozen=True)
class Reason:
    """Why a project won or lost: a kind, and the numbers of its sentence."""

    kind: str
    params: Mapping[str, int | str | Amount]

    @property
    def text(self) -> str | Counted:
        """The English sentence with its placeholders, as the catalogues know it."""
        return SENTENCES[self.kind]

    @property
    def english(self) -> str:
        """The form of the sentence that goes with its numbers."""
        return in_english(self.text, self.params)

    @property
    def fact(self) -> Reason:
        """The reason alone, without a statement of what would have helped."""
        return Reason(FACTS.get(self.kind, self.kind), self.params)

    def __str__(self) -> str:
        return self.english % self.params

    def as_dict(self) -> dict[str, Any]:
        """The reason in plain values; money is written as {"money": units}."""
        params = {
            name: {"money": value.units} if isinstance(value, Amount) else value
            for name, value in self.params.items()
        }
        return {"kind": self.kind, "params": params}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Reason:
        """Read a reason back from its plain values."""
        params = {
            name: Amount(value["money"]) if isinstance(value, dict) else value
            for name, value in stored["params"].items()
        }
        return cls(stored["kind"], params)


def too_dear(cost: int, budget: int) -> Reason:
    """The reason of a project that no budget of this size could pay for."""
    return Reason("too-dear", {"cost": Amount(cost), "missing": Amount(cost - budget)})
