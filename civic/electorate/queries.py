"""Where people belong, and who took part; never what they chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.areas.models import Area
from civic.electorate import rules
from civic.electorate.models import Participation, Residency
from civic.kernel.db import db


def residency_of(account_id: UUID) -> Residency | None:
    """Where a person lives or works, with the area."""
    return db.session.scalar(
        select(Residency)
        .where(Residency.account_id == account_id)
        .options(joinedload(Residency.area))
        .execution_options(populate_existing=True)
    )


def residents_of(area: Area) -> Sequence[UUID]:
    """The people whose neighbourhood is this area or lies in it."""
    return db.session.scalars(
        select(Residency.account_id)
        .join(Area, Area.id == Residency.area_id)
        .where(Area.path.startswith(area.path, autoescape=True))
    ).all()


def participation_of(account_id: UUID, pot_key: UUID) -> Participation | None:
    """That a person took part in a pot's vote, and on which day."""
    return db.session.scalar(
        select(Participation).where(
            Participation.account_id == account_id, Participation.pot_key == pot_key
        )
    )


def took_part(account_id: UUID, pot_key: UUID) -> bool:
    """Has this person taken part in the vote about a pot?"""
    return participation_of(account_id, pot_key) is not None


def participations_of(account_id: UUID) -> Sequence[Participation]:
    """Every vote in which a person took part, the latest first."""
    return db.session.scalars(
        select(Participation)
        .where(Participation.account_id == account_id)
        .order_by(Participation.on_day.desc(), Participation.id)
        .options(joinedload(Participation.area))
    ).all()


def turnout(pot_key: UUID) -> int:
    """How many people took part in the vote about a pot."""
    counted = select(func.count()).where(Participation.pot_key == pot_key)
    return db.session.scalar(counted.select_from(Participation)) or 0


def participants_of_area(area: Area) -> Sequence[UUID]:
    """The people who took part in a vote about this area or a part of it, for telling them."""
    return db.session.scalars(
        select(Participation.account_id)
        .join(Area, Area.id == Participation.area_id)
        .where(Area.path.startswith(area.path, autoescape=True))
        .distinct()
    ).all()


def participants_of(pot_key: UUID) -> Sequence[UUID]:
    """The people who took part in the vote about a pot, for telling them."""
    return db.session.scalars(
        select(Participation.account_id).where(Participation.pot_key == pot_key)
    ).all()


def bound_until(account_id: UUID) -> date | None:
    """The last day on which a vote binds a person to their neighbourhood."""
    return db.session.scalar(
        select(func.max(Participation.binds_until)).where(Participation.account_id == account_id)
    )


def eligibility_of(
    account: Account,
    area: Area | None,
    *,
    minimum_age: int,
    on_day: date,
    pot_key: UUID | None = None,
) -> rules.Verdict:
    """May this person vote about the money of an area, with every condition in words?"""
    home = residency_of(account.id)
    taken = participation_of(account.id, pot_key) if pot_key else None
    facts = rules.Facts(
        mobile_confirmed=account.mobile_lookup is not None,
        national_id_given=account.national_id_lookup is not None,
        birth_date=account.birth_date,
        home_path=home.area.path if home else None,
        took_part_on=taken.on_day if taken else None,
    )
    return rules.eligibility(
        facts, area_path=area.path if area else None, minimum_age=minimum_age, on_day=on_day
    )
