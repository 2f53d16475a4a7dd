"""What authors do with their proposals, and how these move from state to state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from civic.areas.models import Area, Level
from civic.cycles.models import Cycle
from civic.cycles.phases import Ability
from civic.cycles.rules import check_allowed
from civic.departments.calendar import due_after
from civic.kernel.db import db, transactional
from civic.kernel.pictures import store_picture
from civic.kernel.roles import Actor
from civic.kernel.text import search_key
from civic.notifications.actions import pack, tell
from civic.notifications.kinds import Kind
from civic.notifications.queries import followers_of
from civic.proposals import queries, rules
from civic.proposals.deadlines import SCREENING
from civic.proposals.events import ARRIVALS, Entry, Happening
from civic.proposals.models import Proposal, ProposalEvent
from civic.proposals.policy import (
    may_delete_draft,
    may_edit_proposal,
    may_propose,
    may_submit_proposal,
    may_withdraw_proposal,
)
from civic.proposals.states import State

# Said as “your proposal”; everything else may be told to whoever follows it too.
TO_THE_AUTHOR = frozenset(
    {
        Kind.PROPOSAL_ACCEPTED,
        Kind.PROPOSAL_LAPSED,
        Kind.PROPOSAL_MERGED,
        Kind.PROPOSAL_REFUSED,
        Kind.PROPOSAL_REOPENED,
        Kind.PROPOSAL_RETURNED,
        Kind.PROPOSAL_SUBMITTED,
    }
)
WRITTEN = {"area_id", "title", "problem", "solution", "category", "place", "lon", "lat", "picture"}


@transactional
def start_draft(actor: Actor, cycle: Cycle, *, at: datetime) -> Proposal:
    """Begin a draft in the author's own neighbourhood; an empty one is taken up again."""
    may_propose.require(actor, cycle)
    check_allowed(cycle.phases, Ability.PROPOSE, at)
    drafts = queries.drafts_of(actor.id)
    for draft in drafts:
        if draft.cycle_id == cycle.id and not draft.title:
            return draft
    rules.check_room(len(drafts))
    # Until a neighbourhood is chosen the draft lies in the city as a whole.
    area = queries.own_area(actor.id) or cycle.city
    return keep_draft(actor, cycle, area, at=at)


