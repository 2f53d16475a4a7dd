"""Whether a person may vote about a pot, and what to do if not yet."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.areas.models import Area
from civic.cycles.models import Pot
from civic.cycles.queries import voting_of
from civic.electorate.models import Participation, Residency
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local


def home_of(account: Account) -> Area | None:
    """The neighbourhood that a person declared as theirs."""
    found = db.session.get(Residency, account.id, options=[joinedload(Residency.area)])
    return found.area if found else None


def check_may_vote(account: Account, pot: Pot) -> None:
    """Refuse who does not belong to the pot's area or is too young, and say how to mend it."""
    home = home_of(account)
    if home is None:
        raise RuleBroken(N_("To vote, first say which neighbourhood is yours."))
    if not home.lies_in(pot.area):
        raise RuleBroken(
            N_("Only residents of %(area)s vote here; your neighbourhood is %(home)s."),
            area=pot.area.name,
            home=home.name,
        )
    check_age(account, pot)


def check_age(account: Account, pot: Pot) -> None:
    """Refuse who will not have reached the cycle's age on the day on which voting opens."""
    voting, least = voting_of(pot.cycle), pot.cycle.minimum_age
    if not least or voting is None:
        return
    if account.birth_date is None:
        raise RuleBroken(N_("To vote, give your date of birth first."))
    if _age(account.birth_date, local(voting.opens_at).date()) < least:
        raise RuleBroken(N_("In this cycle people of %(age)s years and more vote."), age=least)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def mark_participation(account: Account, pot: Pot, on_day: date) -> None:
    """Note that a person took part, and on which day; changing a vote changes nothing here."""
    found = select(Participation.id).where(
        Participation.account_id == account.id, Participation.pot_key == pot.id
    )
    if db.session.scalar(found) is not None:
        return
    voting = voting_of(pot.cycle)
    db.session.add(
        Participation(
            account_id=account.id,
            pot_key=pot.id,
            area_id=pot.area_id,
            on_day=on_day,
            binds_until=local(voting.closes_at).date() if voting else on_day,
        )
    )
    db.session.flush()
