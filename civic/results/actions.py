"""Counting a closed box, publishing what came out, and keeping elections of other cities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import keys
from civic.ballots.book import insist_countable
from civic.ballots.models import Ballot, BallotKey, BallotProject, Opening, VoterSlot
from civic.ballots.queries import box_state, paper
from civic.counting import Outcome, PbFile
from civic.counting.version import code_version
from civic.cycles.actions import freeze_rules
from civic.cycles.models import Cycle, Pot
from civic.cycles.phases import Ability
from civic.cycles.queries import cycle_by_code, hold
from civic.cycles.rules import PaperLine, check_allowed
from civic.kernel.db import db, reading, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import PLATFORM, Actor
from civic.ledger import actions as ledger
from civic.ledger.kinds import LineKind
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.proposals.actions import decide_fate
from civic.proposals.states import State
from civic.results import elections, queries, rules, tally
from civic.results.models import Count, ResultLine
from civic.results.policy import may_destroy_key, may_publish_result
from civic.signals.actions import forget_signals

Progress = Callable[[int, int], None]


def count_pot(pot: Pot, *, at: datetime) -> Count:
    """Count a closed box afresh; repeating it replaces a count that is not published yet.

    It is counted outside of the transaction that keeps it: elsewhere people vote meanwhile. What
    lies in a closed box cannot change; the database itself sees to that.
    """
    with reading():
        _insist_countable(pot)
        election = tally.election_of(pot)
    return _keep(pot, tally.count_box(pot, election), at=at)


def _insist_countable(pot: Pot) -> Count | None:
    """The count that a new one may replace, if there is one."""
    insist_countable(pot.cycle)
    rules.check_countable(box_state(pot.id))
    old = queries.count_of(pot.id)
    if old is not None:
        rules.check_not_published(old.published_at)
    return old


@transactional
def _keep(pot: Pot, outcome: Outcome, *, at: datetime) -> Count:
    """Keep what was counted in place of what was there, if it may still be replaced."""
    hold(pot.cycle)
    old = _insist_countable(pot)
    if old is not None:
        db.session.execute(delete(ResultLine).where(ResultLine.count_id == old.id))
        db.session.execute(delete(Count).where(Count.id == old.id))
        db.session.expunge(old)
    count = _store(pot, outcome, at=at)
    record(
        PLATFORM, Event.RESULT_COUNT, count, at=at, area_code=pot.area.code, rule=pot.rule.value,
        ballots=outcome.voters, input=outcome.input_sha256, code=count.code_version,
    )  # fmt: skip
    return count


def _store(pot: Pot, outcome: Outcome, *, at: datetime) -> Count:
    count = Count(
        pot_id=pot.id,
        rule=pot.rule.value,
        input_sha256=outcome.input_sha256,
        code_version=code_version(),
        ballots=outcome.voters,
        spent=outcome.total_cost,
        outcome=outcome.as_dict(),
        counted_at=at,
        pot=pot,
    )
    db.session.add(count)
    db.session.flush()
    by_code = {line.code: line for line in paper(pot)}
    ranked = sorted(outcome.lines, key=lambda line: (line.order or len(by_code) + 1, -line.votes))
    db.session.add_all(
        ResultLine(
            count_id=count.id,
            project_id=by_code[line.project].id,
            rank=rank,
            votes=line.votes,
            funded=line.funded,
            reason=line.reason.as_dict(),
        )
        for rank, line in enumerate(ranked, start=1)
    )
    db.session.flush()
    return count


@transactional
def note_alternatives(count: Count, found: list[dict[str, Any]]) -> None:
    """Keep what other rules would have chosen; the result itself is not touched.

    A count that was replaced while this was worked out is not there any more, and nothing is kept.
    """
    mine = update(Count).where(Count.id == count.id)
    db.session.execute(mine.values(alternatives=found))


@transactional
def note_change(line: ResultLine, change: dict[str, Any]) -> None:
    """Keep the smallest change that would have funded a project that lost; or nothing, likewise."""
    mine = update(ResultLine).where(ResultLine.id == line.id)
    db.session.execute(mine.values(change=change))


@transactional
def publish_result(actor: Actor, count: Count, *, at: datetime) -> Count:
    """Publish a count: from now on it stands, and everyone whom it concerns is told."""
    may_publish_result.require(actor, count)
    pot = count.pot
    hold(pot.cycle)
    insist_countable(pot.cycle)
    check_allowed(pot.cycle.phases, Ability.PUBLISH_RESULT, at)
    db.session.refresh(count, ["published_at"])
    rules.check_not_published(count.published_at)
    count.published_at, count.published_by_id = at, actor.id
    _decide_fates(count, at=at)
    tell(
        queries.who_took_part(pot.id), Kind.RESULT_PUBLISHED, about=count.id, at=at,
        link=("results.show", {"pot_id": pot.id}), area=pot.area.called,
    )  # fmt: skip
    record(
        actor, Event.RESULT_PUBLISH, count, at=at, area_code=pot.area.code,
        ballots=count.ballots, spent=count.spent,
    )  # fmt: skip
    return count


def _decide_fates(count: Count, *, at: datetime) -> None:
    lines = queries.lines_of(count)
    proposals = queries.proposals_of(lines)
    behind = queries.supporters(list(proposals))
    for line in lines:
        proposal = proposals.get(line.project.proposal_id) if line.project.proposal_id else None
        if proposal is not None:
            state = State.SELECTED if line.funded else State.NOT_SELECTED
            decide_fate(proposal, state, at=at, also=behind.get(proposal.id, ()))


@transactional
def ask_to_destroy_key(actor: Actor, cycle: Cycle, *, at: datetime) -> BallotKey:
    """Ask, as the first of two people, that the key which joins people and votes be destroyed."""
    may_destroy_key.require(actor, cycle)
    row = _key_that_may_go(cycle, at=at)
    if row.asked_by_id is not None:
        raise RuleBroken(N_("It was asked for already. Another person confirms it."))
    row.asked_by_id, row.asked_at = actor.id, at
    record(actor, Event.KEY_ASK, row, at=at, sha256=row.fingerprint)
    return row


@transactional
def destroy_key(actor: Actor, cycle: Cycle, *, at: datetime) -> BallotKey:
    """Destroy the key of a vote as the second person, and say so in the public book.

    The file goes first. If what follows cannot be stored, it is confirmed again; but never is a
    key called destroyed that is still there.
    """
    may_destroy_key.require(actor, cycle)
    row = _key_that_may_go(cycle, at=at)
    rules.check_second_person(row.asked_by_id, actor.id)
    keys.wipe_file(cycle.id)
    forget_signals(cycle.id)
    row.confirmed_by_id, row.destroyed_at = actor.id, at
    record(actor, Event.KEY_DESTROY, row, at=at, sha256=row.fingerprint)
    ledger.submit_act(LineKind.KEY, {"e": cycle.code, "key": "destroyed"})
    return row


def _key_that_may_go(cycle: Cycle, *, at: datetime) -> BallotKey:
    hold(cycle)
    row = keys.row_of(cycle.id)
    if row is None:
        raise RuleBroken(N_("This vote has no key of its own."))
    db.session.refresh(row)
    if row.destroyed_at is not None:
        raise RuleBroken(N_("The key was destroyed on %(at)s."), at=row.destroyed_at)
    rules.check_key_may_go(rules.key_kept_until(queries.publications(cycle.id)), at)
    return row


@transactional
def import_election(file: PbFile, name: str, *, at: datetime, progress: Progress) -> Count:
    """Read a closed election of another city into our tables, count it and publish the count.

    Raises `PbError` for what cannot be counted, `RuleBroken` for an election that is here
    already; then nothing is stored. Nobody is told: it happened elsewhere.
    """
    pot = _store_election(elections.Foreign.of(file, name, at=at), progress)
    count = count_pot(pot, at=at)
    count.published_at = at
    record(
        PLATFORM, Event.ELECTION_IMPORT, count, at=at, area_code=pot.area.code, code=pot.cycle.code,
        file=name, ballots=count.ballots,
    )  # fmt: skip
    return count


def _store_election(foreign: elections.Foreign, progress: Progress) -> Pot:
    if cycle_by_code(foreign.code) is not None:
        raise RuleBroken(
            N_("This election was imported before, as cycle %(code)s."), code=foreign.code
        )
    version = elections.version_of(foreign, queries.next_foreign_number())
    area = elections.area_of(foreign, version)
    cycle = elections.cycle_of(foreign, area)
    pot = elections.pot_of(foreign, cycle, area)
    for thing in (version, area, cycle, elections.voting_of(foreign, cycle), pot):
        db.session.add(thing)
        db.session.flush()
    db.session.refresh(cycle, ["phases"])
    paper = elections.paper_of(foreign, pot)
    db.session.add_all(paper)
    db.session.flush()
    lines = [PaperLine(line.number, line.code, line.title, line.cost) for line in paper]
    freeze_rules(cycle, {pot.id: lines}, at=foreign.at)
    _fill_box(foreign, pot, paper, progress)
    return pot


def _fill_box(
    foreign: elections.Foreign, pot: Pot, paper: Sequence[BallotProject], progress: Progress
) -> None:
    box = elections.open_box_of(foreign, pot)
    db.session.add(box)
    db.session.flush()
    done = 0
    for ballots, openings, slots in elections.batches_of_ballots(foreign, pot, paper):
        for table, rows in ((Ballot, ballots), (Opening, openings), (VoterSlot, slots)):
            db.session.execute(insert(table), rows)
        done += len(ballots)
        progress(done, len(foreign.file.vote_rows))
    box.state, box.closed_at = "closed", pot.cycle.phases[0].closes_at
    db.session.flush()
