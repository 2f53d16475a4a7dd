from datetime import date, timedelta

import pytest
from sqlalchemy import select

from civic.audit.models import AuditEntry
from civic.cycles.phases import PhaseKind
from civic.deliberation.models import Support
from civic.electorate.models import Participation
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.notifications.models import Follow, Notice
from civic.projects import actions, queries
from civic.projects.money import Entry, money_of
from civic.projects.reports import Report
from civic.projects.stages import BlockKind, MoneyKind, Stage
from civic.proposals.models import Proposal
from civic.proposals.states import State
from tests import factories

TODAY = date(2026, 11, 22)


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)


@pytest.fixture
def winner(cycle, tree, rosa):
    pot = factories.make_pot(cycle, tree.sepidar)
    proposal = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.SELECTED)
    paper = factories.make_ballot_project(pot, cost=400, title="تاب", proposal=proposal)
    return factories.make_line(paper, votes=7)


@pytest.fixture
def project(cycle, tree, works):
    return factories.make_project(tree.sepidar, works, stage=Stage.APPROVED)


def told(kind):
    return set(db.session.scalars(select(Notice.account_id).where(Notice.kind == kind)))


def events():
    return db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()


class TestRouteProject:
    def test_makes_a_project_without_typing_anything_again(self, milo, winner, works, at_noon):
        project = actions.route_project(milo, winner, works, at=at_noon)
        assert (project.title, project.votes, project.stage) == ("تاب", 7, Stage.ROUTED)
        assert project.category == winner.project.category
        assert queries.dates_of(project.id)[Stage.ROUTED].reached_on == TODAY
        assert money_of(queries.money_lines(project.id)).voted == 400
        assert events() == ["project:route"]

    def test_tells_whoever_asked_supported_or_voted(
        self, milo, winner, works, otto, maya, rosa, rami, at_noon
    ):
        voter = factories.make_account("Voter")
        pot = winner.project.pot
        factories.keep(
            Support(proposal_id=winner.project.proposal_id, account_id=rami.id, at=at_noon),
            Participation(
                account_id=voter.id, pot_key=pot.id, area_id=pot.area_id, on_day=TODAY,
                binds_until=TODAY,
            ),
        )  # fmt: skip
        actions.route_project(milo, winner, works, at=at_noon)
        people = {rosa.id, rami.id, voter.id, otto.id, maya.id}
        assert told("project:routed") == people

    def test_twice_makes_one_project_and_says_so(self, milo, adam, winner, works, at_noon):
        actions.route_project(milo, winner, works, at=at_noon)
        with pytest.raises(RuleBroken, match="already routed to"):
            actions.route_project(adam, winner, works, at=at_noon)

    def test_what_a_district_chose_is_built_where_the_idea_came_from(
        self, adam, cycle, tree, rosa, works, at_noon
    ):
        pot = factories.make_pot(cycle, tree.district)
        idea = factories.make_proposal(rosa, cycle, tree.narvan, state=State.SELECTED)
        line = factories.make_line(factories.make_ballot_project(pot, proposal=idea))
        assert actions.route_project(adam, line, works, at=at_noon).area_id == tree.narvan.id

    def test_ones_own_proposal_is_routed_by_somebody_else(self, milo, adam, winner, works, at_noon):
        db.session.get(Proposal, winner.project.proposal_id).author_id = milo.id
        with pytest.raises(RuleBroken, match="yourself"):
            actions.route_project(milo, winner, works, at=at_noon)
        assert actions.route_project(adam, winner, works, at=at_noon)

    def test_is_for_the_elites_of_the_area_only(self, winner, works, otto, tree, at_noon):
        from civic.kernel.roles import Role

        other = factories.make_staff("Other", Role.MODERATOR, area=tree.narvan)
        for person in (other, otto):
            with pytest.raises(NotAllowed):
                actions.route_project(person, winner, works, at=at_noon)

    def test_needs_a_phase_that_allows_it(self, milo, tree, works, at_noon):
        early = factories.make_cycle(tree.city, phase=PhaseKind.COUNTING)
        pot = factories.make_pot(early, tree.sepidar)
        line = factories.make_line(factories.make_ballot_project(pot))
        with pytest.raises(RuleBroken, match="opens on"):
            actions.route_project(milo, line, works, at=at_noon)

    def test_needs_a_department_that_serves_the_area(self, milo, winner, tree, at_noon):
        elsewhere = factories.make_department(tree.narvan, code="narvan")
        with pytest.raises(RuleBroken, match="does not serve"):
            actions.route_project(milo, winner, elsewhere, at=at_noon)


class TestApproveProject:
    def test_enters_the_budget_once(self, cycle, tree, works, at_noon):
        project = factories.make_project(tree.sepidar, works)
        actions.approve_project(project, 380, "Cheaper.", at=at_noon)
        assert project.stage is Stage.APPROVED
        assert money_of(queries.money_lines(project.id)).approved == 380
        with pytest.raises(RuleBroken, match="already"):
            actions.approve_project(project, 380, at=at_noon)


