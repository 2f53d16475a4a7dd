"""Setting up a cycle, moving its dates, and freezing its rules when voting opens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from civic.areas.models import Area
from civic.audit.actions import record
from civic.audit.events import Event
from civic.cycles import queries, rules
from civic.cycles.models import Cycle, FrozenRules, Phase, Pot, Standing
from civic.cycles.phases import PhaseKind
from civic.cycles.policy import may_manage_cycles
from civic.cycles.rules import Frozen, PaperLine, Plan, Terms
from civic.electorate.facts import VoterTerms
from civic.electorate.matching import matcher_of_city
from civic.electorate.queries import confirmed_roll
from civic.kernel.canonical import canonical
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import PLATFORM, Actor

Spans = Mapping[PhaseKind, tuple[datetime, datetime]]


@transactional
def create_cycle(actor: Actor, city: Area, plan: Plan, *, at: datetime) -> Cycle:
    """Set up a cycle of a city; its dates and pots come next."""
    may_manage_cycles.require(actor, city)
    if queries.cycle_by_code(plan.code) is not None:
        raise RuleBroken(N_("There is already a cycle %(code)s."), field="code", code=plan.code)
    cycle = Cycle(
        code=plan.code,
        title=plan.title,
        title_en=plan.title_en,
        city_id=city.id,
        city=city,
        tie_seed=plan.tie_seed or rules.seed_of(city.code, plan.code),
        minimum_age=plan.minimum_age,
        standing=plan.standing,
        created_at=at,
    )
    db.session.add(cycle)
    db.session.flush()
    db.session.refresh(cycle, ["phases"])
    record(actor, Event.CYCLE_CREATE, cycle, at=at, area_code=city.code, code=plan.code)
    return cycle


@transactional
def set_phases(actor: Actor, cycle: Cycle, spans: Spans, *, at: datetime) -> Cycle:
    """Give the cycle these phases, in place of those it has."""
    may_manage_cycles.require(actor, cycle.city)
    queries.hold(cycle)
    _insist_not_frozen(cycle)
    rules.check_schedule(spans)
    have = {phase.kind: phase for phase in queries.phases_of(cycle)}
    for kind in have.keys() - spans.keys():
        db.session.delete(have[kind])
    for kind, (opens, closes) in spans.items():
        phase = have.get(kind) or Phase(cycle_id=cycle.id, kind=kind)
        phase.opens_at, phase.closes_at = opens, closes
        db.session.add(phase)
    db.session.flush()
    db.session.refresh(cycle, ["phases"])
    dates = {kind.value: [rules.instant(moment) for moment in spans[kind]] for kind in spans}
    record(actor, Event.CYCLE_MOVE, cycle, at=at, area_code=cycle.city.code, phases=dates)
    return cycle


@transactional
def set_pot(actor: Actor, cycle: Cycle, area: Area, terms: Terms, *, at: datetime) -> Pot:
    """Give an area its pot in this cycle, or other terms to the pot it has."""
    may_manage_cycles.require(actor, cycle.city)
    queries.hold(cycle)
    _insist_not_frozen(cycle)
    if not area.lies_in(cycle.city):
        raise RuleBroken(N_("This area does not lie in the city of the cycle."), field="area")
    rules.check_terms(terms)
    pot = queries.pot_of_area(cycle, area)
    if pot is None:
        pot = Pot(cycle_id=cycle.id, cycle=cycle, area_id=area.id, area=area)
        db.session.add(pot)
    pot.amount, pot.rule, pot.rule_options = terms.amount, terms.rule, dict(terms.rule_options)
    pot.ballot_kind, pot.max_choices = terms.ballot_kind, terms.max_choices
    db.session.flush()
    said = {"amount": terms.amount, "ballot": terms.ballot_kind.value, "rule": terms.rule.value}
    record(actor, Event.POT_SET, pot, at=at, area_code=area.code, **said)
    return pot


@transactional
def set_voters(
    actor: Actor, cycle: Cycle, terms: VoterTerms, *, minimum_age: int, at: datetime
) -> Cycle:
    """Say who may vote in this cycle, and which registers are asked."""
    may_manage_cycles.require(actor, cycle.city)
    queries.hold(cycle)
    _insist_not_frozen(cycle)
    rules.check_voters(terms, minimum_age=minimum_age)
    _insist_on_register(needed=terms)
    cycle.minimum_age, cycle.oldest_age = minimum_age, terms.oldest_age
    cycle.residence = terms.residence
    cycle.needs_roll, cycle.needs_match = terms.needs_roll, terms.needs_match
    db.session.flush()
    said = {
        "minimum_age": minimum_age,
        "oldest_age": terms.oldest_age,
        "residence": terms.residence.value,
        "needs_roll": terms.needs_roll,
        "needs_match": terms.needs_match,
    }
    record(actor, Event.CYCLE_VOTERS, cycle, at=at, area_code=cycle.city.code, **said)
    return cycle


@transactional
def move_cycle(actor: Actor, cycle: Cycle, kind: PhaseKind, *, at: datetime) -> Cycle:
    """Shift all dates of a cycle by one span, so that the phase of this kind runs now.

    Once the rules are frozen only a rehearsal can be moved, and only forward: residents of a
    real cycle were promised its dates. The frozen document keeps the dates as they were planned.
    """
    may_manage_cycles.require(actor, cycle.city)
    queries.hold(cycle)
    phases = queries.phases_of(cycle)
    shift = rules.shift_to(phases, kind, at)
    rules.check_move(shift, frozen=how_frozen(cycle))
    for phase in phases:
        phase.opens_at, phase.closes_at = phase.opens_at + shift, phase.closes_at + shift
    db.session.flush()
    db.session.refresh(cycle, ["phases"])
    record(actor, Event.CYCLE_MOVE, cycle, at=at, area_code=cycle.city.code, to=kind.value)
    return cycle


@transactional
def freeze_rules(
    cycle: Cycle, papers: Mapping[UUID, Sequence[PaperLine]], *, at: datetime
) -> FrozenRules:
    """Write down, once and for all, what is voted about and how it will be counted."""
    queries.hold(cycle)
    frozen = queries.frozen_rules(cycle.id)
    if frozen is not None:
        return frozen
    _insist_on_register(needed=cycle.voter_terms)
    if cycle.needs_roll and confirmed_roll(cycle.id) is None:
        # Frozen without it, nobody could vote and no roll could come any more.
        raise RuleBroken(
            N_("Voting cannot open yet: the list of people entitled to vote is not confirmed.")
        )
    pots = queries.pots_of(cycle)
    document = canonical(queries.rules_document(cycle, pots, papers))
    sha256 = hashlib.sha256(document.encode()).hexdigest()
    frozen = FrozenRules(cycle_id=cycle.id, document=document, sha256=sha256, frozen_at=at)
    db.session.add(frozen)
    db.session.flush()
    record(PLATFORM, Event.RULES_FREEZE, cycle, at=at, sha256=sha256, pots=len(pots))
    return frozen


def how_frozen(cycle: Cycle) -> Frozen:
    """How far the rules of a cycle are settled."""
    if queries.frozen_rules(cycle.id) is None:
        return Frozen.NOT_YET
    return Frozen.REHEARSAL if cycle.standing is Standing.REHEARSAL else Frozen.OFFICIAL


def _insist_not_frozen(cycle: Cycle) -> None:
    if how_frozen(cycle) is not Frozen.NOT_YET:
        raise RuleBroken(rules.FROZEN_SENTENCE)


def _insist_on_register(*, needed: VoterTerms) -> None:
    """Otherwise everybody would wait for an answer that nobody gives."""
    if needed.needs_match and matcher_of_city() is None:
        raise RuleBroken(
            N_("No register is connected that could be asked; see the settings of the city."),
            field="needs_match",
        )
