"""Finding counts, their lines, and the boxes that still wait for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, undefer

from civic.areas.models import Area, AreaVersion
from civic.audit.events import Event
from civic.audit.models import AuditEntry
from civic.ballots.models import BallotBox
from civic.cycles.models import Cycle, Pot
from civic.deliberation.models import Support
from civic.electorate.models import Participation, Residency
from civic.kernel.db import db
from civic.proposals.models import Proposal
from civic.results.models import Count, ResultLine
from civic.results.rules import MANY_BALLOTS, MANY_WITH_STEPS, STEPPED

WITH_POT = joinedload(Count.pot).options(joinedload(Pot.area), joinedload(Pot.cycle))
MOST_AREAS = 500


def pots_to_count() -> Sequence[Pot]:
    """The pots whose box is closed and that have no count yet."""
    counted = select(Count.pot_id)
    found = (
        select(Pot)
        .join(BallotBox, BallotBox.pot_id == Pot.id)
        .where(BallotBox.state == "closed", Pot.id.not_in(counted))
        .options(joinedload(Pot.area), joinedload(Pot.cycle))
    )
    return db.session.scalars(found).all()


def publications(cycle_id: UUID) -> Sequence[datetime | None]:
    """When the result of each box of a cycle was published; None where it is not yet."""
    found = (
        select(Count.published_at)
        .select_from(BallotBox)
        .join(Pot, Pot.id == BallotBox.pot_id)
        .outerjoin(Count, Count.pot_id == Pot.id)
        .where(Pot.cycle_id == cycle_id)
    )
    return db.session.scalars(found).all()


def shares_printed_at(cycle_id: UUID) -> datetime | None:
    """When shares of the key of a cycle were last put on paper, if they ever were."""
    found = select(func.max(AuditEntry.at)).where(
        AuditEntry.event == Event.KEY_SHARE.value, AuditEntry.subject_id == str(cycle_id)
    )
    return db.session.scalar(found)


def count_of(pot_id: UUID) -> Count | None:
    """The count of a pot with its outcome, published or not."""
    return db.session.scalar(
        select(Count)
        .where(Count.pot_id == pot_id)
        .options(WITH_POT, undefer(Count.outcome), undefer(Count.alternatives))
        .execution_options(populate_existing=True)
    )


def count_with(count_id: UUID) -> Count | None:
    """A count by its own id, with its outcome and what is known of other rules."""
    return db.session.scalar(
        select(Count)
        .where(Count.id == count_id)
        .options(WITH_POT, undefer(Count.outcome), undefer(Count.alternatives))
    )


def unstudied() -> Sequence[UUID]:
    """The counts of which it is not known yet what would have changed them, the oldest first.

    Those that would take too long are left to whoever asks the command line.
    """
    unknown = select(ResultLine.count_id).where(~ResultLine.funded, ResultLine.change.is_(None))
    stepped = Count.rule.in_([rule.value for rule in STEPPED])
    explains = or_(~stepped, Count.ballots <= MANY_WITH_STEPS)
    found = (
        select(Count.id)
        .where(Count.ballots <= MANY_BALLOTS)
        .where(Count.alternatives.is_(None) | (explains & Count.id.in_(unknown)))
        .order_by(Count.counted_at)
    )
    return db.session.scalars(found).all()


def unexplained(count: Count) -> Sequence[ResultLine]:
    """The losers of a count of which it is not known yet what would have funded them."""
    found = (
        select(ResultLine)
        .where(ResultLine.count_id == count.id, ~ResultLine.funded, ResultLine.change.is_(None))
        .order_by(ResultLine.rank)
        .options(joinedload(ResultLine.project))
    )
    return db.session.scalars(found).all()


def published(*, area_code: str = "") -> Select[Any]:
    """The published counts, the latest first."""
    found = (
        select(Count)
        .join(Pot, Pot.id == Count.pot_id)
        .join(Area, Area.id == Pot.area_id)
        .where(Count.published_at.is_not(None))
        .order_by(Count.published_at.desc(), Area.path)
        .options(WITH_POT)
    )
    return found.where(Area.code == area_code) if area_code else found


def on_desk() -> Select[Any]:
    """Every count and whether it is published, the unpublished first."""
    return (
        select(Count)
        .join(Pot, Pot.id == Count.pot_id)
        .join(Area, Area.id == Pot.area_id)
        .join(Cycle, Cycle.id == Pot.cycle_id)
        .order_by(Count.published_at.is_not(None), Count.counted_at.desc(), Area.path)
        .options(WITH_POT)
    )


def lines_of(count: Count) -> Sequence[ResultLine]:
    """The lines of a count with their projects: winners in the order funded, then by votes."""
    found = (
        select(ResultLine)
        .where(ResultLine.count_id == count.id)
        .order_by(ResultLine.rank)
        .options(joinedload(ResultLine.project))
    )
    return db.session.scalars(found).all()


def proposals_of(lines: Sequence[ResultLine]) -> dict[UUID, Proposal]:
    """The proposals from which the projects of these lines came, with authors and areas."""
    ids = [line.project.proposal_id for line in lines if line.project.proposal_id]
    found = (
        select(Proposal)
        .where(Proposal.id.in_(ids))
        .options(joinedload(Proposal.area), joinedload(Proposal.author), joinedload(Proposal.cycle))
    )
    return {proposal.id: proposal for proposal in db.session.scalars(found)}


def supporters(proposal_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Who stood behind each of these proposals before the vote."""
    found = select(Support.proposal_id, Support.account_id).where(
        Support.proposal_id.in_(proposal_ids)
    )
    by_proposal: dict[UUID, list[UUID]] = {}
    for proposal_id, account_id in db.session.execute(found):
        by_proposal.setdefault(proposal_id, []).append(account_id)
    return by_proposal