class TestStages:
    def test_go_one_by_one_and_everybody_is_told(self, otto, project, rosa, at_noon):
        factories.keep(
            Follow(account_id=rosa.id, subject_kind="project", subject_id=project.id, since=at_noon)
        )
        actions.reach_stage(otto, project, Stage.FUNDED, TODAY, at=at_noon)
        actions.reach_stage(otto, project, Stage.TENDERED, TODAY, at=at_noon)
        assert project.stage is Stage.TENDERED
        assert told("project:staged") == {rosa.id}
        assert len(db.session.scalars(select(Notice)).all()) == 2
        assert events() == ["project:stage"] * 2

    def test_the_next_needs_the_mayor_first(self, otto, cycle, tree, works, at_noon):
        project = factories.make_project(tree.sepidar, works)
        with pytest.raises(RuleBroken, match="mayor approves it first"):
            actions.reach_stage(otto, project, Stage.APPROVED, TODAY, at=at_noon)

    def test_are_not_reached_before_the_last_nor_tomorrow(self, otto, project, at_noon):
        for day in (TODAY - timedelta(days=60), TODAY + timedelta(days=1)):
            with pytest.raises(RuleBroken):
                actions.reach_stage(otto, project, Stage.FUNDED, day, at=at_noon)

    def test_the_handover_waits_until_all_is_done_and_nothing_stands_in_the_way(
        self, otto, tree, cycle, works, at_noon
    ):
        project = factories.make_project(tree.sepidar, works, stage=Stage.BUILDING)
        block = actions.open_block(otto, project, BlockKind.LAND, "معارض", since=TODAY, at=at_noon)

        def hand_over():
            actions.reach_stage(otto, project, Stage.HANDED_OVER, TODAY, at=at_noon)

        actions.report_progress(otto, project, Report("کف‌سازی شد.", 20), at=at_noon)
        with pytest.raises(RuleBroken, match="still stands in the way"):
            hand_over()
        actions.clear_block(otto, project, block, TODAY, at=at_noon)
        with pytest.raises(RuleBroken, match="100 percent first") as refused:
            hand_over()
        assert refused.value.params == {"progress": 20}
        actions.report_progress(otto, project, Report("تمام شد.", 100), at=at_noon)
        hand_over()
        assert project.stage is Stage.HANDED_OVER

    def test_planned_days_make_a_project_late(self, otto, project, at_noon):
        day = TODAY - timedelta(days=18)
        plan = {"planned_on": day, "expected_on": None, "at": at_noon}
        actions.plan_stage(otto, project, Stage.HANDED_OVER, **plan)
        found = queries.project(project.id)
        assert (found.due_on, found.days_late(TODAY), found.ends_on) == (day, 18, day)
        later = {"planned_on": None, "expected_on": TODAY, "at": at_noon}
        actions.plan_stage(otto, project, Stage.HANDED_OVER, **later)
        found = queries.project(project.id)
        assert (found.days_late(TODAY), found.ends_on) == (18, TODAY)

    def test_only_its_department_reports(self, project, maya, milo, adam, tree, at_noon):
        from civic.kernel.roles import Role

        greens = factories.make_department(tree.district, code="greens")
        other = factories.make_staff("Other", Role.OFFICER, department=greens)
        for person in (maya, milo, adam, other):
            with pytest.raises(NotAllowed):
                actions.reach_stage(person, project, Stage.FUNDED, TODAY, at=at_noon)


class TestMilestones:
    def test_are_set_and_reached_once(self, otto, project, at_noon):
        made = actions.add_milestone(otto, project, "پی‌ریزی", TODAY, at=at_noon)
        assert queries.project(project.id).milestone_due_on == TODAY
        actions.reach_milestone(otto, project, made, TODAY, at=at_noon)
        assert queries.project(project.id).due_on is None
        with pytest.raises(RuleBroken, match="already"):
            actions.reach_milestone(otto, project, made, TODAY, at=at_noon)

    def test_need_a_name(self, otto, project, at_noon):
        with pytest.raises(RuleBroken, match="Name"):
            actions.add_milestone(otto, project, " ", TODAY, at=at_noon)


class TestMoney:
    def test_goes_its_way(self, otto, project, at_noon):
        for kind, amount in ((MoneyKind.CONTRACTED, 390), (MoneyKind.PAID, 135)):
            actions.add_money(otto, project, Entry(kind, amount, TODAY), at=at_noon)
        money = money_of(queries.money_lines(project.id))
        assert (money.contracted, money.paid, money.variance) == (390, 135, -10)
        assert events() == ["project:money"] * 2

    def test_beyond_the_contract_nothing_is_paid_and_nothing_stored(self, otto, project, at_noon):
        with pytest.raises(RuleBroken, match="at most"):
            actions.add_money(otto, project, Entry(MoneyKind.PAID, 1, TODAY), at=at_noon)
        assert money_of(queries.money_lines(project.id)).paid is None

    def test_is_not_entered_for_tomorrow(self, otto, project, at_noon):
        entry = Entry(MoneyKind.CONTRACTED, 1, TODAY + timedelta(days=1))
        with pytest.raises(RuleBroken, match="still to come"):
            actions.add_money(otto, project, entry, at=at_noon)


class TestReportsAndObstacles:
    def test_a_report_moves_the_progress_and_is_told(self, otto, cycle, tree, works, rosa, at_noon):
        project = factories.make_project(tree.sepidar, works, stage=Stage.BUILDING, author=rosa)
        actions.report_progress(otto, project, Report("پایه‌ها نصب شد.", 70), at=at_noon)
        assert project.progress == 70
        assert told("project:reported") == {rosa.id}

    def test_an_obstacle_is_open_until_it_is_gone(self, otto, project, maya, at_noon):
        since = TODAY - timedelta(days=3)
        block = actions.open_block(
            otto, project, BlockKind.UTILITY, "انشعاب برق", since=since, at=at_noon
        )
        assert queries.project(project.id).open_blocks == 1
        assert told("project:blocked") == {maya.id}
        actions.clear_block(otto, project, block, TODAY, at=at_noon)
        assert queries.project(project.id).open_blocks == 0
        assert events() == ["project:block", "project:unblock"]

    def test_an_obstacle_has_words_and_has_begun(self, otto, project, at_noon):
        for text, since in ((" ", TODAY), ("برق", TODAY + timedelta(days=1))):
            with pytest.raises(RuleBroken):
                actions.open_block(otto, project, BlockKind.LAND, text, since=since, at=clock.now())
