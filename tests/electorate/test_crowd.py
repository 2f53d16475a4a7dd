"""Signing and freezing at once, with real commits and threads, on a database of the test's own."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from civic.app import create_app
from civic.areas.models import Area
from civic.cycles import actions as cycles
from civic.cycles import queries as cycle_queries
from civic.cycles.phases import PhaseKind
from civic.electorate import queries
from civic.electorate.actions import confirm_roll
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import CivicError
from civic.kernel.roles import Role
from tests import factories
from tests.conftest import settings_for
from tests.electorate.test_rolls import bring

REPEATS = 8


@pytest.fixture
def town(engine_name, tmp_path, worker_id):
    """An empty database with three people who may sign."""
    url = f"sqlite:///{tmp_path}/crowd.db"
    if engine_name == "postgresql":
        from tests.postgres import empty_database

        url = empty_database(f"rolls_{worker_id}")
    app = create_app(settings_for(url, tmp_path), TESTING=True, SERVER_NAME="civic.test")
    with app.app_context():
        db.create_all()
        tree = factories.make_tree()
        staff = [factories.make_staff(f"S{n}", Role.ADMIN).id for n in range(3)]
        yield SimpleNamespace(app=app, city_id=tree.city.id, staff=staff)
        db.session.remove()
        db.engine.dispose()


def new_cycle(town, **more):
    return factories.make_cycle(db.session.get_one(Area, town.city_id), **more)


def at_once(town, acts):
    """Do all of these at once, each as a request of its own; what is refused is None."""
    barrier = threading.Barrier(len(acts))

    def one(act):
        with town.app.app_context():
            barrier.wait()
            try:
                return act()
            except CivicError:
                return None
            finally:
                db.session.remove()

    # On SQLite whoever reads outside a request holds the pen too: let go of it.
    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def sign(person_id, roll_id):
    person = factories.load(SimpleNamespace(id=person_id))
    return confirm_roll(person, queries.roll(roll_id), at=clock.now())


def test_however_many_press_at_once_two_different_people_have_signed(town):
    for _ in range(REPEATS):
        roll = bring(new_cycle(town), clock.now())
        acts = [lambda who=who, it=roll.id: sign(who, it) for who in town.staff[:2] for _ in "1234"]
        done = at_once(town, acts)
        now = queries.roll(roll.id)
        assert {now.first_by_id, now.second_by_id} == set(town.staff[:2])
        assert len([one for one in done if one]) == 2


def test_what_was_frozen_is_the_roll_that_holds(town):
    versions = set()
    for _ in range(REPEATS):
        cycle = new_cycle(town, phase=PhaseKind.VOTING)
        for version in (1, 2):
            roll = bring(cycle, clock.now())
            sign(town.staff[0], roll.id)
            if version == 1:
                sign(town.staff[1], roll.id)
        code = cycle.code

        def freeze(code=code):
            return cycles.freeze_rules(cycle_queries.cycle_by_code(code), {}, at=clock.now())

        at_once(town, [freeze, lambda it=roll.id: sign(town.staff[1], it)])
        frozen = json.loads(cycle_queries.frozen_rules(cycle.id).document)["voters"]["roll"]
        said = queries.roll_statement(cycle.id)
        assert (frozen["version"], frozen["sha256"]) == (said.version, said.sha256)
        versions.add(said.version)
    assert versions <= {1, 2}
