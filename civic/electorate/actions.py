"""Saying where one belongs, and marking that somebody took part."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from civic.accounts.models import Account
from civic.areas.models import Area, Level
from civic.electorate import queries, rules
from civic.electorate.models import Participation, Residency, Tie
from civic.electorate.policy import may_declare_residency
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import local


@transactional
def declare_residency(actor: Account, area: Area, tie: Tie, *, at: datetime) -> Residency:
    """Choose the one neighbourhood in which a person lives or works."""
    may_declare_residency.require(actor, area)
    if area.level is not Level.NEIGHBOURHOOD:
        raise RuleBroken("Choose a neighbourhood, not a whole district.", field="area")
    residency = queries.residency_of(actor.id)
    if residency is None:
        residency = Residency(account_id=actor.id)
    elif residency.area_id != area.id:
        rules.check_moving(queries.bound_until(actor.id), local(at).date())
    residency.area_id, residency.tie, residency.declared_at = area.id, tie, at
    db.session.add(residency)
    db.session.flush()
    return residency


@transactional
def mark_participation(
    account: Account, pot_key: UUID, area: Area, *, on_day: date, binds_until: date | None = None
) -> Participation:
    """Mark that a person took part in a pot's vote; a changed vote keeps the first mark.

    Part of the act of casting. `binds_until` is the day on which the voting closes: until
    then the person cannot declare another neighbourhood.
    """
    marked = queries.participation_of(account.id, pot_key)
    if marked is None:
        marked = Participation(
            account_id=account.id,
            pot_key=pot_key,
            area_id=area.id,
            on_day=on_day,
            **({"binds_until": binds_until} if binds_until else {}),
        )
        db.session.add(marked)
        db.session.flush()
    return marked
