"""Finding objections, and what everybody may know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from civic.appraisals.models import Appraisal
from civic.ballots.models import BallotProject
from civic.cycles.models import Pot
from civic.kernel.db import db
from civic.moderation.models import Decision
from civic.objections import rules
from civic.objections.models import Case, Objection, ObjectionDraft, ObjectionSupport, Recount
from civic.objections.states import OPEN, State
from civic.results.models import Count

WITH_RESULT = joinedload(Objection.result).options(
    joinedload(Count.pot).options(joinedload(Pot.area), joinedload(Pot.cycle))
)


def objection(number: int) -> Objection | None:
    """An objection by its number, with its result."""
    found = select(Objection).where(Objection.number == number).options(WITH_RESULT)
    return db.session.scalar(found.execution_options(populate_existing=True))


def next_number() -> int:
    """The number of the next objection."""
    return (db.session.scalar(select(func.max(Objection.number))) or 0) + 1


def draft_of(author_id: UUID | None, count_id: UUID) -> ObjectionDraft | None:
    """What a person has typed about a result and not sent."""
    return db.session.scalar(
        select(ObjectionDraft).where(
            ObjectionDraft.author_id == author_id, ObjectionDraft.count_id == count_id
        )
    )


def made_by(author_id: UUID | None, count_id: UUID) -> Sequence[Objection]:
    """The objections of one person to one result, the latest first."""
    found = select(Objection).where(
        Objection.author_id == author_id, Objection.count_id == count_id
    )
    return db.session.scalars(found.order_by(Objection.number.desc())).all()


def case_of(found: Objection) -> Case:
    """An objection with those who had a part in what is objected to."""
    on_paper = select(BallotProject.proposal_id).where(
        BallotProject.pot_id == found.result.pot_id, BallotProject.proposal_id.is_not(None)
    )
    decided = select(Decision.moderator_id).where(Decision.proposal_id.in_(on_paper))
    judged = select(Appraisal.officer_id).where(Appraisal.proposal_id.in_(on_paper))
    parties: set[UUID | None] = set(db.session.scalars(decided.union(judged)))
    parties |= {found.author_id, found.result.published_by_id}
    return Case(found, frozenset(one for one in parties if one is not None))


def on_desk() -> Select[Any]:
    """Every objection, the open ones first and of these the most urgent."""
    return (
        select(Objection)
        .order_by(Objection.state.not_in(OPEN), Objection.due_at, Objection.number)
        .options(WITH_RESULT)
    )


def closed_to(reader_id: UUID, cases: Iterable[Objection]) -> frozenset[int]:
    """The numbers of those of these objections in which this person had a part, see `case_of`."""
    decided = select(Decision.proposal_id).where(Decision.moderator_id == reader_id)
    judged = select(Appraisal.proposal_id).where(Appraisal.officer_id == reader_id)
    papers = select(BallotProject.pot_id).where(
        BallotProject.proposal_id.in_(decided.union(judged))
    )
    mine = set(db.session.scalars(papers.distinct()))
    return frozenset(
        case.number
        for case in cases
        if reader_id in (case.author_id, case.result.published_by_id) or case.result.pot_id in mine
    )


def of_result(count_id: UUID) -> Select[Any]:
    """The objections to a result in the order in which they came."""
    found = select(Objection).where(Objection.count_id == count_id)
    return found.order_by(Objection.number)


@dataclass(frozen=True)
class Tally:
    """How many objections a result has, by state, and until when they are taken."""

    by_state: Mapping[State, int]
    # The objections for which all ballots were counted again, and whether the same came out.
    recounts: list[tuple[int, bool | None]]
    closes_at: datetime
    last_day: datetime

    @property
    def total(self) -> int:
        """All that came in."""
        return sum(self.by_state.values())

    @property
    def waiting(self) -> int:
        """Those that are not answered yet."""
        return sum(number for state, number in self.by_state.items() if state in OPEN)

    @property
    def answered(self) -> int:
        """Those about which was decided."""
        return self.total - self.waiting - self.by_state.get(State.WITHDRAWN, 0)


def objections_to(count: Count) -> Tally | None:
    """The numbers for the page of a result; none where it was not voted about here."""
    if count.published_at is None or count.pot.cycle.imported_from:
        return None
    found = (
        select(Objection.state, Objection.number, Recount.id, Recount.same)
        .outerjoin(Recount, Recount.objection_id == Objection.id)
        .where(Objection.count_id == count.id)
        .order_by(Objection.number)
    )
    rows = db.session.execute(found).all()
    by_state = Counter(row.state for row in rows)
    recounts = [(row.number, row.same) for row in rows if row.id is not None]
    published = count.published_at
    return Tally(by_state, recounts, rules.closes_at(published), rules.last_day(published))


def recount_for(objection_id: UUID) -> Recount | None:
    """The recount that an objection led to."""
    found = select(Recount).where(Recount.objection_id == objection_id)
    return db.session.scalar(found.execution_options(populate_existing=True))


def recounts_to_resume(quiet_since: datetime) -> Sequence[UUID]:
    """The recounts that nobody works on: never begun, or without a sign of life for long."""
    quiet = or_(Recount.beat_at.is_(None), Recount.beat_at < quiet_since)
    return db.session.scalars(select(Recount.id).where(Recount.finished_at.is_(None), quiet)).all()


def supporters_of(objection_id: UUID) -> Sequence[UUID]:
    """Who else asks for the recount."""
    found = select(ObjectionSupport.account_id).where(ObjectionSupport.objection_id == objection_id)
    return db.session.scalars(found).all()
