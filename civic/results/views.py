"""The pages of results: what won and why, the desk where counts are published, and the files."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.ballots.keys import row_of
from civic.ballots.queries import box_state
from civic.cycles.models import Cycle
from civic.cycles.queries import cycle_by_code, frozen_rules
from civic.cycles.queries import pot as pot_of
from civic.kernel import clock
from civic.kernel.access import public, staff
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other, wants_fragment
from civic.kernel.paging import page_number, paginate
from civic.results import actions, files, queries
from civic.results.asking import Asked
from civic.results.forms import PublishForm, WhatIfForm
from civic.results.policy import may_see_counts
from civic.results.reading import Purse, Reading, file_stem
from civic.results.rules import gives_ballots, key_kept_until, may_be_asked

bp = Blueprint("results", __name__, url_prefix="/results")


@bp.route("/")
@public
def index() -> Response:
    """The published results, the latest first."""
    area = request.args.get("area", "").strip()
    counts = paginate(queries.published(area_code=area), page_number())
    return page(
        "results/index.html",
        block="result_list",
        counts=counts,
        winners=queries.winners_of(counts),
        areas=queries.areas_with_results(),
        area_code=area,
        purse=Purse,
    )


@bp.route("/<uuid:pot_id>")
@public
def show(pot_id: UUID) -> Response:
    """What won in a pot and why; before that, where the count stands."""
    count = queries.count_of(pot_id)
    pot = count.pot if count else pot_of(pot_id)
    if pot is None:
        raise NotHere(_("There is no such result."))
    if count is None or count.published_at is None:
        return page(
            "results/waiting.html", block="state", pot=pot, state=box_state(pot_id), counted=count
        )
    if wants_fragment():
        # Whoever waited for the count is led to the whole page.
        return see_other(url_for(".show", pot_id=pot_id))
    return page(
        "results/show.html",
        reading=Reading(count, queries.lines_of(count)),
        count=count,
        pot=pot,
        frozen=frozen_rules(pot.cycle_id),
        gives_ballots=gives_ballots(count.ballots),
        may_be_asked=may_be_asked(count.ballots),
    )


@bp.route("/<uuid:pot_id>/what-if")
@public
def what_if(pot_id: UUID) -> Response:
    """The same ballots counted by another rule, or with another pot; nothing is kept of it."""
    count = queries.count_of(pot_id)
    if count is None or count.published_at is None or not may_be_asked(count.ballots):
        raise NotHere(_("There is no such result."))
    form = WhatIfForm(request.args).offer(count.pot)
    asked = None
    if form.is_asked and form.validate():
        with form.catching_rules():
            asked = Asked.of(count, form.rule.data, form.pot.data or 0)
    return page(
        "results/what_if.html",
        block="answer",
        status=form.status,
        form=form,
        pot=count.pot,
        purse=Purse(count.pot),
        asked=asked,
    )


@bp.route("/<uuid:pot_id>/file.<kind>")
@public
def file(pot_id: UUID, kind: str) -> Response:
    """A published result to take home: .pb with the ballots, .json with every step, .csv."""
    count = queries.count_of(pot_id)
    if count is None or count.published_at is None or kind not in files.WRITERS:
        raise NotHere(_("There is no such file."))
    body, mimetype = files.written(count, queries.lines_of(count), kind)
    name = f"{file_stem(count.pot)}.{kind}"
    return Response(
        body,
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.route("/desk")
@staff
def desk() -> Response:
    """Counts that wait for publication, and those that are out."""
    may_see_counts.require(current_user)
    return page(
        "results/desk.html",
        counts=paginate(queries.on_desk(), page_number()),
        waiting=queries.pots_to_count(),
        purse=Purse,
    )


@bp.route("/<uuid:pot_id>/count", methods=["GET", "POST"])
@staff
def check(pot_id: UUID) -> Response:
    """A count before its publication, for those who publish it."""
    may_see_counts.require(current_user)
    count = queries.count_of(pot_id)
    if count is None:
        raise NotHere(_("There is no such result."))
    form = PublishForm()
    if form.validate_on_submit():
        with form.catching_rules():
            actions.publish_result(current_user, count, at=clock.now())
            return see_other(url_for(".show", pot_id=pot_id), _("The result is published."))
    return page(
        "results/check.html",
        status=form.status,
        form=form,
        count=count,
        reading=Reading(count, queries.lines_of(count)),
    )


@bp.get("/key/<code>")
@public
def key(code: str) -> Response:
    """Who keeps the key that joins people and votes, until when, and that it is gone."""
    cycle = _cycle(code)
    return page(
        "results/key.html",
        cycle=cycle,
        key=row_of(cycle.id),
        opened=frozen_rules(cycle.id) is not None,
        kept_until=key_kept_until(queries.publications(cycle.id)),
        shared_at=queries.shares_printed_at(cycle.id),
        at=clock.now(),
    )


@bp.post("/key/<code>/ask")
@staff
def ask_key(code: str) -> Response:
    """Ask, as the first of two people, that the key be destroyed."""
    actions.ask_to_destroy_key(current_user, _cycle(code), at=clock.now())
    return see_other(url_for(".key", code=code), _("It is asked for; another person confirms it."))


@bp.post("/key/<code>/destroy")
@staff
def destroy_key(code: str) -> Response:
    """Destroy the key as the second person."""
    actions.destroy_key(current_user, _cycle(code), at=clock.now())
    return see_other(url_for(".key", code=code), _("The key is destroyed."))


def _cycle(code: str) -> Cycle:
    cycle = cycle_by_code(code)
    if cycle is None:
        raise NotHere(N_("There is no such cycle."))
    return cycle
