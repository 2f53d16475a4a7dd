"""What is typed on the way to the box, and the signed form that brings a vote there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeSerializer
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from civic.accounts.models import Account
from civic.ballots.receipts import LOOK, Look
from civic.cycles.models import Pot
from civic.kernel.errors import RuleBroken
from civic.kernel.forms import Form, as_uuid
from civic.kernel.i18n import N_, lazy, money
from civic.proposals.models import Proposal

# No paper is longer; what is kept of it has to fit into a cookie.
MOST, DIGITS = 500, 6


class ComposeForm(Form):
    """Which feasible proposals go on the paper."""

    proposals = SelectMultipleField(
        lazy("Feasible proposals"),
        coerce=as_uuid,
        validators=[DataRequired(lazy("Choose at least one proposal."))],
    )

    def offer(self, proposals: Iterable[Proposal]) -> ComposeForm:
        """Offer these proposals."""
        self.proposals.choices = [
            SelectChoice(p.id, f"{p.title} · {money(p.cost or 0)}") for p in proposals
        ]
        return self


class Reviewed(NamedTuple):
    """A vote as it was reviewed: what, when, and the key of this press of the button."""

    key: UUID
    opened_at: datetime
    choices: list[int]


def seal_review(account: Account, pot: Pot, choices: Sequence[int], *, at: datetime) -> str:
    """Sign what the voter sees on the review page, so that this and nothing else is cast."""
    return _serializer(account, pot).dumps([str(uuid4()), at.isoformat(), sorted(choices)])


def open_review(account: Account, pot: Pot, token: str) -> Reviewed:
    """Read back what was reviewed; refuse what we did not sign for this voter and pot."""
    try:
        key, opened_at, choices = _serializer(account, pot).loads(token)
    except BadData:
        raise RuleBroken(
            N_("This form is no longer valid. Nothing was cast; please review your vote again.")
        ) from None
    return Reviewed(UUID(key), datetime.fromisoformat(opened_at), choices)


def _serializer(account: Account, pot: Pot) -> URLSafeSerializer:
    return URLSafeSerializer(
        str(current_app.config["SECRET_KEY"]), salt=f"ballot:{pot.id}:{account.id}"
    )


def ticked() -> list[int]:
    """The numbers that were ticked on the paper; what is no number is left out."""
    given = request.form.getlist("choices")[:MOST]
    return [int(value) for value in given if value.isdecimal() and len(value) <= DIGITS]


def draft_of(pot: Pot) -> list[int]:
    """The choice that this browser keeps; the city does not store it."""
    return list(session.get(_place(pot), []))


def keep_draft(pot: Pot, choices: Sequence[int]) -> None:
    """Keep a choice in the signed cookie of this browser."""
    session[_place(pot)] = list(choices)


def drop_draft(pot: Pot) -> None:
    """Forget the choice, also in this browser."""
    session.pop(_place(pot), None)


def keep_look(pot: Pot, *, since: datetime) -> None:
    """Note in this browser that it has just cast a ballot, and may show it to a second device.

    The half hour runs from the review, whose moment we signed: whoever sends the same press again
    and again does not look any longer.
    """
    session[f"look:{pot.id}"] = (since + LOOK).isoformat()


def look_for(pot: Pot, code: str, *, at: datetime) -> Look | None:
    """The look that this browser may still give at the ballot it cast."""
    until = session.get(f"look:{pot.id}")
    if until is None or at >= datetime.fromisoformat(until):
        return None
    return Look(pot.id, code, datetime.fromisoformat(until))


def _place(pot: Pot) -> str:
    return f"draft:{pot.id}"
