"""Issuing documents: a number, a fingerprint, and a line in the book of acts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from civic.accounts.models import Account
from civic.ballots.queries import box_state
from civic.cycles.models import Pot
from civic.cycles.queries import frozen_rules
from civic.cycles.rules import instant
from civic.documents import queries, rules
from civic.documents.kinds import DocumentKind
from civic.documents.models import Document
from civic.documents.policy import may_be_certified
from civic.electorate.queries import participation_of
from civic.kernel.canonical import canonical
from civic.kernel.db import db, transactional
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_
from civic.ledger import actions as ledger
from civic.ledger.kinds import LineKind
from civic.objections.models import Recount
from civic.results.models import Count
from civic.results.queries import lines_of
from civic.results.rules import gives_ballots


@transactional
def certify_participation(actor: Account, pot: Pot, *, at: datetime) -> Document:
    """Certify that a person took part; never what they chose. A second call gives the same one."""
    may_be_certified.require(actor, pot)
    rules.check_box_closed(box_state(pot.id))
    took_part = participation_of(actor.id, pot.id)
    if took_part is None:
        raise NotHere(N_("You did not take part in this vote."))
    body = {
        "cycle": pot.cycle.code, "area": pot.area.code, "area_name": pot.area.name,
        "area_name_en": pot.area.name_en, "day": took_part.on_day.isoformat(), "name": actor.name,
    }  # fmt: skip
    return _issue(DocumentKind.PARTICIPATION, took_part.id, body, at=at, holder_id=actor.id)


@transactional
def write_minutes(count: Count, *, at: datetime) -> Document:
    """The minutes of a published result."""
    pot, frozen = count.pot, frozen_rules(count.pot.cycle_id)
    winners = [
        {"code": line.project.code, "title": line.project.title, "cost": line.project.cost}
        for line in lines_of(count) if line.funded
    ]  # fmt: skip
    body = {
        "cycle": pot.cycle.code, "area": pot.area.code, "area_name": pot.area.name,
        "area_name_en": pot.area.name_en, "rule": count.rule, "amount": pot.amount,
        "ballots": count.ballots, "spent": count.spent, "winners": winners,
        "input_sha256": count.input_sha256 if gives_ballots(count.ballots) else None,
        "rules_sha256": frozen.sha256 if frozen else None, "code": count.code_version,
        "published_at": instant(count.published_at) if count.published_at else None,
    }  # fmt: skip
    return _issue(DocumentKind.MINUTES, count.id, body, at=at)


@transactional
def write_protocol(recount: Recount, count: Count, *, at: datetime) -> Document:
    """The protocol of a finished recount."""
    area = count.pot.area
    body = {
        **(recount.protocol or {}), "area_name": area.name, "area_name_en": area.name_en,
        "same": recount.same,
    }  # fmt: skip
    return _issue(DocumentKind.RECOUNT, recount.id, body, at=at)


def _issue(
    kind: DocumentKind,
    subject_id: UUID,
    body: dict[str, Any],
    *,
    at: datetime,
    holder_id: UUID | None = None,
) -> Document:
    before = queries.document_about(kind, subject_id)
    if before is not None:
        return before
    number = rules.with_check_digit(f"{secrets.randbelow(10**11):011d}")
    # The salt keeps a name from being guessed by its fingerprint, which everybody can read.
    said = {**body, "kind": kind.value, "no": number, "salt": secrets.token_hex(16)}
    made = Document(
        number=number, kind=kind, subject_id=subject_id, holder_id=holder_id, body=said,
        sha256=hashlib.sha256(canonical(said).encode()).hexdigest(), issued_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    line = {"no": number, "h": made.sha256}
    ledger.submit_act(LineKind.DOCUMENT, line, mark=rules.mark_of(number))
    return made
