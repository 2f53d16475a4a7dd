"""A crowd is told by a job: the act itself costs the same, however many they are."""

import time
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from civic.cycles.phases import PhaseKind
from civic.electorate.models import Participation
from civic.kernel.db import db, transaction, transactional
from civic.kernel.errors import RuleBroken
from civic.ledger.actions import begin_book
from civic.ledger.queries import ACTS, ACTS_NAME
from civic.notifications import crowds
from civic.notifications.actions import tell
from civic.notifications.crowds import tell_crowds, tell_portion
from civic.notifications.kinds import Kind
from civic.notifications.models import Crowd, Letter, Notice
from civic.projects.actions import reach_stage, route_project
from civic.projects.stages import Stage
from civic.results.actions import publish_result
from civic.results.queries import count_of
from civic.schedule import SCHEDULE
from tests import factories
from tests.conftest import NOON
from tests.factories import make_people


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def tell_result(people):
    tell(people, Kind.RESULT_PUBLISHED, about="p1", at=NOON, area="سپیدار",
         link=("results.show", {"pot_id": 7}))  # fmt: skip


class TestTellCrowds:
    def test_first_one_row_and_then_everybody(self, database):
        people = make_people(2_500)
        tell_result(people)
        assert (count(Notice), count(Crowd)) == (0, 1)
        tell_crowds()
        assert (count(Notice), count(Letter), count(Crowd)) == (2_500, 3_750, 0)
        assert set(db.session.scalars(select(Notice.account_id))) == set(people)
        notice = db.session.scalar(select(Notice).limit(1))
        assert (notice.params, notice.created_at) == ({"area": "سپیدار"}, NOON)
        assert (notice.link_endpoint, notice.link_values) == ("results.show", {"pot_id": "7"})

    def test_a_few_are_told_at_once(self, database):
        tell_result(make_people(crowds.PORTION))
        assert (count(Notice), count(Crowd)) == (crowds.PORTION, 0)

    def test_a_run_that_is_cut_off_goes_on_where_it_was(self, database, monkeypatch):
        tell_result(make_people(2_500))
        assert tell_portion()
        assert (count(Notice), db.session.scalar(select(Crowd.told))) == (1_000, 1_000)
        monkeypatch.setattr(crowds, "SECONDS", 0)
        for done in (2_000, 2_500):
            tell_crowds("more")  # its time is over after one portion
            assert count(Notice) == done
        assert not tell_portion()

    def test_nobody_is_told_twice(self, database):
        people = make_people(1_500)
        for some in (people[:800], people, people):
            tell_result(some)
        tell_crowds()
        assert (count(Notice), count(Crowd)) == (1_500, 0)

    def test_who_is_gone_holds_up_nobody(self, database):
        tell_result([*make_people(1_200), uuid4()])
        tell_crowds()
        assert count(Notice) == 1_200

    def test_an_act_that_fails_tells_nobody(self, database):
        people = make_people(1_200)

        @transactional
        def act():
            tell_result(people)
            raise RuleBroken("no")

        with pytest.raises(RuleBroken):
            act()
        assert count(Crowd) == 0

    def test_a_whole_city_district_is_told_in_seconds(self, database):
        tell_result(make_people(10_000))
        began = time.monotonic()
        with transaction():
            while count(Crowd):
                tell_crowds()
        assert (count(Notice), count(Letter)) == (10_000, 15_000)
        assert time.monotonic() - began < 30

    def test_a_lost_job_is_made_up_for(self):
        assert tell_crowds in {each.job for each in SCHEDULE}


class TestActs:
    """Routing, a stage and a publication, with twelve hundred voters and with three thousand."""

    @pytest.fixture
    def pots(self, tree, at_noon):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)
        return [factories.make_pot(cycle, area) for area in (tree.sepidar, tree.narvan)]

    def fill(self, pots):
        # The first act of a city begins the book of acts; here it is not the first.
        begin_book(ACTS, ACTS_NAME)
        for pot, number in zip(pots, (1_200, 3_000), strict=True):
            factories.keep(
                *(Participation(account_id=person, pot_key=pot.id, area_id=pot.area_id,
                                on_day=NOON.date(), binds_until=NOON.date())
                  for person in make_people(number))
            )  # fmt: skip

    def costs(self, statements, acts):
        """How many statements each of these acts takes."""
        costs = []
        for act in acts:
            with statements() as seen:
                act()
            costs.append(len(seen))
        return costs

    def test_routing_and_stages(self, pots, adam, works, otto, at_noon, statements):
        self.fill(pots)
        lines = [factories.make_line(factories.make_ballot_project(pot)) for pot in pots]
        routing = [lambda it=it: route_project(adam, it, works, at=at_noon) for it in lines]
        costs = self.costs(statements, routing)
        assert costs[0] == costs[1] <= 25
        tell_crowds()
        assert count(Notice) >= 4_200
        projects = [factories.make_project(pot.area, works, stage=Stage.APPROVED) for pot in pots]
        day = at_noon.date()
        funding = [lambda it=it: reach_stage(otto, it, Stage.FUNDED, day, at=at_noon)
                   for it in projects]  # fmt: skip
        costs = self.costs(statements, funding)
        assert costs[0] == costs[1] <= 20
        assert count(Crowd) == 2

    def test_publication(self, tree, hedi, at_noon, statements):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.RESULTS)
        pots = [factories.make_pot(cycle, area) for area in (tree.sepidar, tree.narvan)]
        self.fill(pots)
        for pot in pots:
            factories.make_line(factories.make_ballot_project(pot), published=False)
        counts = [count_of(pot.id) for pot in pots]
        publishing = [lambda it=it: publish_result(hedi, it, at=at_noon) for it in counts]
        costs = self.costs(statements, publishing)
        assert costs[0] == costs[1] <= 20
        assert (count(Crowd), count(Notice)) == (2, 0)
