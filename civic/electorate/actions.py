"""Saying where one belongs, marking who took part, and the roll that two people confirm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import structlog
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from civic.accounts.models import Account
from civic.areas.models import Area, Level
from civic.audit.actions import record
from civic.audit.events import Event
from civic.electorate import queries, rules
from civic.electorate.models import Participation, Residency, Roll, RollEntry, Tie
from civic.electorate.policy import may_confirm_roll, may_declare_residency
from civic.electorate.roll_file import RollFile, read_roll
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local
from civic.kernel.roles import PLATFORM, Actor
from civic.kernel.storing import store_new

log = structlog.get_logger()
AT_ONCE = 5_000
FROZEN = N_(
    "Voting has begun, so the list of people entitled to vote is frozen and cannot be changed."
)
# How the database says that an account was joined to another while it was voting.
JOINED = "this account was joined to another"
GONE = N_(
    "This account was joined to your other one just now. Please sign in again with the number that"
    " you use; a vote that you cast before stands."
)


@transactional
def declare_residency(actor: Account, area: Area, tie: Tie, *, at: datetime) -> Residency:
    """Choose the one neighbourhood in which a person lives or works."""
    may_declare_residency.require(actor, area)
    if area.level is not Level.NEIGHBOURHOOD:
        raise RuleBroken("Choose a neighbourhood, not a whole district.", field="area")
    residency = queries.residency_of(actor.id)
    if residency is None:
        residency = Residency(account_id=actor.id)
    elif residency.area_id != area.id:
        rules.check_moving(queries.bound_until(actor.id), local(at).date())
    residency.area_id, residency.tie, residency.declared_at = area.id, tie, at
    db.session.add(residency)
    db.session.flush()
    return residency


@transactional
def mark_participation(
    account: Account, pot_key: UUID, area: Area, *, on_day: date, binds_until: date | None = None
) -> None:
    """Mark that a person took part in a pot's vote; a changed vote keeps the first mark.

    Part of the act of casting. `binds_until` is the day on which the voting closes: until
    then the person cannot declare another neighbourhood.
    """
    row = {"id": uuid4(), "account_id": account.id, "pot_key": pot_key, "area_id": area.id}
    days = {"on_day": on_day, "binds_until": binds_until or on_day + rules.BINDS_FOR}
    with refusing_the_joined():
        store_new(Participation, **row, **days)


@contextmanager
def refusing_the_joined() -> Iterator[None]:
    """Say in a sentence what the database says of the mark of an account that is joined by now.

    For whoever marks together with other rows, see `storing.together`.
    """
    try:
        yield
    except DBAPIError as refused:
        if JOINED not in str(refused.orig):
            raise
        raise RuleBroken(GONE) from None


# ── the roll ──────────────────────────────────────────────────────────────────────────────────


class RollOf(NamedTuple):
    """The cycle for which a roll is; cycles stand above this package."""

    cycle_key: UUID
    cycle_code: str
    city: Area


@transactional
def import_roll_from_console(data: bytes, of: RollOf, *, at: datetime) -> Roll:
    """Store a roll as a draft that holds nothing until two people have confirmed it.

    At the command line nobody is known by name, so whoever imports signs on the page as well.
    """
    queries.hold_cycle(of.cycle_key)
    _insist_not_frozen(of.cycle_key)
    file = read_roll(data, queries.areas_of_city(of.city), today=local(at).date())
    roll = Roll(
        id=uuid4(),
        cycle_key=of.cycle_key,
        cycle_code=of.cycle_code,
        city_id=of.city.id,
        number=queries.last_number(of.cycle_key) + 1,
        sha256=file.sha256(of.cycle_code),
        people=file.entitled,
        by_area=file.by_area,
        imported_at=at,
        city=of.city,
    )
    db.session.add(roll)
    db.session.flush()
    for rows in _in_pieces(roll.id, file):
        db.session.execute(insert(RollEntry), rows)
    _write_down(PLATFORM, Event.ROLL_IMPORT, roll, at=at)
    return roll


def _in_pieces(roll_id: UUID, file: RollFile) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(file.people), AT_ONCE):
        yield [
            {
                "roll_id": roll_id,
                "national_id_lookup": person.lookup,
                "birth_date": person.birth_date,
                "area_code": person.area_code,
                "alive": person.alive,
            }
            for person in file.people[start : start + AT_ONCE]
        ]


@transactional
def confirm_roll(actor: Actor, roll: Roll, *, at: datetime) -> Roll:
    """Stand for a roll with one's name; with the second name it holds for the cycle."""
    may_confirm_roll.require(actor, roll)
    queries.hold_cycle(roll.cycle_key)
    _insist_not_frozen(roll.cycle_key)
    now = queries.roll(roll.id)
    if now is None:
        raise RuleBroken(N_("This roll is not there any more."))
    # Somebody else may have signed while we waited; then these may be the same two hands.
    may_confirm_roll.require(actor, now)
    if now.number != queries.last_number(now.cycle_key):
        raise RuleBroken(N_("A younger roll was imported since; please look at that one."))
    if now.second_by_id is not None:
        raise RuleBroken(N_("This roll is confirmed already."))
    if now.first_by_id is None:
        now.first_by_id, now.first_at = actor.id, at
        _write_down(actor, Event.ROLL_SIGN, now, at=at)
    else:
        now.second_by_id, now.second_at = actor.id, at
        _write_down(actor, Event.ROLL_CONFIRM, now, at=at)
    return now


def _insist_not_frozen(cycle_key: UUID) -> None:
    if queries.rules_are_frozen(cycle_key):
        log.warning("roll refused", cycle=str(cycle_key), why="frozen")
        raise RuleBroken(FROZEN)


def _write_down(actor: Actor, event: Event, roll: Roll, *, at: datetime) -> None:
    said = {"cycle": roll.cycle_code, "number": roll.number, "sha256": roll.sha256}
    record(actor, event, roll, at=at, area_code=roll.city.code, people=roll.people, **said)
