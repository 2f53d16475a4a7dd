"""Counting a closed box, and publishing what came out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots.queries import box_state, paper
from civic.counting import Outcome, PbFile
from civic.cycles.models import Pot
from civic.cycles.phases import Ability
from civic.cycles.queries import hold
from civic.cycles.rules import check_allowed
from civic.kernel.db import db, transactional
from civic.kernel.roles import PLATFORM, Actor
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.proposals.actions import decide_fate
from civic.proposals.states import State
from civic.results import queries, rules, tally
from civic.results.elections import Progress, store_election
from civic.results.models import Count, ResultLine
from civic.results.policy import may_publish_result


@transactional
def count_pot(pot: Pot, *, at: datetime) -> Count:
    """Count a closed box afresh; repeating it replaces a count that is not published yet."""
    hold(pot.cycle)
    rules.check_countable(box_state(pot.id))
    old = queries.count_of(pot.id)
    if old is not None:
        rules.check_not_published(old.published_at)
        db.session.execute(delete(ResultLine).where(ResultLine.count_id == old.id))
        db.session.execute(delete(Count).where(Count.id == old.id))
        db.session.expunge(old)
    election = tally.election_of(pot)
    outcome = tally.count_box(pot, election)
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
        code_version=tally.code_version(),
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
def publish_result(actor: Actor, count: Count, *, at: datetime) -> Count:
    """Publish a count: from now on it stands, and everyone whom it concerns is told."""
    may_publish_result.require(actor, count)
    pot = count.pot
    hold(pot.cycle)
    check_allowed(pot.cycle.phases, Ability.PUBLISH_RESULT, at)
    db.session.refresh(count, ["published_at"])
    rules.check_not_published(count.published_at)
    count.published_at, count.published_by_id = at, actor.id
    _decide_fates(count, at=at)
    tell(
        queries.who_took_part(pot.id), Kind.RESULT_PUBLISHED, about=count.id, at=at,
        link=("results.show", {"pot_id": pot.id}), area=pot.area.name,
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
def import_election(file: PbFile, name: str, *, at: datetime, progress: Progress) -> Count:
    """Read a closed election of another city into our tables, and count and publish it.

    Raises `PbError` for ballots that cannot be counted, `RuleBroken` for a file that is here
    already; then nothing is stored.
    """
    pot = store_election(file, name, at=at, progress=progress)
    count = count_pot(pot, at=at)
    count.published_at = at
    record(
        PLATFORM, Event.ELECTION_IMPORT, count, at=at, area_code=pot.area.code, code=pot.cycle.code,
        file=name, ballots=count.ballots,
    )  # fmt: skip
    return count
