"""The desk of a department's officers: what waits for a sheet, and the sheet."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.appraisals import actions, queries
from civic.appraisals.forms import SheetForm
from civic.appraisals.kinds import CHECKS
from civic.appraisals.policy import may_appraise, may_see_sheets_due
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.i18n import _
from civic.kernel.pages import page, see_other
from civic.kernel.paging import page_number
from civic.proposals.queries import proposal_for

bp = Blueprint("appraisals", __name__, url_prefix="/appraisals")


@bp.route("/")
@staff
def queue() -> Response:
    """What waits for my departments, the most urgent first."""
    may_see_sheets_due.require(current_user)
    tab = request.args.get("tab", "due")
    tab = tab if tab in queries.TABS else "due"
    return page(
        "appraisals/queue.html",
        tab=tab,
        found=queries.waiting_for(current_user, tab, page_number()),
        at=clock.now(),
    )


@bp.route("/<uuid:proposal_id>", methods=["GET", "POST"])
@staff
def sheet(proposal_id: UUID) -> Response:
    """The feasibility and cost sheet of a proposal."""
    proposal = proposal_for(current_user, proposal_id)
    may_appraise.require(current_user, proposal)
    form = SheetForm()
    if form.validate_on_submit():
        with form.catching_rules():
            actions.finish_sheet(current_user, proposal, form.sheet(), at=clock.now())
            note = _("The sheet is finished and public; the author is told.")
            return see_other(url_for(".queue"), note=note)
    sheets = queries.sheets_of(proposal)
    return page(
        "appraisals/sheet.html",
        block="sheet_form",
        status=form.status,
        form=form,
        proposal=proposal,
        sheets=sheets,
        mine=any(each.officer_id == current_user.id for each in sheets),
        checks=list(CHECKS),
    )
