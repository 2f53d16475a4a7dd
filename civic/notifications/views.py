"""A person's notices, and the button by which they follow things."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from civic.kernel import clock
from civic.kernel.access import signed_in
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other, wants_fragment, way_back
from civic.kernel.paging import page_number, paginate
from civic.notifications import actions, queries
from civic.notifications.forms import FollowForm, ReadForm
from civic.notifications.letters import in_words

bp = Blueprint("notifications", __name__, url_prefix="/me")


@bp.route("/notices")
@signed_in
def index() -> Response:
    """What a person was told, the newest first; looking at it changes nothing."""
    return page(
        "notifications/index.html",
        block="notice_list",
        notices=paginate(queries.notices_of(current_user.id), page_number()),
        unread=queries.unread_count(current_user),
        in_words=in_words,
        at=clock.now(),
    )


@bp.route("/notices/read", methods=["POST"])
@signed_in
def read() -> Response:
    """Mark as read what stood in the list when it was shown."""
    form = ReadForm()
    if not form.validate_on_submit():
        raise RuleBroken(N_("This page is too old. Load it again."))
    actions.mark_read(current_user, until=form.until.data, at=clock.now())
    return see_other(url_for(".index"), note=_("All notices are marked as read."))


@bp.route("/follow", methods=["POST"])
@signed_in
def follow() -> Response:
    """Follow something from now on, or no more."""
    form = FollowForm()
    if not form.validate_on_submit():
        raise RuleBroken(N_("There is no such thing to follow."))
    kind, subject_id = form.subject_kind.data, form.subject_id.data
    if wanted := form.wanted.data == "on":
        actions.follow(current_user, kind, subject_id, at=clock.now())
    else:
        actions.unfollow(current_user, kind, subject_id)
    back = way_back(form.next.data, url_for(".index"))
    if wants_fragment():
        followed = {"kind": kind, "id": subject_id, "following": wanted, "back": back}
        return page("notifications/_followed.html", block="follow_form", followed=followed)
    note = _("You hear of every step from now on.") if wanted else _("You no longer follow this.")
    return see_other(back, note=note)