@transactional
def save_step(actor: Actor, proposal: Proposal, values: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what was typed in one step."""
    may_edit_proposal.require(actor, proposal)
    if proposal.state is State.RETURNED:
        check_allowed(proposal.cycle.phases, Ability.MEND_PROPOSAL, at)
    for name in values.keys() & WRITTEN:
        value = values[name]
        setattr(proposal, name, store_picture(value) if hasattr(value, "read") else value)
    texts = (proposal.title, proposal.place, proposal.problem, proposal.solution)
    proposal.search_text = search_key(" ".join(texts))
    proposal.changed_at = at


@transactional
def submit_proposal(actor: Actor, proposal: Proposal, *, at: datetime) -> Proposal:
    """Hand a draft in: it gets its number, becomes public, and the moderators' clock starts."""
    may_submit_proposal.require(actor, proposal)
    hold(proposal)
    if proposal.state is State.SUBMITTED:
        return proposal  # pressed twice
    if proposal.state is State.RETURNED:
        return resubmit_proposal(actor, proposal, at=at)
    check_allowed(proposal.cycle.phases, Ability.PROPOSE, at)
    _check_complete(proposal)
    proposal.number = _next_number(proposal)
    proposal.submitted_at = at
    due = due_after(at, SCREENING)
    said = Entry("resident", details={"number": proposal.number, "due": due})
    change_state(proposal, State.SUBMITTED, said, at=at, due_at=due)
    tell_about(
        proposal, Kind.PROPOSAL_SUBMITTED, about=proposal.id, at=at, number=proposal.number, due=due
    )
    return proposal


@transactional
def resubmit_proposal(actor: Actor, proposal: Proposal, *, at: datetime) -> Proposal:
    """Hand a mended proposal in again under its number."""
    may_submit_proposal.require(actor, proposal)
    hold(proposal)
    if proposal.state is State.SUBMITTED:
        return proposal
    check_allowed(proposal.cycle.phases, Ability.MEND_PROPOSAL, at)
    _check_complete(proposal)
    due = due_after(at, SCREENING)
    said = Entry("resident", kind=Happening.RESUBMITTED, details={"due": due})
    change_state(proposal, State.SUBMITTED, said, at=at, due_at=due)
    about = f"{proposal.id}:{at.isoformat()}"
    tell_about(
        proposal, Kind.PROPOSAL_SUBMITTED, about=about, at=at, number=proposal.number, due=due
    )
    return proposal


@transactional
def withdraw_proposal(actor: Actor, proposal: Proposal, *, at: datetime) -> None:
    """Take a proposal out of the round; its page stays, with what happened."""
    may_withdraw_proposal.require(actor, proposal)
    hold(proposal)
    if proposal.state is not State.WITHDRAWN:
        change_state(proposal, State.WITHDRAWN, Entry("resident"), at=at)


@transactional
def delete_draft(actor: Actor, proposal: Proposal) -> None:
    """Delete what nobody else has seen."""
    may_delete_draft.require(actor, proposal)
    db.session.delete(proposal)


def _check_complete(proposal: Proposal) -> None:
    rules.check_complete(proposal, place_is_chosen=is_somewhere(proposal))


def is_somewhere(proposal: Proposal) -> bool:
    """Is its place chosen? About the whole city it is only once somebody carried it up."""
    return proposal.area.level is not Level.CITY or proposal.number is not None


def _next_number(proposal: Proposal) -> int:
    # Whoever holds the row of the cycle gives the next number; SQLite has one writer anyway.
    db.session.execute(select(Cycle.id).where(Cycle.id == proposal.cycle_id).with_for_update())
    taken = select(func.max(Proposal.number)).where(Proposal.cycle_id == proposal.cycle_id)
    return (db.session.scalar(taken) or 0) + 1


# ── What other capabilities call inside their own acts, after they have asked permission ──────────


def hold(proposal: Proposal) -> None:
    """Read again where a proposal stands, and keep others from moving it until we are done."""
    db.session.flush()
    now = [
        "state", "number", "merged_into_id", "department_id", "due_at", "cost", "supports",
        "area_id",
    ]  # fmt: skip
    db.session.refresh(proposal, now, with_for_update=True)


@transactional
def keep_draft(
    author: Actor, cycle: Cycle, area: Area, *, at: datetime, **written: Any
) -> Proposal:
    """Store a new draft, empty or with what was written before."""
    draft = Proposal(
        cycle_id=cycle.id, area_id=area.id, author_id=author.id, created_at=at, changed_at=at,
        **written,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


@transactional
def change_state(
    proposal: Proposal, state: State, entry: Entry, *, at: datetime, due_at: datetime | None = None
) -> None:
    """Move a proposal on, if a way leads there from where it stands, and write it down."""
    hold(proposal)
    rules.check_way(proposal.state, state)
    proposal.state, proposal.due_at, proposal.changed_at = state, due_at, at
    note_event(proposal, entry.kind or ARRIVALS[state], entry, at=at)


@transactional
def note_event(proposal: Proposal, kind: Happening, entry: Entry, *, at: datetime) -> None:
    """Write a line into the history of a proposal."""
    db.session.add(
        ProposalEvent(
            proposal_id=proposal.id,
            at=at,
            kind=kind.value,
            by_role=entry.by_role,
            reason=entry.reason,
            details={name: pack(value) for name, value in entry.details.items()},
        )
    )
    db.session.flush()


@transactional
def move_up(
    proposal: Proposal, area: Area, entry: Entry, *, at: datetime, due_at: datetime
) -> None:
    """Let a proposal be about an area above its own; its history tells of it."""
    proposal.area_id, proposal.area = area.id, area
    proposal.due_at, proposal.changed_at = due_at, at
    note_event(proposal, Happening.CARRIED_UP, entry, at=at)


@transactional
def merge_into(twin: Proposal, stays: Proposal, entry: Entry, *, at: datetime) -> None:
    """Join a twin with the proposal that stays; both histories tell of it."""
    hold(twin)
    rules.check_way(twin.state, State.MERGED)
    twin.merged_into_id = stays.id
    twin.state, twin.due_at, twin.changed_at = State.MERGED, None, at
    note_event(twin, Happening.MERGED, entry, at=at)
    joined = Entry(entry.by_role, entry.reason, details={"twin": twin.title})
    note_event(stays, Happening.JOINED, joined, at=at)


@transactional
def count_supports(proposal_id: UUID, more: int) -> None:
    """Add to the number of supports, exactly even when many press at once."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id)
        .values(supports=Proposal.supports + more)
        .execution_options(synchronize_session="fetch")
    )


@transactional
def put_on_ballot(
    proposal: Proposal, *, at: datetime, opens: datetime, also: Iterable[UUID] = ()
) -> None:
    """A feasible proposal goes on the ballot; its author hears when voting opens."""
    change_state(proposal, State.ON_BALLOT, Entry("moderator", details={"opens": opens}), at=at)
    tell_about(proposal, Kind.PROPOSAL_ON_BALLOT, about=proposal.id, at=at, also=also, opens=opens)


@transactional
def decide_fate(
    proposal: Proposal, state: State, *, at: datetime, also: Iterable[UUID] = ()
) -> None:
    """The count is out: SELECTED or NOT_SELECTED; the author and those in `also` hear of it."""
    chosen = state is State.SELECTED
    change_state(proposal, state, Entry("platform"), at=at)
    kind = Kind.PROPOSAL_CHOSEN if chosen else Kind.PROPOSAL_NOT_CHOSEN
    tell_about(proposal, kind, about=proposal.id, at=at, also=also)


def tell_about(
    proposal: Proposal,
    kind: Kind,
    *,
    about: UUID | str,
    at: datetime,
    also: Iterable[UUID] = (),
    **values: Any,
) -> None:
    """Tell the author, and whom it may concern, about a proposal, with the way to its page."""
    link = ("proposals.show", {"proposal_id": proposal.id})
    people = {proposal.author_id, *also}
    if kind not in TO_THE_AUTHOR:
        people |= set(followers_of("proposal", proposal.id))
    tell(people, kind, about=about, at=at, link=link, title=proposal.title, **values)
