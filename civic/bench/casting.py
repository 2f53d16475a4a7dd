"""How many ballots a second go through the whole act of casting, beside a bare insert."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import insert

from civic.accounts.models import Account
from civic.ballots.actions import cast_ballot
from civic.ballots.models import Ballot, Opening
from civic.ballots.queries import paper
from civic.ballots.rules import commitment, receipt_of
from civic.cycles.models import Pot
from civic.cycles.queries import pots_for, running_cycle
from civic.demo.people import RANA, person
from civic.electorate.queries import residency_of
from civic.kernel import clock
from civic.kernel.db import db, transaction


class Measured(NamedTuple):
    """Casts and bare transactions a second, and how many times longer a cast takes."""

    engine: str
    casts: int
    per_second: float
    bare_per_second: float
    ratio: float


def measure_demo(casts: int) -> Measured:
    """Let a resident of the demo city vote about the first pot that is open to them."""
    at = clock.now()
    voter, cycle = person(RANA, now=at), running_cycle(at)
    home = residency_of(voter.id)
    if cycle is None or home is None:
        raise LookupError("There is no vote in this city.")
    pot = next(pot for pot in pots_for(cycle, home.area) if paper(pot))
    return measure_casting(voter, pot, casts=casts, at=at)


def measure_casting(voter: Account, pot: Pot, *, casts: int, at: datetime) -> Measured:
    """Cast a voter's ballot again and again, each in a transaction of its own."""
    choice = min(paper(pot), key=lambda line: line.cost).number
    code, area = pot.cycle.code, pot.area.code

    def cast() -> None:
        cast_ballot(voter, pot, [choice], key=uuid4(), form_opened_at=at, at=at)

    def write() -> None:
        nonce, id_ = secrets.token_bytes(48), uuid4()
        held = commitment(nonce, election=code, area=area, choices=[choice])
        ballot = {"id": id_, "pot_id": pot.id, "commitment": held, "receipt": receipt_of(held)}
        with transaction():
            db.session.execute(insert(Ballot), [ballot])
            db.session.execute(
                insert(Opening), [{"ballot_id": id_, "nonce": nonce, "choices": [choice]}]
            )

    through, bare = _rate(cast, casts), _rate(write, casts)
    return Measured(db.engine.dialect.name, casts, through, bare, bare / through)


def _rate(act: Callable[[], None], times: int) -> float:
    act()
    started = time.perf_counter()
    for _ in range(times):
        act()
    return times / (time.perf_counter() - started)
