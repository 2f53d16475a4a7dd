"""What became of last year's winners: every way a project can go is there to be looked at."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from civic.demo import making
from civic.demo.making import Size
from civic.demo.schedules import SCHEDULES
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.kernel.roles import PLATFORM
from civic.oversight.kinds import RulingKind
from civic.oversight.models import Ruling
from civic.projects.models import Block, MoneyLine, Project, Update
from civic.projects.money import money_of
from civic.projects.queries import answers_to
from civic.projects.stages import DONE, ORDER, PLANNED, RUNNING, Stage
from civic.proposals.models import Proposal, ProposalEvent
from civic.proposals.states import State

LAST_YEAR = Size(residents=16, crowd_percent=12)


@pytest.fixture
def city(database, at_noon):
    return making.make_city(now=at_noon, size=LAST_YEAR)


def test_projects_go_every_way(city, at_noon):
    projects = db.session.scalars(select(Project)).all()
    stages = {project.stage for project in projects}
    for tab in (DONE, RUNNING, PLANNED):
        assert stages & tab
    assert stages >= {Stage.ROUTED, Stage.APPROVED, Stage.BUILDING, Stage.CONFIRMED}
    today = local(at_noon).date()
    late = [project for project in projects if project.days_late(today)]
    in_time = [project for project in projects if not project.days_late(today)]
    assert len(late) >= 3
    assert len(in_time) > len(late)
    _every_report_has_a_picture()
    _money_flows_in_order(projects)
    _the_whole_city_is_carried_up_and_decided_there(city)
    _residents_answer_for_what_is_handed_over(projects)
    rulings = db.session.scalars(select(Ruling)).all()
    assert {ruling.kind for ruling in rulings} == set(RulingKind)
    escalated = [ruling for ruling in rulings if ruling.kind is RulingKind.ESCALATE]
    assert {bool(ruling.answer) for ruling in escalated} == {True, False}
    assert {bool(block.gone_on) for block in db.session.scalars(select(Block))} == {True, False}


def _the_whole_city_is_carried_up_and_decided_there(city):
    wide = city.areas["tehran-demo"]
    carried = select(ProposalEvent.proposal_id).where(ProposalEvent.kind == "carried_up")
    above = select(Proposal).where(Proposal.area_id == wide.id)
    proposals = db.session.scalars(above).all()
    assert {each.id for each in proposals} == set(db.session.scalars(carried))
    assert State.SELECTED in {each.state for each in proposals}
    ruled = select(Ruling.mayor_id).join(Project, Project.id == Ruling.project_id)
    rulers = db.session.scalars(ruled.where(Project.area_id == wide.id))
    assert set(rulers) == {city.headquarters.id}


def _residents_answer_for_what_is_handed_over(projects):
    done = [project for project in projects if project.stage in DONE]
    said = {each.id: answers_to(each.id, PLATFORM) for each in done}
    for project in done:
        if project.stage is Stage.CONFIRMED:
            assert said[project.id].yes >= max(said[project.id].no, 1)
    assert any(each.no > each.yes for each in said.values())
    assert any(not each.no for each in said.values())


def _every_report_has_a_picture():
    reports = db.session.scalars(select(Update)).all()
    assert reports
    assert all(report.picture and report.picture_alt for report in reports)


def _money_flows_in_order(projects):
    for project in projects:
        lines = select(MoneyLine).where(MoneyLine.project_id == project.id)
        money = money_of(db.session.scalars(lines))
        assert money.voted
        assert (money.contracted or 0) >= (money.paid or 0)
        assert bool(money.contracted) == (ORDER.index(project.stage) >= 4)


@pytest.mark.parametrize("name", SCHEDULES)
def test_promises_stand_in_the_order_of_the_stages(name):
    schedule = SCHEDULES[name]
    planned = [schedule.planned[stage] for stage in ORDER if stage in schedule.planned]
    reached = [schedule.day(stage) for stage in ORDER if stage in schedule.planned]
    assert planned == sorted(planned)
    assert reached == sorted(reached)
