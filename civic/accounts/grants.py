"""The administrator's page of roles: who holds what, where, until when; mounted by the views."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, current_app, url_for
from flask_login import current_user

from civic.accounts import actions, queries
from civic.accounts import second_factor as factor
from civic.accounts.forms import GrantForm
from civic.accounts.models import Account
from civic.accounts.policy import may_manage_roles
from civic.areas.models import Area
from civic.departments.models import Department
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.db import db
from civic.kernel.errors import NotHere
from civic.kernel.i18n import _
from civic.kernel.pages import page, see_other
from civic.kernel.paging import page_number, paginate
from civic.kernel.roles import N_, Role


@staff
def grants() -> Response:
    """Every role that was granted, and a form for the next."""
    may_manage_roles.require(current_user)
    at = clock.now()
    form = GrantForm().offer(queries.grantable_areas(at), queries.grantable_departments())
    if form.validate_on_submit():
        with form.catching_rules():
            _grant(form, at)
            return see_other(url_for(".grants"), note=_("The role is granted from now on."))
    rows = paginate(queries.grants(), page_number())
    involved = [one for grant in rows for one in (grant.account_id, grant.granted_by_id)]
    return page(
        "accounts/grants.html",
        block="grant_form",
        status=form.status,
        form=form,
        rows=rows,
        people=queries.people(involved),
        at=at,
    )


def _grant(form: GrantForm, at: datetime) -> None:
    account = actions.account_for(current_user, form.mobile.data, name=form.name.data, at=at)
    area, department = form.area.data, form.department.data
    actions.grant_role(
        current_user,
        account,
        Role(form.role.data),
        area=db.session.get(Area, UUID(area)) if area else None,
        department=db.session.get(Department, UUID(department)) if department else None,
        ends_at=_end_of(form.ends_on.data) if form.ends_on.data else None,
        at=at,
    )


def _end_of(day: date) -> datetime:
    zone = ZoneInfo(current_app.config["CIVIC"].timezone)
    return datetime.combine(day + timedelta(days=1), time(), zone)


@staff
def end_grant(grant_id: UUID) -> Response:
    """End a role now."""
    grant = queries.grant_by_id(grant_id)
    if grant is None:
        raise NotHere(N_("There is no such role."))
    actions.end_role(current_user, grant, at=clock.now())
    return see_other(url_for(".grants"), note=_("The role has ended."))


@staff
def reset_second_factor(account_id: UUID) -> Response:
    """Let a person whose phone is lost begin with another one."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotHere(N_("There is no such account."))
    factor.reset_second_factor(current_user, account, at=clock.now())
    return see_other(
        url_for(".grants"),
        note=_("Done. The person is signed out everywhere and sets up a new second factor."),
    )
