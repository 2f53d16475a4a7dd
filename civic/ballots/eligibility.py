"""Whether a person may vote about a pot, asked of the electorate with the terms of the cycle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from civic.accounts.models import Account
from civic.ballots.standing import Standing, standing_of
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.queries import pots_for, running_cycle, voting_of
from civic.electorate.actions import mark_participation
from civic.electorate.facts import Home
from civic.electorate.models import Residency
from civic.electorate.queries import facts_of, home_in, home_of
from civic.electorate.rules import Verdict, eligibility
from civic.kernel.i18n import local


def verdict(account: Account, pot: Pot, today: date) -> Verdict:
    """Every condition in words; the age counts on the day on which voting opens."""
    return verdict_at_home(account, pot, home_of(account.id), today)


def verdict_at_home(account: Account, pot: Pot, home: Home | None, today: date) -> Verdict:
    """The same, by whoever knows where the person belongs."""
    voting, terms = voting_of(pot.cycle), pot.cycle.voter_terms
    return eligibility(
        facts_of(account, home, terms),
        area_path=pot.area.path,
        minimum_age=pot.cycle.minimum_age,
        on_day=local(voting.opens_at).date() if voting else today,
        terms=terms,
    )


class Vote(NamedTuple):
    """The vote of a cycle as a person meets it: when, about which money, and whether they may."""

    cycle: Cycle
    voting: Phase
    pots: Sequence[Pot]
    verdict: Verdict
    standing: Standing

    @property
    def only_on_paper(self) -> bool:
        """Was the person given a paper about every pot, so that nothing is left to cast here?"""
        return bool(self.pots) and all(pot.id in self.standing.on_paper for pot in self.pots)


def vote_of(account: Account, home: Residency | None, at: datetime) -> Vote | None:
    """The vote that runs now or comes next, with every condition in words.

    All pots of a person are those above one neighbourhood, so one verdict holds for all of them.
    """
    cycle = running_cycle(at)
    voting = voting_of(cycle) if cycle else None
    if cycle is None or voting is None or at >= voting.closes_at:
        return None
    verdict = eligibility(
        facts_of(account, home_in(home), cycle.voter_terms),
        area_path=None,
        minimum_age=cycle.minimum_age,
        on_day=local(voting.opens_at).date(),
        terms=cycle.voter_terms,
    )
    pots = pots_for(cycle, home.area) if home else ()
    return Vote(cycle, voting, pots, verdict, standing_of(account, pots))


def mark(account: Account, pot: Pot, today: date) -> None:
    """Note that a person took part; it binds them to their neighbourhood until voting closes."""
    voting = voting_of(pot.cycle)
    mark_participation(
        account,
        pot.id,
        pot.area,
        on_day=today,
        binds_until=local(voting.closes_at).date() if voting else None,
    )
