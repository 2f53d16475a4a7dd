from dataclasses import replace

import pytest

from civic.appraisals.actions import finish_sheet
from civic.appraisals.kinds import CHECKS, Finding, Verdict
from civic.appraisals.queries import sheets_of
from civic.appraisals.rules import Sheet
from civic.audit.models import AuditEntry
from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.notifications.models import Notice
from civic.proposals.queries import history_of
from civic.proposals.states import State
from tests import factories

GOOD = Sheet(Verdict.FEASIBLE, "برآورد شد.", 250_000_000, checks=dict.fromkeys(CHECKS, Finding.YES))
BAD = replace(GOOD, verdict=Verdict.INFEASIBLE, cost=None, reason="زمین خصوصی است.")


def accepted(author, area, works, phase=PhaseKind.IDEAS):
    from civic.areas.models import Area

    city = db.session.query(Area).filter_by(parent_id=None).one()
    cycle = factories.make_cycle(city, phase=phase)
    proposal = factories.make_proposal(author, cycle, area, state=State.ACCEPTED)
    proposal.department_id, proposal.department = works.id, works
    return factories.keep(proposal)


@pytest.fixture
def proposal(rosa, tree, works, at_noon):
    return accepted(rosa, tree.sepidar, works)


def test_a_feasible_sheet_gives_the_proposal_its_cost(otto, proposal, at_noon):
    finish_sheet(otto, proposal, GOOD, at=at_noon)
    assert (proposal.state, proposal.cost) == (State.FEASIBLE, 250_000_000)
    [event] = history_of(proposal)
    assert (event.kind, event.details) == ("feasible", {"cost": {"toman": 250_000_000}})
    assert db.session.query(Notice).one().kind == "proposal:appraised"
    assert db.session.query(AuditEntry).one().event == "appraisal:finish"


def test_not_feasible_says_why(otto, proposal, at_noon):
    finish_sheet(otto, proposal, BAD, at=at_noon)
    assert (proposal.state, proposal.cost) == (State.INFEASIBLE, None)
    assert history_of(proposal)[0].reason == BAD.reason


def test_a_colleague_may_find_otherwise_and_both_sheets_stay(otto, works, proposal, at_noon):
    olga = factories.make_staff("Olga", Role.OFFICER, department=works)
    finish_sheet(otto, proposal, GOOD, at=at_noon)
    finish_sheet(olga, proposal, replace(GOOD, cost=300_000_000), at=at_noon)
    assert proposal.cost == 300_000_000
    with pytest.raises(RuleBroken, match="colleague"):
        finish_sheet(otto, proposal, BAD, at=at_noon)
    assert len(sheets_of(proposal)) == 2


def test_officers_of_other_departments_and_authors_are_refused(tree, works, otto, rosa, proposal):
    parks = factories.make_department(tree.district, code="parks")
    pari = factories.make_staff("Pari", Role.OFFICER, department=parks)
    own = accepted(otto, tree.sepidar, works)
    for person, thing in [(pari, proposal), (rosa, proposal), (otto, own)]:
        with pytest.raises(NotAllowed):
            finish_sheet(person, thing, GOOD, at=proposal.created_at)


def test_not_before_a_department_has_it_and_not_out_of_time(otto, rosa, tree, works, at_noon):
    late = accepted(rosa, tree.sepidar, works, phase=PhaseKind.VOTING)
    with pytest.raises(RuleBroken, match="over in the present phase"):
        finish_sheet(otto, late, GOOD, at=at_noon)
    late.department_id = late.department = None
    with pytest.raises(NotAllowed):
        finish_sheet(otto, late, GOOD, at=at_noon)
