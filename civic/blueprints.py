"""Every capability's face, and the few questions that every template may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from civic.accounts import views as accounts
from civic.alarms import views as alarms
from civic.appraisals import views as appraisals
from civic.appraisals.kinds import CHECKS, FINDING_NAMES, VERDICT_NAMES
from civic.areas import views as areas
from civic.areas.models import LEVEL_NAMES
from civic.areas.names import area_name
from civic.audit import views as audit
from civic.ballots import views as ballots
from civic.ballots.eligibility import vote_of
from civic.ballots.keys import row_of
from civic.ballots.readiness import opening_problem
from civic.cycles import views as cycles
from civic.cycles.models import BALLOT_NAMES, RULE_NAMES
from civic.cycles.names import cycle_name
from civic.cycles.phases import PHASE_NAMES
from civic.deliberation import views as deliberation
from civic.departments.names import department_name
from civic.documents import views as documents
from civic.documents.kinds import DOCUMENT_NAMES
from civic.electorate import views as electorate
from civic.joining import views as joining
from civic.kernel.i18n import _, sentence
from civic.kernel.roles import ROLE_NAMES
from civic.ledger import views as ledger
from civic.moderation import views as moderation
from civic.notifications import views as notifications
from civic.notifications.queries import unread_count
from civic.objections import views as objections
from civic.objections.kinds import KIND_NAMES
from civic.objections.queries import objections_to
from civic.objections.states import STATE_NAMES as OBJECTION_STATES
from civic.opendata import views as opendata
from civic.oversight import views as oversight
from civic.oversight.queries import rulings_of
from civic.pages import views as pages
from civic.polling import assist_views as assist
from civic.polling import views as polling
from civic.projects import views as projects
from civic.projects.queries import days_late
from civic.projects.stages import BLOCK_NAMES, MONEY_NAMES, STAGE_NAMES
from civic.proposals import views as proposals
from civic.proposals.states import CATEGORY_NAMES, STATE_NAMES
from civic.results import views as results

ALL: tuple[Any, ...] = (
    accounts.bp,
    alarms.bp,
    appraisals.bp,
    areas.bp,
    audit.bp,
    ballots.bp,
    cycles.bp,
    deliberation.bp,
    documents.bp,
    joining.bp,
    ledger.bp,
    moderation.bp,
    notifications.bp,
    electorate.bp,
    objections.bp,
    opendata.bp,
    oversight.bp,
    pages.bp,
    polling.bp,
    assist.bp,
    projects.bp,
    proposals.bp,
    results.bp,
)  # fmt: skip


def _named(names: Mapping[Any, str]) -> Callable[[str], str]:
    """The name of a member in the reader's language; what is not on the list names itself."""
    return lambda member: _(names[member]) if member in names else str(member)


TEMPLATE_QUERIES: dict[str, Any] = {
    "area_name": area_name,
    "ballot_name": _named(BALLOT_NAMES),
    "block_name": _named(BLOCK_NAMES),
    "category_name": _named(CATEGORY_NAMES),
    "check_name": _named(CHECKS),
    "cycle_name": cycle_name,
    "days_late": days_late,
    "department_name": department_name,
    "document_name": _named(DOCUMENT_NAMES),
    "finding_name": _named(FINDING_NAMES),
    "level_name": _named(LEVEL_NAMES),
    "money_name": _named(MONEY_NAMES),
    "objection_kind_name": _named(KIND_NAMES),
    "objection_state_name": _named(OBJECTION_STATES),
    "objections_to": objections_to,
    "opening_problem": opening_problem,
    "phase_name": _named(PHASE_NAMES),
    "role_name": _named(ROLE_NAMES),
    "rule_name": _named(RULE_NAMES),
    "rulings_of": rulings_of,
    "sentence": sentence,
    "stage_name": _named(STAGE_NAMES),
    "state_name": _named(STATE_NAMES),
    "verdict_name": _named(VERDICT_NAMES),
    "vote_key": row_of,
    "unread_count": unread_count,
    "vote_of": vote_of,
}