def who_took_part(pot_id: UUID) -> Sequence[UUID]:
    """Everyone who voted about a pot; what they chose stands nowhere beside it."""
    return db.session.scalars(
        select(Participation.account_id).where(Participation.pot_key == pot_id)
    ).all()


def publications_of(cycle: Cycle) -> Sequence[bool]:
    """For each box of a cycle, whether its result is published."""
    found = (
        select(Count.published_at.is_not(None))
        .select_from(Pot)
        .join(BallotBox, BallotBox.pot_id == Pot.id)
        .outerjoin(Count, Count.pot_id == Pot.id)
        .where(Pot.cycle_id == cycle.id)
    )
    return db.session.scalars(found).all()


def counts_of(cycle: Cycle) -> Sequence[Count]:
    """The published counts of a cycle with their outcomes, the widest area first."""
    found = published().where(Pot.cycle_id == cycle.id).options(undefer(Count.outcome))
    return db.session.scalars(found.order_by(None).order_by(Area.path)).all()


def homes_of_voters(pot_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """For each pot, how many took part from which declared neighbourhood (by its code)."""
    found = (
        select(Participation.pot_key, Area.code, func.count())
        .join(Residency, Residency.account_id == Participation.account_id)
        .join(Area, Area.id == Residency.area_id)
        .where(Participation.pot_key.in_(pot_ids))
        .group_by(Participation.pot_key, Area.code)
        .order_by(Area.code)
    )
    homes: dict[UUID, dict[str, int]] = {}
    for pot_id, code, people in db.session.execute(found):
        homes.setdefault(pot_id, {})[code] = people
    return homes


def next_foreign_number() -> int:
    """A number for a division of another city; it lies below all that count ours."""
    lowest = db.session.scalar(select(func.min(AreaVersion.number))) or 0
    return min(0, lowest) - 1


def areas_with_results() -> Sequence[Area]:
    """The areas about whose pots results are published, by name."""
    found = (
        select(Area)
        .join(Pot, Pot.area_id == Area.id)
        .join(Count, Count.pot_id == Pot.id)
        .where(Count.published_at.is_not(None))
        .order_by(Area.name)
        .limit(MOST_AREAS)
    )
    return db.session.scalars(found.distinct()).all()


def winners_of(counts: Iterable[Count]) -> dict[UUID, int]:
    """How many projects won, by count."""
    found = (
        select(ResultLine.count_id, func.count())
        .where(ResultLine.count_id.in_([count.id for count in counts]), ResultLine.funded)
        .group_by(ResultLine.count_id)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}
