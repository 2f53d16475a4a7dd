"""Telling very many people: the act keeps who they are in one row, a job tells them in portions.

Whoever publishes a result does not wait until fifty thousand notices are written, and others
may write in between. A run that is cut off goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, delete, func, insert, select

from civic.accounts.models import Account
from civic.kernel.db import db, transactional
from civic.kernel.jobs import enqueue, job
from civic.notifications.delivery import deliver_letters
from civic.notifications.models import Crowd
from civic.notifications.rows import store_notices

PORTION = 1000
BYTES = 16  # of an id
# One worker does all jobs: sign-in codes must not wait behind fifty thousand results.
SECONDS = 10


def keep_crowd(people: Sequence[UUID], notice: dict[str, Any]) -> None:
    """Keep in one row whom to tell what, and let the job begin once this is stored."""
    packed = b"".join(person.bytes for person in people)
    db.session.execute(insert(Crowd).values(id=uuid4(), people=packed, told=0, **notice))
    enqueue(tell_crowds)


@job
def tell_crowds(turn: str = "") -> None:
    """Tell the crowds that wait, for some seconds; then give way and go on in a next turn."""
    until = time.monotonic() + SECONDS
    while tell_portion():
        if time.monotonic() >= until:
            # A job that runs is not put on the queue again under the same name and arguments.
            enqueue(tell_crowds, *(() if turn else ("more",)))
            return


@transactional
def tell_portion() -> bool:
    """Tell the next people of the crowd that waits longest; False when no crowd waits."""
    waiting = select(Crowd).order_by(Crowd.created_at, Crowd.id).limit(1)
    crowd = db.session.scalar(
        waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if crowd is None:
        return False
    people = _next_people(crowd)
    # Somebody who is gone meanwhile must not hold up all others.
    known = select(Account.id).where(Account.id.in_(people)).order_by(Account.id)
    there = db.session.scalars(known).all()
    if there and store_notices(there, crowd.notice):
        enqueue(deliver_letters)
    crowd.told += len(people)
    db.session.flush()
    if len(people) < PORTION:
        db.session.execute(delete(Crowd).where(Crowd.id == crowd.id))
    return True


def _next_people(crowd: Crowd) -> list[UUID]:
    """The next ids of a crowd; only these are read, however long the row is."""
    first, length = crowd.told * BYTES + 1, PORTION * BYTES
    part = func.substr(Crowd.people, first, length, type_=LargeBinary)
    packed = bytes(db.session.scalar(select(part).where(Crowd.id == crowd.id)) or b"")
    return [UUID(bytes=packed[at : at + BYTES]) for at in range(0, len(packed), BYTES)]
