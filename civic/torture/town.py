"""A small town in the database: an area, people with open sessions, and votes that begin now."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import insert, select

from civic.accounts.models import Account, RoleGrant, SignInSession
from civic.accounts.queries import token_hash, with_grants
from civic.areas.models import Area, AreaVersion, Level
from civic.ballots.models import BallotProject
from civic.cycles.kinds import BallotKind, Rule
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Residency, Tie
from civic.kernel import clock, crypto
from civic.kernel.db import db, transaction
from civic.kernel.roles import Role
from civic.kernel.text import search_key

BASE = "http://127.0.0.1"
AMOUNT, MOST, PROJECTS = 10_000_000, 3, 12


class Person(NamedTuple):
    """A voter with an open session."""

    id: UUID
    token: str


class Town(NamedTuple):
    """What every vote in this city shares."""

    city_id: UUID
    area_id: UUID
    people: list[Person]
    head_of_office: UUID


class Vote(NamedTuple):
    """A vote about one pot, with its own book."""

    code: str
    cycle_id: UUID
    pot_id: UUID
    closes_at: datetime


def make_town(voters: int) -> Town:
    """Store the areas, the people, and their open sessions."""
    at, version = clock.now(), uuid4()
    city = _area(version, None, "t", Level.CITY)
    district = _area(version, city, "t-1", Level.DISTRICT)
    area = _area(version, district, "t-1-1", Level.NEIGHBOURHOOD)
    people = [Person(uuid4(), secrets.token_urlsafe(24)) for _ in range(voters)]
    office = uuid4()
    with transaction():
        first = {"id": version, "number": 1, "valid_from": at.date(), "source": "torture"}
        _insert(AreaVersion, [{**first, "sha256": "0" * 64, "imported_at": at}])
        for one in (city, district, area):
            _insert(Area, [one])
        _insert(Account, [_account(person.id, n, at) for n, person in enumerate(people)])
        _insert(Account, [_account(office, voters, at)])
        lives = {"area_id": area["id"], "tie": Tie.LIVES, "declared_at": at}
        _insert(Residency, [{"account_id": person.id, **lives} for person in people])
        _insert(SignInSession, [_session(person, at) for person in people])
        since = {"starts_at": at - timedelta(days=1), "granted_at": at - timedelta(days=1)}
        _insert(RoleGrant, [{"account_id": office, "role": Role.HEADQUARTERS, **since}])
    return Town(city["id"], area["id"], people, office)


def _insert(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    db.session.execute(insert(model), rows)


def _area(version: UUID, parent: dict[str, Any] | None, code: str, level: Level) -> dict[str, Any]:
    path = f"{parent['path'] if parent else ''}{code}/"
    return {
        "id": uuid4(), "version_id": version, "code": code, "level": level, "path": path,
        "parent_id": parent and parent["id"], "name": f"شهر {code}", "name_en": f"Town {code}",
        "name_key": search_key(code),
    }  # fmt: skip


def _account(id_: UUID, number: int, at: datetime) -> dict[str, Any]:
    mobile, national_id = f"0912{number:07d}", _national_id(number)
    return {
        "id": id_,
        "name": f"Voter {number}",
        "mobile_lookup": crypto.lookup_key("mobile", mobile),
        "mobile_sealed": crypto.seal("mobile", mobile),
        "national_id_lookup": crypto.lookup_key("national-id", national_id),
        "national_id_sealed": crypto.seal("national-id", national_id),
        "birth_date": date(1980, 1, 1),
        "created_at": at,
    }


def _national_id(number: int) -> str:
    body = f"{number + 1:09d}"
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(body)) % 11
    return f"{body}{rest if rest < 2 else 11 - rest}"


def _session(person: Person, at: datetime) -> dict[str, Any]:
    return {
        "account_id": person.id, "token_hash": token_hash(person.token),
        "started_at": at - timedelta(minutes=1), "expires_at": at + timedelta(hours=12),
    }  # fmt: skip


def start_vote(town: Town, code: str, *, closes_at: datetime, rule: Rule = Rule.GREEDY) -> Vote:
    """Store a cycle that is in its voting now, with one pot and a paper of twelve projects."""
    at, cycle, pot_id = clock.now(), uuid4(), uuid4()
    end = closes_at + timedelta(days=30)
    with transaction():
        _insert(Cycle, [{
            "id": cycle, "code": code, "title": f"دوره {code}", "title_en": f"Cycle {code}",
            "city_id": town.city_id, "tie_seed": hashlib.sha256(code.encode()).hexdigest(),
            "created_at": at,
        }])  # fmt: skip
        spans = (
            (PhaseKind.VOTING, at - timedelta(hours=1), closes_at),
            (PhaseKind.RESULTS, closes_at, end),
        )
        for kind, opens, closes in spans:
            span = {"kind": kind, "opens_at": opens, "closes_at": closes}
            _insert(Phase, [{"cycle_id": cycle, **span}])
        _insert(Pot, [{
            "id": pot_id, "cycle_id": cycle, "area_id": town.area_id, "amount": AMOUNT,
            "ballot_kind": BallotKind.APPROVAL, "max_choices": MOST, "rule": rule,
            "rule_options": {},
        }])  # fmt: skip
        _insert(BallotProject, [_project(pot_id, number) for number in range(1, PROJECTS + 1)])
    return Vote(code, cycle, pot_id, closes_at)


def _project(pot_id: UUID, number: int) -> dict[str, Any]:
    return {
        "pot_id": pot_id, "number": number, "code": str(number), "title": f"پروژه {number}",
        "summary": "", "place": "", "category": "", "cost": 700_000 + number * 90_000,
        "official": {},
    }  # fmt: skip


# ── what a voter's browser holds ──────────────────────────────────────────────────────────────


class Browser(NamedTuple):
    """The cookie of a signed-in voter who has chosen."""

    voter: int
    cookie: str


def browsers(
    app: Flask, vote: Vote, people: Sequence[Person], wishes: Iterable[list[int]]
) -> list[Browser]:
    """For each wish a cookie with this choice in it, as the paper leaves it.

    The wishes are dealt out among the people, one after the other.
    """
    made = []
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name = app.config["SESSION_COOKIE_NAME"]
    for number, choices in enumerate(wishes):
        voter = number % len(people)
        held = {"_user_id": people[voter].token, f"draft:{vote.pot_id}": choices}
        made.append(Browser(voter, f"{name}={serializer.dumps(held)}"))
    return made


def head_of_office(town: Town) -> Account:
    """The person who publishes results, with their grants."""
    found = select(Account).where(Account.id == town.head_of_office).options(with_grants())
    person = db.session.scalars(found).one()
    person.as_of, person.second_factor_done = clock.now(), True
    return person
