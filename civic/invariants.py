"""What must always hold in the tables: asked of the database, changing nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from civic.areas.models import Area
from civic.ballots import invariants as book
from civic.ballots.models import (
    Ballot,
    BallotBox,
    BallotProject,
    BallotVoid,
    Opening,
    VoterSlot,
)
from civic.ballots.queries import live
from civic.ballots.rules import commitment, receipt_of
from civic.cycles.models import Cycle, FrozenRules, Pot
from civic.electorate.models import Participation
from civic.kernel.db import db, number_of
from civic.notifications.invariants import letters_that_are_stuck
from civic.polling.invariants import bags_with_other_sheets, papers_without_people, sheets_read_once
from civic.polling.models import PaperSheet
from civic.projects.models import MoneyLine, Project
from civic.projects.stages import MoneyKind
from civic.proposals.models import Proposal
from civic.proposals.states import State
from civic.results.models import Count, ResultLine

BATCH = 5_000


class Invariant(NamedTuple):
    """A sentence that must hold, and how often it does not."""

    says: str
    violations: Callable[[], int]


# ── the box ───────────────────────────────────────────────────────────────────────────────────


def slots_without_ballot() -> int:
    """Slots whose ballot is missing, was taken out, or lies in the box of another pot."""
    head = aliased(Ballot)
    return number_of(
        select(VoterSlot.pot_id)
        .outerjoin(head, head.id == VoterSlot.head_ballot_id)
        .where(
            VoterSlot.head_ballot_id.is_not(None),
            or_(
                head.id.is_(None),
                head.pot_id != VoterSlot.pot_id,
                exists().where(BallotVoid.ballot_id == VoterSlot.head_ballot_id),
            ),
        )
    )


def ballots_adrift() -> int:
    """Ballots of which not exactly one is true: it stands for a voter, it stands for an accepted
    sheet, it was replaced, it was taken out.
    """
    later = aliased(Ballot)
    ways = (
        exists().where(VoterSlot.head_ballot_id == Ballot.id),
        exists().where(PaperSheet.ballot_id == Ballot.id, Ballot.channel == "paper"),
        exists().where(later.replaces_id == Ballot.id, later.pot_id == Ballot.pot_id),
        exists().where(BallotVoid.ballot_id == Ballot.id),
    )
    how_many: Any = sum(case((way, 1), else_=0) for way in ways)
    return number_of(select(Ballot.id).where(how_many != 1))


def ballots_without_box() -> int:
    """Ballots about a pot whose box was never opened."""
    return number_of(select(Ballot.id).where(~exists().where(BallotBox.pot_id == Ballot.pot_id)))


def ballots_that_do_not_open() -> int:
    """Ballots whose choices and nonce do not give their commitment, or it not their receipt."""
    found = (
        select(
            Ballot.commitment, Ballot.receipt, Opening.nonce, Opening.choices, Cycle.code, Area.code
        )
        .join(Pot, Pot.id == Ballot.pot_id)
        .join(Cycle, Cycle.id == Pot.cycle_id)
        .join(Area, Area.id == Pot.area_id)
        .outerjoin(Opening, Opening.ballot_id == Ballot.id)
        .execution_options(yield_per=BATCH)
    )
    return sum(not _opens(*row) for row in db.session.execute(found))


def _opens(held: bytes, receipt: str, nonce: bytes | None, choices: list[int], *codes: str) -> bool:
    if nonce is None:
        return False
    election, area = codes
    made = commitment(nonce, election=election, area=area, choices=choices)
    return made == held and receipt_of(held) == receipt


def choices_off_the_paper() -> int:
    """Ballots that name a project twice, or one that is not on the paper of their pot."""
    papers: dict[UUID, set[int]] = {}
    for pot_id, number in db.session.execute(select(BallotProject.pot_id, BallotProject.number)):
        papers.setdefault(pot_id, set()).add(number)
    found = select(Ballot.pot_id, Opening.choices).join(Opening, Opening.ballot_id == Ballot.id)
    rows = db.session.execute(found.execution_options(yield_per=BATCH))
    return sum(
        len(set(choices)) < len(choices) or not papers.get(pot_id, set()).issuperset(choices)
        for pot_id, choices in rows
    )


def pots_with_too_many_people() -> int:
    """Pots about which more people are noted to have taken part than the box knows of."""
    took_part = (
        select(Participation.pot_key, func.count().label("people"))
        .group_by(Participation.pot_key)
        .subquery()
    )
    # Not the other way round: elections from files, and the crowd of the demo, have no accounts.
    return number_of(
        select(took_part.c.pot_key).where(took_part.c.people > _known(took_part.c.pot_key))
    )


def _known(pot_id: Any) -> Any:
    """How many voted about a pot: on the web, with a paper, or with a vote later taken out."""
    seen = (
        select(func.count())
        .select_from(VoterSlot)
        .where(
            VoterSlot.pot_id == pot_id, or_(VoterSlot.head_ballot_id.is_not(None), VoterSlot.paper)
        )
        .scalar_subquery()
    )
    taken_out = (
        select(func.count())
        .select_from(BallotVoid)
        .join(Ballot, Ballot.id == BallotVoid.ballot_id)
        .where(Ballot.pot_id == pot_id, BallotVoid.reason != "paper", Ballot.channel != "paper")
        .scalar_subquery()
    )
    return seen + taken_out


def _standing(pot_id: Any) -> Any:
    """How many ballots about a pot are counted."""
    return (
        select(func.count())
        .select_from(Ballot)
        .where(Ballot.pot_id == pot_id, live())
        .scalar_subquery()
    )


# ── the rules and the count ───────────────────────────────────────────────────────────────────


def rules_with_another_hash() -> int:
    """Frozen rules whose text does not give the hash that was published with them."""
    rows = db.session.execute(select(FrozenRules.document, FrozenRules.sha256))
    return sum(hashlib.sha256(text.encode()).hexdigest() != sha256 for text, sha256 in rows)


def boxes_without_rules() -> int:
    """Boxes that were opened although the rules of their cycle were not frozen."""
    return number_of(
        select(BallotBox.pot_id)
        .join(Pot, Pot.id == BallotBox.pot_id)
        .where(~exists().where(FrozenRules.cycle_id == Pot.cycle_id))
    )


def counts_of_other_ballots() -> int:
    """Counts that counted more or fewer ballots than stand in the box."""
    return number_of(select(Count.id).where(Count.ballots != _standing(Count.pot_id)))


def counts_that_overspend() -> int:
    """Counts whose winners cost more than the pot holds, or another sum than was told."""
    cost = (
        select(func.coalesce(func.sum(BallotProject.cost), 0))
        .join(ResultLine, ResultLine.project_id == BallotProject.id)
        .where(ResultLine.count_id == Count.id, ResultLine.funded)
        .scalar_subquery()
    )
    return number_of(
        select(Count.id)
        .join(Pot, Pot.id == Count.pot_id)
        .where(or_(cost != Count.spent, Count.spent > Pot.amount))
    )


# ── proposals and works ───────────────────────────────────────────────────────────────────────


def wrongly_merged() -> int:
    """Proposals merged into nothing, into themselves or into another cycle."""
    into = aliased(Proposal)
    is_merged = Proposal.state == State.MERGED
    return number_of(
        select(Proposal.id)
        .outerjoin(into, into.id == Proposal.merged_into_id)
        .where(
            or_(
                is_merged & into.id.is_(None),
                ~is_merged & Proposal.merged_into_id.is_not(None),
                into.id == Proposal.id,
                into.cycle_id != Proposal.cycle_id,
            )
        )
    )


def _won(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(ResultLine.id)
        .join(BallotProject, BallotProject.id == ResultLine.project_id)
        .join(Count, Count.id == ResultLine.count_id)
        .where(ResultLine.funded, Count.published_at.is_not(None), condition)
        .exists()
    )


def chosen_without_winning() -> int:
    """Proposals that are called chosen although no published result says so."""
    won = _won(BallotProject.proposal_id == Proposal.id)
    return number_of(select(Proposal.id).where(Proposal.state == State.SELECTED, ~won))


def projects_nobody_chose() -> int:
    """Projects in the pipeline that won in no published result."""
    won = _won(BallotProject.id == Project.ballot_project_id)
    return number_of(select(Project.id).where(~won))


def projects_paid_too_much() -> int:
    """Projects for which more was paid than is contracted."""

    def total(kind: MoneyKind) -> Any:
        return func.sum(case((MoneyLine.kind == kind, MoneyLine.amount), else_=0))

    return number_of(
        select(MoneyLine.project_id)
        .group_by(MoneyLine.project_id)
        .having(total(MoneyKind.PAID) > total(MoneyKind.CONTRACTED))
    )


INVARIANTS = (
    Invariant("every slot holds a ballot of its own pot", slots_without_ballot),
    Invariant("every ballot stands, was replaced, or was taken out", ballots_adrift),
    Invariant("every ballot lies in a box that was opened", ballots_without_box),
    Invariant("every opening gives the commitment and the receipt", ballots_that_do_not_open),
    Invariant("every choice stands on the paper, once", choices_off_the_paper),
    Invariant("nobody took part whom the box does not know", pots_with_too_many_people),
    Invariant("as many papers are counted as sheets were accepted", papers_without_people),
    Invariant("a closed bag holds the sheets that were counted", bags_with_other_sheets),
    Invariant("two clerks read each sheet alike, or a third decided", sheets_read_once),
    Invariant("frozen rules have the hash that was published", rules_with_another_hash),
    Invariant("no box was opened before the rules were frozen", boxes_without_rules),
    Invariant("every count counted the ballots that stand in the box", counts_of_other_ballots),
    Invariant("winners cost what was told, and no more than the pot", counts_that_overspend),
    Invariant("every ballot stands in the public book once", book.ballots_missing_in_the_book),
    Invariant("the public book holds no other ballot", book.lines_without_ballot),
    Invariant("the lines of every book are numbered without a hole", book.books_with_holes),
    Invariant("no vote came after its area was closed", book.votes_after_the_close),
    Invariant("every signed head is that of the lines below it", book.heads_of_other_lines),
    Invariant("nothing in the box or the book leads to a person", book.columns_of_persons),
    Invariant("a key that was destroyed has no file", book.destroyed_keys_with_a_file),
    Invariant("no letter that is owed is stuck", letters_that_are_stuck),
    Invariant("merged proposals lead to another one of their cycle", wrongly_merged),
    Invariant("chosen proposals won in a published result", chosen_without_winning),
    Invariant("every project won in a published result", projects_nobody_chose),
    Invariant("no project was paid more than is contracted", projects_paid_too_much),
)


def check_all() -> Iterator[tuple[Invariant, int]]:
    """Every invariant with the number of its violations."""
    for invariant in INVARIANTS:
        yield invariant, invariant.violations()
