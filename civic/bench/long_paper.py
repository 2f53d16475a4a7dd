"""The ballot page with a long paper, as somebody gets it who has signed in and may vote."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle as again_and_again
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, url_for
from sqlalchemy import insert, select

from civic.accounts.models import Account, SignInSession
from civic.accounts.queries import token_hash
from civic.areas.models import Area
from civic.ballots.models import BallotProject
from civic.bench.pages import BASE, ROUNDS, Measured, measure_page
from civic.cycles.kinds import BallotKind, Rule
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PhaseKind
from civic.demo.people import RANA, person
from civic.electorate.queries import residency_of
from civic.kernel import clock
from civic.kernel.db import Model, db, transaction
from civic.proposals.models import Proposal

PROJECTS = 150
CHOSEN = 20


def measure_long_paper(app: Flask, *, rounds: int = ROUNDS) -> Iterator[Measured]:
    """The paper to be ticked, empty and with a choice on it, and the review of that choice."""
    with app.app_context():
        voter, engine = person(RANA, now=clock.now()), db.engine
        home = residency_of(voter.id)
        if home is None:
            raise LookupError("Nobody votes in this city.")
        pot_id, token = make_long_paper(home.area, PROJECTS), _signed_in(voter)
    client = app.test_client()
    with client.session_transaction(base_url=BASE) as session:
        session["_user_id"] = token
    with app.test_request_context(base_url=BASE):
        paper = url_for("ballots.paper", pot_id=pot_id)
        review = url_for("ballots.review", pot_id=pot_id)
    yield measure_page(client, f"ballot of {PROJECTS}", paper, engine, rounds=rounds)
    with client.session_transaction(base_url=BASE) as session:
        session[f"draft:{pot_id}"] = list(range(1, CHOSEN + 1))
    yield measure_page(client, f"ballot, {CHOSEN} chosen", paper, engine, rounds=rounds)
    yield measure_page(client, f"review of {CHOSEN}", review, engine, rounds=rounds)


def make_long_paper(area: Area, projects: int) -> UUID:
    """A vote of its own that runs now, about a pot with so many projects; returns the pot."""
    at, cycle, pot_id = clock.now(), uuid4(), uuid4()
    top = select(Area.id).where(Area.version_id == area.version_id, Area.parent_id.is_(None))
    city_id, day = db.session.scalars(top).one(), timedelta(days=1)
    with transaction():
        _insert(Cycle, {
            "id": cycle, "code": f"long-{cycle.hex[:6]}", "title": "دوره بلند", "created_at": at,
            "title_en": "Long cycle", "city_id": city_id, "tie_seed": "0" * 64,
        })  # fmt: skip
        span = {"cycle_id": cycle, "opens_at": at - day, "closes_at": at + day}
        _insert(Phase, {**span, "kind": PhaseKind.VOTING})
        _insert(Pot, {
            "id": pot_id, "cycle_id": cycle, "area_id": area.id, "amount": 10**10,
            "rule": Rule.GREEDY, "ballot_kind": BallotKind.KNAPSACK, "rule_options": {},
        })  # fmt: skip
        _insert(BallotProject, *_lines(pot_id, projects))
    return pot_id


def _lines(pot_id: UUID, projects: int) -> Iterator[dict[str, Any]]:
    """Lines as long as those of a real paper; they lead to as many proposals as are free."""
    taken = select(BallotProject.proposal_id).where(BallotProject.proposal_id.is_not(None))
    free = select(Proposal).where(Proposal.id.not_in(taken), Proposal.place != "")
    ideas = db.session.scalars(free.order_by(Proposal.id).limit(projects)).all()
    texts = again_and_again(ideas)
    for number in range(1, projects + 1):
        text = next(texts)
        yield {
            "pot_id": pot_id, "number": number, "code": str(number), "place": text.place,
            "title": f"{text.title} {number}", "category": text.category, "official": {},
            "cost": 40_000_000 + number * 1_250_000,
            "proposal_id": ideas[number - 1].id if number <= len(ideas) else None,
        }  # fmt: skip


def _signed_in(voter: Account) -> str:
    token, at = secrets.token_urlsafe(32), clock.now()
    times = {"started_at": at, "expires_at": at + timedelta(hours=12)}
    with transaction():
        _insert(SignInSession, {"account_id": voter.id, "token_hash": token_hash(token), **times})
    return token


def _insert(model: type[Model], *rows: dict[str, Any]) -> None:
    db.session.execute(insert(model), rows)
