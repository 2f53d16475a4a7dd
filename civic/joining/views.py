"""The page on which two accounts of one person are joined."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.accounts.queries import mobile_of, national_id_ending
from civic.accounts.rules import masked
from civic.joining import actions, queries
from civic.joining.forms import JoinForm
from civic.joining.models import AccountJoin
from civic.joining.policy import may_ask_join
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other
from civic.kernel.paging import page_number, paginate

bp = Blueprint("joining", __name__)


@bp.get("/joins/")
@staff
def index() -> Response:
    """What waits for a second person, what was decided, and the form for the next two accounts."""
    may_ask_join.require(current_user)
    return _index(JoinForm(formdata=None))


@bp.post("/joins/")
@staff
def ask() -> Response:
    """Ask that two accounts be joined; what was typed comes in the body and goes no further."""
    may_ask_join.require(current_user)
    form = JoinForm()
    if form.validate_on_submit():
        with form.catching_rules():
            actions.ask_join(
                current_user, form.card(), form.mobile.data or "", form.other.data or "",
                at=clock.now(),
            )  # fmt: skip
            note = _("Now a second person of the city headquarters looks at it and joins them.")
            return see_other(url_for(".index"), note=note)
    return _index(form)


@bp.post("/joins/<uuid:join_id>")
@staff
def decide(join_id: UUID) -> Response:
    """Join two accounts as the second person, or leave them as they are."""
    join = _found(join_id)
    if request.form.get("do") == "join":
        actions.confirm_join(current_user, join, at=clock.now())
        note = _("The two accounts are one now. Their person was told on both numbers.")
        return see_other(url_for(".index"), note=note)
    actions.drop_join(current_user, join, at=clock.now())
    return see_other(url_for(".index"), note=_("Both accounts stay as they are."))


def _index(form: JoinForm) -> Response:
    found = paginate(queries.joins(), page_number())
    return page(
        "joining/index.html", status=form.status, form=form, joins=found, number_of=_numbers,
        id_ending=national_id_ending,
    )  # fmt: skip


def _numbers(join: AccountJoin) -> dict[str, str]:
    """Both numbers with their middle hidden: that of now, and the other."""
    used, other = join.stays, join.goes
    if join.number_of_id == join.goes_id and join.state != "joined":
        used, other = other, used
    return {name: f"\u2066{masked(mobile_of(one))}\u2069"
            for name, one in (("now", used), ("other", other))}  # fmt: skip


def _found(join_id: UUID) -> AccountJoin:
    found = queries.join(join_id)
    if found is None:
        raise NotHere(N_("There is no such pair of accounts."))
    return found
