"""Composing the paper, opening the box, casting, closing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, inspect

from civic.accounts.models import Account
from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import (
    book,
    composing,
    eligibility,
    keys,
    queries,
    readiness,
    rules,
    voters,
)
from civic.ballots.box_facts import BoxNow, box_now, opened_meanwhile
from civic.ballots.casting import Press, cast_again, cast_first
from civic.ballots.models import (
    Ballot,
    BallotBox,
    BallotProject,
    CastKey,
)
from civic.ballots.policy import may_cast_ballot, may_compose_ballot
from civic.cycles import actions as cycles
from civic.cycles.models import Cycle, Pot
from civic.cycles.phases import Ability
from civic.cycles.queries import hold, phases_of, pot_again, pots_of, voting_of
from civic.cycles.rules import PaperLine, Span, check_allowed
from civic.deliberation.queries import supporters_of
from civic.kernel import clock
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local
from civic.kernel.roles import PLATFORM, Actor
from civic.proposals.actions import put_on_ballot
from civic.proposals.models import Proposal


@transactional
def compose_paper(
    actor: Actor, pot: Pot, proposals: Sequence[Proposal], *, at: datetime
) -> list[BallotProject]:
    """Put feasible proposals on the paper of their area's pot, with text and cost as they are."""
    may_compose_ballot.require(actor, pot.area)
    hold(pot.cycle)
    check_allowed(pot.cycle.phases, Ability.COMPOSE_BALLOT, at)
    for proposal in proposals:
        composing.check_fits(actor, proposal, pot)
    first = composing.highest_number(pot) + 1
    added = [composing.entry(proposal, pot, first + n) for n, proposal in enumerate(proposals)]
    db.session.add_all(added)
    db.session.flush()
    composing.shuffle(pot)
    voting = voting_of(pot.cycle)
    for proposal, entry in zip(proposals, added, strict=True):
        opens, also = voting.opens_at if voting else at, supporters_of(proposal)
        put_on_ballot(proposal, at=at, opens=opens, also=also)
        record(
            actor, Event.BALLOT_COMPOSE, entry, at=at, area_code=pot.area.code,
            title=entry.title, cost=entry.cost,
        )  # fmt: skip
    return added


@transactional
def open_boxes(cycle: Cycle, *, at: datetime) -> None:
    """Freeze the rules and open the box of every pot with projects; again changes nothing."""
    hold(cycle)
    voting = _voting(cycle)
    if voting is None or at < voting.opens_at:
        raise RuleBroken(N_("Voting has not begun."))
    papers = queries.papers(cycle)
    if not papers:
        return
    frozen_papers = {
        pot_id: [PaperLine(line.number, line.code, line.title, line.cost) for line in lines]
        for pot_id, lines in papers.items()
    }
    have = queries.box_states(list(papers))
    if not have:
        readiness.insist(cycle)
    book.begin(cycle, cycles.freeze_rules(cycle, frozen_papers, at=at))
    if not have:
        keys.begin(cycle, at=at)
    for pot in pots_of(cycle):
        if pot.id in papers and pot.id not in have:
            box = BallotBox(pot_id=pot.id, state="open", opened_at=at)
            db.session.add(box)
            record(PLATFORM, Event.BOX_OPEN, box, at=at, area_code=pot.area.code)


@transactional
def cast_ballot(
    actor: Account,
    pot: Pot,
    choices: Sequence[int],
    *,
    key: UUID,
    form_opened_at: datetime,
    at: datetime,
) -> Ballot:
    """Put the actor's ballot into the box, in place of the one they cast before.

    The same press of the button (`key`) finds the same ballot, however often it comes, and after
    the close too.
    Nothing of what is written to the box names the person, their account, or the time.
    """
    may_cast_ballot.require(actor, pot)
    if inspect(pot).expired:
        # A second try after a lost race finds everything expired; here it is read again at once.
        pot = pot_again(pot.id)
    try:
        seen = _insist_may_cast(actor, pot, form_opened_at, at=at)
    except RuleBroken:
        if (done := voters.cast_before(actor, pot, key)) is not None:
            return done
        raise
    # Not before: the key of the cycle is made when its box is opened, which may be just now.
    press = Press(actor, pot, voters.tag_with(actor, pot, seen.key_of(pot)), key, at)
    return cast_first(press, choices) or cast_again(press, choices)


def _insist_may_cast(actor: Account, pot: Pot, form_opened_at: datetime, *, at: datetime) -> BoxNow:
    """Refuse who may not vote and a box that is not open, once nobody can close it beside us."""
    begun = time.monotonic()
    rules.check_clock(voting_of(pot.cycle), at, form_opened_at)
    seen = box_now(pot, actor)
    eligibility.verdict_at_home(actor, pot, seen.home, local(at).date()).require()
    if seen.state is None:
        # The first voter is not refused because a job is late.
        if not opened_meanwhile(pot):
            open_boxes(pot.cycle, at=at)
        seen = box_now(pot, actor)
    # Perhaps we have waited; and it is the clock of the database that closes a vote.
    at += timedelta(seconds=time.monotonic() - begun)
    if seen.clock is not None:
        at += clock.behind(seen.clock)
    rules.check_clock(seen, at, form_opened_at)
    if seen.state != "open":
        raise RuleBroken(rules.CLOSED, closes=seen.closes_at)
    book.insist_undoubted(pot.cycle_id, seen.quarantine)
    return seen


def _voting(cycle: Cycle) -> Span | None:
    return next((p for p in phases_of(cycle) if p.kind == "voting"), None)


@transactional
def close_box(pot: Pot, *, at: datetime) -> None:
    """Close the box of a pot once voting and its grace are over; again changes nothing.

    Where papers were handed out the web is over now, and the sheets still come in: the commission
    closes such a box, see `counter.close_held_box`.
    """
    voters.lock_box(pot)
    if queries.box_state(pot.id) != "open":
        return
    voting = _voting(pot.cycle)
    if voting is None or at < voting.closes_at + rules.GRACE:
        raise RuleBroken(N_("Voting still runs."))
    box = db.session.get_one(BallotBox, pot.id, populate_existing=True)
    # The presses first: they are what still joins a voter's tag with each of the ballots.
    db.session.execute(delete(CastKey).where(CastKey.pot_id == pot.id))
    if box.at_counter:
        box.web_closed_at = at
        record(PLATFORM, Event.BOX_HOLD, box, at=at, area_code=pot.area.code)
        return
    seal_box(PLATFORM, box, pot, at=at)


def seal_box(by: Actor, box: BallotBox, pot: Pot, *, at: datetime) -> None:
    """Close a box for good, and say in the book how many envelopes stand in it."""
    box.state, box.closed_at = "closed", at
    db.session.flush()
    stand = queries.turnout(pot.id)
    book.close(pot, stand=stand)
    record(by, Event.BOX_CLOSE, box, at=at, area_code=pot.area.code, ballots=stand)
