"""Finding cycles, their phases and their pots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from civic.areas.models import Area
from civic.cycles.models import Cycle, FrozenRules, Phase, Pot
from civic.cycles.phases import ALLOWS, Ability, PhaseKind
from civic.cycles.rules import PaperLine, Span, instant
from civic.electorate.queries import roll_statement
from civic.kernel.db import db

RULES_FORMAT = "civic-rules/1"


def running_cycle(at: datetime) -> Cycle | None:
    """The city's own cycle that runs now, else the next to begin, else the last that ended.

    Of two that overlap (one still being delivered, the next collecting ideas) the younger; not
    the one that opened last, for the clock of a rehearsal can be moved.
    """
    own = (
        select(Cycle)
        .where(Cycle.imported_from.is_(None))
        .order_by(Cycle.created_at.desc(), Cycle.code.desc())
        # Asked on nearly every page: everything in one statement, for a handful of rows.
        .options(joinedload(Cycle.city), joinedload(Cycle.phases))
    )
    cycles = db.session.scalars(own.limit(10)).unique().all()
    begun = [cycle for cycle in cycles if cycle.phases and cycle.phases[0].opens_at <= at]
    return next(iter(begun or cycles), None)


def cycles_with(ability: Ability, *when: ColumnElement[bool]) -> Select[UUID]:
    """The ids of the cycles that have a phase, such as `when` says, in which this is allowed."""
    kinds = [kind for kind, allowed in ALLOWS.items() if ability in allowed]
    return select(Phase.cycle_id).where(Phase.kind.in_(kinds), *when)


def cycles_allowing(ability: Ability, at: datetime) -> Select[UUID]:
    """The ids of the cycles in which this is allowed at a moment."""
    return cycles_with(ability, Phase.opens_at <= at, Phase.closes_at > at)


def cycle_by_code(code: str) -> Cycle | None:
    """The cycle of this code, with its city."""
    return db.session.scalar(
        select(Cycle).where(Cycle.code == code).options(joinedload(Cycle.city))
    )


def pots_of(cycle: Cycle) -> Sequence[Pot]:
    """The pots of a cycle with their areas, the widest first."""
    return _pots(cycle, select(Pot))


def pots_for(cycle: Cycle, area: Area) -> Sequence[Pot]:
    """The pots about which a resident of `area` votes: its own and those above it."""
    near = _pots(cycle, select(Pot).where(Area.code.in_(area.path.rstrip("/").split("/"))))
    return [pot for pot in near if area.lies_in(pot.area)]


def _pots(cycle: Cycle, wanted: Select[Any]) -> Sequence[Pot]:
    found = (
        wanted.join(Area, Area.id == Pot.area_id)
        .where(Pot.cycle_id == cycle.id)
        .options(joinedload(Pot.area))
        .order_by(Area.path)
    )
    pots: Sequence[Pot] = db.session.scalars(found).all()
    for pot in pots:
        # The cycle is at hand; asking for it again would ask for its phases again too.
        set_committed_value(pot, "cycle", cycle)
    return pots


def pot(pot_id: UUID) -> Pot | None:
    """A pot with its area and cycle."""
    return db.session.get(Pot, pot_id, options=[joinedload(Pot.area), joinedload(Pot.cycle)])


def pot_again(pot_id: UUID) -> Pot:
    """The pot as it stands in the database now, with its area and cycle, whatever was known."""
    options = [joinedload(Pot.area), joinedload(Pot.cycle)]
    return db.session.get_one(Pot, pot_id, options=options, populate_existing=True)


def frozen_rules(cycle_id: UUID) -> FrozenRules | None:
    """The rules as they were frozen, once they are."""
    return db.session.get(FrozenRules, cycle_id)


def phases_of(cycle: Cycle) -> Sequence[Phase]:
    """The phases of a cycle as they stand in the database now, in order."""
    found = select(Phase).where(Phase.cycle_id == cycle.id).order_by(Phase.opens_at)
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def pot_of_area(cycle: Cycle, area: Area) -> Pot | None:
    """The pot of exactly this area."""
    return db.session.scalar(
        select(Pot)
        .where(Pot.cycle_id == cycle.id, Pot.area_id == area.id)
        .options(joinedload(Pot.area), joinedload(Pot.cycle))
    )


def area_by_code(cycle: Cycle, code: str) -> Area | None:
    """The area of this code in the division that the cycle's city belongs to."""
    return db.session.scalar(
        select(Area).where(Area.version_id == cycle.city.version_id, Area.code == code)
    )


def voting_of(cycle: Cycle) -> Phase | None:
    """The voting phase of a cycle."""
    return next((phase for phase in cycle.phases if phase.kind is PhaseKind.VOTING), None)


def hold(cycle: Cycle) -> None:
    """Let nobody else change this cycle, or freeze it, until the transaction ends."""
    db.session.execute(select(Cycle.id).where(Cycle.id == cycle.id).with_for_update())


def rules_document(
    cycle: Cycle, pots: Sequence[Pot], papers: Mapping[UUID, Sequence[PaperLine]]
) -> dict[str, Any]:
    """What is frozen: dates, who may vote, and for each pot its money, ballot, rule and paper."""
    return {
        "format": RULES_FORMAT,
        "cycle": cycle.code,
        "standing": cycle.standing.value,
        "minimum_age": cycle.minimum_age,
        "voters": _voters_entry(cycle),
        "tie_seed": cycle.tie_seed,
        "phases": [_phase_entry(phase) for phase in cycle.phases],
        "pots": [_pot_entry(pot, papers.get(pot.id, ())) for pot in pots],
    }


def _voters_entry(cycle: Cycle) -> dict[str, Any]:
    roll = roll_statement(cycle.id)
    return {
        "residence": cycle.residence.value,
        "oldest_age": cycle.oldest_age,
        "needs_roll": cycle.needs_roll,
        "needs_match": cycle.needs_match,
        "roll": roll.as_document() if roll else None,
    }


def _phase_entry(phase: Span) -> dict[str, str]:
    return {
        "kind": phase.kind.value,
        "opens": instant(phase.opens_at),
        "closes": instant(phase.closes_at),
    }


def _pot_entry(pot: Pot, paper: Sequence[PaperLine]) -> dict[str, Any]:
    return {
        "area": pot.area.code,
        "amount": pot.amount,
        "ballot": pot.ballot_kind.value,
        "max_choices": pot.max_choices,
        "rule": pot.rule.value,
        "rule_options": pot.rule_options,
        "projects": [line._asdict() for line in sorted(paper)],
    }
