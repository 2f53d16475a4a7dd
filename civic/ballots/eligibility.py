"""Whether a person may vote about a pot, asked of the electorate with the terms of the cycle."""

from __future__ import annotations

from datetime import date

from civic.accounts.models import Account
from civic.cycles.models import Pot
from civic.cycles.queries import voting_of
from civic.electorate.actions import mark_participation
from civic.electorate.queries import eligibility_of
from civic.electorate.rules import Verdict
from civic.kernel.i18n import local


def verdict(account: Account, pot: Pot, today: date) -> Verdict:
    """Every condition in words; the age counts on the day on which voting opens."""
    voting = voting_of(pot.cycle)
    return eligibility_of(
        account,
        pot.area,
        minimum_age=pot.cycle.minimum_age,
        on_day=local(voting.opens_at).date() if voting else today,
        terms=pot.cycle.voter_terms,
    )


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
