"""Reading the log, and checking that it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from civic.audit.models import AuditEntry
from civic.audit.rules import BEGINNING, chain_hash
from civic.kernel.db import db

BATCH = 1000


def entries(*, event: str = "", area_code: str = "", about: str = "") -> Select[Any]:
    """The log, the newest first; narrowed to a kind of act, an area, or the id of a thing."""
    found = select(AuditEntry).order_by(AuditEntry.seq.desc())
    if event:
        found = found.where(AuditEntry.event == event)
    if area_code:
        found = found.where(AuditEntry.area_code == area_code)
    if about:
        found = found.where(AuditEntry.subject_id == about)
    return found


def all_entries() -> Iterator[AuditEntry]:
    """Every entry from the first to the last, read in batches."""
    seen = 0
    while True:
        batch = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.seq > seen)
            .order_by(AuditEntry.seq)
            .limit(BATCH)
            .execution_options(populate_existing=True)
        ).all()
        if not batch:
            return
        yield from batch
        seen = batch[-1].seq
        for entry in batch:
            db.session.expunge(entry)


class Verdict(NamedTuple):
    """What a check of the chain found: how many entries hold, and the first that does not."""

    entries: int
    head: str
    broken_at: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def check_chain() -> Verdict:
    """Recompute every hash; a changed, missing or inserted entry breaks the chain there."""
    previous, count = BEGINNING, 0
    for entry in all_entries():
        if entry.seq != count + 1:
            return Verdict(count, previous.hex(), count + 1, "missing")
        if entry.previous_hash != previous:
            return Verdict(count, previous.hex(), entry.seq, "linked to another entry")
        if entry.hash != chain_hash(previous, entry.content()):
            return Verdict(count, previous.hex(), entry.seq, "changed")
        previous, count = entry.hash, entry.seq
    return Verdict(count, previous.hex())
