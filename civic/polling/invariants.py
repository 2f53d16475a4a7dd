"""What must always hold of papers, bags and sheets: asked of the database, changing nothing."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from civic.ballots.models import Ballot, VoterSlot
from civic.ballots.queries import live
from civic.cycles.models import Pot
from civic.kernel.db import number_of
from civic.polling.models import PaperBatch, PaperSheet


def papers_without_people() -> int:
    """Pots with another number of ballots on paper than accepted sheets, or more than papers."""
    on_paper = (
        select(func.count())
        .select_from(Ballot)
        .where(Ballot.pot_id == Pot.id, Ballot.channel == "paper", live())
        .scalar_subquery()
    )
    sheets = (
        select(func.count())
        .select_from(PaperSheet)
        .join(PaperBatch, PaperBatch.id == PaperSheet.batch_id)
        .where(PaperBatch.pot_id == Pot.id, PaperSheet.ballot_id.is_not(None))
        .scalar_subquery()
    )
    given = (
        select(func.count())
        .select_from(VoterSlot)
        .where(VoterSlot.pot_id == Pot.id, VoterSlot.paper)
        .scalar_subquery()
    )
    return number_of(select(Pot.id).where(or_(on_paper != sheets, on_paper > given)))


def bags_with_other_sheets() -> int:
    """Closed bags with another number of settled sheets than were counted, or sheets left out."""
    settled = func.count(PaperSheet.id).filter(PaperSheet.state.in_(("accepted", "spoiled")))
    left_out = func.count(PaperSheet.id).filter(
        PaperSheet.state == "accepted", PaperSheet.ballot_id.is_(None)
    )
    return number_of(
        select(PaperBatch.id)
        .outerjoin(PaperSheet, PaperSheet.batch_id == PaperBatch.id)
        .where(PaperBatch.state == "closed")
        .group_by(PaperBatch.id, PaperBatch.physical_count)
        .having(or_(settled != PaperBatch.physical_count, left_out > 0))
    )


def sheets_read_once() -> int:
    """Settled sheets that two different clerks did not read alike, and no third person decided."""
    sheet = PaperSheet
    third = sheet.adjudicator_id.is_not(None) & sheet.adjudicator_id.not_in(
        (sheet.clerk1_id, sheet.clerk2_id)
    )
    agreed = and_(sheet.clerk1_id != sheet.clerk2_id, or_(sheet.entry1 == sheet.entry2, third))
    return number_of(
        select(sheet.id).where(
            sheet.state.in_(("accepted", "spoiled")),
            or_(sheet.clerk2_id.is_(None), ~agreed),
        )
    )
