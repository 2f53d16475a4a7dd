"""Finding documents, and what none was issued about yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.ballots.models import BallotBox
from civic.cycles.models import Cycle, Pot
from civic.documents.kinds import DocumentKind
from civic.documents.models import Document
from civic.documents.rules import mark_of
from civic.electorate.models import Participation
from civic.kernel.db import db
from civic.ledger.queries import ACTS, Found
from civic.objections.models import Recount
from civic.results.models import Count


def document(number: str) -> Document | None:
    """A document by its number."""
    return db.session.scalar(select(Document).where(Document.number == number))


def document_about(kind: DocumentKind, subject_id: UUID) -> Document | None:
    """The document of a kind about something."""
    found = select(Document).where(Document.kind == kind, Document.subject_id == subject_id)
    return db.session.scalar(found)


def line_of(found: Document) -> Found:
    """The line of a document in the book of acts, with its proof."""
    return Found(ACTS, mark_of(found.number))


def results_without_minutes() -> Sequence[UUID]:
    """The published results of our own votes that have no minutes."""
    written = select(Document.subject_id).where(Document.kind == DocumentKind.MINUTES)
    found = (
        select(Count.id)
        .join(Pot, Pot.id == Count.pot_id)
        .join(Cycle, Cycle.id == Pot.cycle_id)
        .where(Count.published_at.is_not(None), Cycle.imported_from.is_(None))
        .where(Count.id.not_in(written))
    )
    return db.session.scalars(found).all()


def recounts_without_protocol() -> Sequence[Recount]:
    """The finished recounts about which no document was issued."""
    written = select(Document.subject_id).where(Document.kind == DocumentKind.RECOUNT)
    found = select(Recount).where(Recount.finished_at.is_not(None), Recount.id.not_in(written))
    return db.session.scalars(found).all()


def votes_of(account_id: UUID | None) -> Sequence[tuple[Participation, Pot, str, str | None]]:
    """Every vote in which a person took part: its pot, its box, its certificate if there is one."""
    found = (
        select(Participation, Pot, BallotBox.state, Document.number)
        .join(Pot, Pot.id == Participation.pot_key)
        .join(BallotBox, BallotBox.pot_id == Pot.id)
        .outerjoin(Document, Document.subject_id == Participation.id)
        .where(Participation.account_id == account_id)
        .options(joinedload(Pot.area), joinedload(Pot.cycle))
        .order_by(Participation.on_day.desc())
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(found)]
