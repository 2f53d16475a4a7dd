"""Where people belong, who is entitled, and who took part; never what they chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Uuid, and_, bindparam, column, func, select, table
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.areas.models import Area
from civic.electorate import rules
from civic.electorate.facts import Home
from civic.electorate.models import IdentityCheck, Participation, Residency, Roll, RollEntry
from civic.electorate.publishing import RollStatement, publishable
from civic.electorate.roll_file import Person, fingerprint
from civic.kernel.db import db


def residency_of(account_id: UUID) -> Residency | None:
    """Where a person lives or works, with the area."""
    return db.session.scalar(
        select(Residency)
        .where(Residency.account_id == account_id)
        .options(joinedload(Residency.area))
        .execution_options(populate_existing=True)
    )


def home_in(residency: Residency | None) -> Home | None:
    """The same of a residency that was read for a page."""
    return Home(residency.area.path, residency.tie) if residency else None


def home_of(account_id: UUID) -> Home | None:
    """Where a person belongs, as far as a right to vote asks; read for every vote that is cast."""
    row = db.session.execute(_HOME, {"person": account_id}).first()
    return Home(*row) if row else None


_HOME = (
    select(Area.path, Residency.tie)
    .join(Area, Area.id == Residency.area_id)
    .where(Residency.account_id == bindparam("person", type_=Uuid))
)


def lives_in(account_id: UUID | None, area: Area) -> bool:
    """Has this person named the area, or a part of it, as theirs?"""
    home = residency_of(account_id) if account_id else None
    return home is not None and home.area.lies_in(area)


def participation_of(account_id: UUID | None, pot_key: UUID) -> Participation | None:
    """That a person took part in a pot's vote, and on which day."""
    return db.session.scalar(
        select(Participation).where(
            Participation.account_id == account_id, Participation.pot_key == pot_key
        )
    )


def took_part(account_id: UUID | None, pot_key: UUID) -> bool:
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


def facts_of(
    account: Account,
    home: Home | None,
    terms: rules.VoterTerms,
    *,
    pot_key: UUID | None = None,
) -> rules.Facts:
    """What is known of a person, of what these terms ask for."""
    taken = participation_of(account.id, pot_key) if pot_key else None
    facts = rules.Facts(
        mobile_confirmed=account.mobile_lookup is not None,
        national_id_given=account.national_id_lookup is not None,
        birth_date=account.birth_date,
        home_path=home.path if home else None,
        tie=home.tie if home else None,
        took_part_on=taken.on_day if taken else None,
    )
    if terms.needs_roll or terms.needs_match:
        facts = replace(facts, **_of_the_registers(account, terms.cycle_key))
    return facts


# ── the roll ──────────────────────────────────────────────────────────────────────────────────


def _of_the_registers(account: Account, cycle_key: UUID | None) -> dict[str, Any]:
    """How a person stands on the roll that holds, and what was said of their mobile number.

    One statement whoever asks: the answer takes the same time for known and unknown ids.
    """
    holds = (
        select(Roll.id)
        .where(Roll.cycle_key == cycle_key, Roll.second_by_id.is_not(None))
        .order_by(Roll.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    same_id = RollEntry.national_id_lookup == Account.national_id_lookup
    row = db.session.execute(
        select(
            holds.label("roll_id"),
            *(RollEntry.alive, RollEntry.birth_date, RollEntry.area_code),
            *(IdentityCheck.verdict, IdentityCheck.again_at, IdentityCheck.until),
        )
        .select_from(Account)
        .outerjoin(RollEntry, and_(RollEntry.roll_id == holds, same_id))
        .outerjoin(IdentityCheck, IdentityCheck.account_id == Account.id)
        .where(Account.id == account.id)
    ).one()
    stands = row.alive is not None
    return {
        "roll_is_there": row.roll_id is not None,
        "entry": rules.Entry(row.alive, row.birth_date, row.area_code) if stands else None,
        "match": row.verdict,
        "asked_until": row.until if row.again_at else None,
    }


def confirmed_roll(cycle_id: UUID) -> Roll | None:
    """The roll that holds for a cycle: the latest one that two people have confirmed."""
    return db.session.scalar(
        select(Roll)
        .where(Roll.cycle_key == cycle_id, Roll.second_by_id.is_not(None))
        .order_by(Roll.number.desc())
        .limit(1)
    )


def roll_statement(cycle_id: UUID) -> RollStatement | None:
    """What can be said in public about the roll that holds for a cycle, if there is one.

    Once the rules of the cycle are frozen the database lets no other roll be confirmed, so
    this stays the same from then on.
    """
    roll = confirmed_roll(cycle_id)
    if roll is None:
        return None
    paths = _paths(roll)
    return RollStatement(roll.number, roll.sha256, roll.people, publishable(roll.by_area, paths))


def _paths(roll: Roll) -> dict[str, str]:
    version = select(Area.version_id).where(Area.id == roll.city_id).scalar_subquery()
    rows = db.session.execute(select(Area.code, Area.path).where(Area.version_id == version))
    return {code: path for code, path in rows}


def roll(roll_id: UUID) -> Roll | None:
    """A roll with its city, as it stands now."""
    options = [joinedload(Roll.city)]
    return db.session.get(Roll, roll_id, options=options, populate_existing=True)


def rolls() -> Sequence[Roll]:
    """The last rolls that were imported, the youngest first."""
    latest = (
        select(Roll)
        .options(joinedload(Roll.city))
        .order_by(Roll.imported_at.desc(), Roll.number.desc())
    )
    return db.session.scalars(latest.limit(50)).all()


def last_number(cycle_key: UUID) -> int:
    """The number of the last roll that was imported for a cycle, 0 before the first."""
    return db.session.scalar(select(func.max(Roll.number)).where(Roll.cycle_key == cycle_key)) or 0


def areas_of_city(city: Area) -> dict[str, Area]:
    """The areas of a city's division by their codes, in the order of the tree."""
    found = db.session.scalars(
        select(Area).where(Area.version_id == city.version_id).order_by(Area.path)
    )
    return {area.code: area for area in found if area.lies_in(city)}


def rules_are_frozen(cycle_key: UUID) -> bool:
    """Has voting begun? Cycles stand above this package, so only their table is asked."""
    frozen = table("frozen_rules", column("cycle_id", Uuid()))
    asked = select(frozen.c.cycle_id).where(frozen.c.cycle_id == cycle_key)
    return db.session.scalar(asked) is not None


def some_cycle_asks_the_register() -> bool:
    """Does any cycle need the check of mobile numbers? Else nobody's data leave the house."""
    cycles = table("cycles", column("needs_match", Boolean()))
    asked = select(cycles.c.needs_match).where(cycles.c.needs_match).limit(1)
    return db.session.scalar(asked) is not None


def hold_cycle(cycle_key: UUID) -> None:
    """Let nobody freeze the rules of a cycle, or import for it, until the transaction ends."""
    cycles = table("cycles", column("id", Uuid()))
    db.session.execute(select(cycles.c.id).where(cycles.c.id == cycle_key).with_for_update())


def is_whole(roll: Roll) -> bool:
    """Do the stored people still have the fingerprint that was signed for?"""
    stored = db.session.execute(
        select(RollEntry.national_id_lookup, RollEntry.birth_date, RollEntry.area_code,
               RollEntry.alive)
        .where(RollEntry.roll_id == roll.id)
        .order_by(RollEntry.national_id_lookup)
        .execution_options(yield_per=5_000)
    )  # fmt: skip
    return fingerprint(roll.cycle_code, (Person(*row) for row in stored)) == roll.sha256
