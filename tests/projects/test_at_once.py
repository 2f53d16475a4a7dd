"""Residents and an elite at the same moment, with real commits and threads."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from civic.app import create_app
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role
from civic.projects import confirmation, queries
from civic.projects.models import Answer, Project
from civic.projects.reports import Said
from civic.projects.stages import Stage, Verdict
from tests import factories
from tests.conftest import settings_for

YES, NO = Said(Verdict.YES), Said(Verdict.NO, "سه چراغ روشن نمی‌شود.")


@pytest.fixture
def town(engine_name, tmp_path, worker_id):
    """An application on a database of its own: a finished project, residents, an elite."""
    url = f"sqlite:///{tmp_path}/at-once.db"
    if engine_name == "postgresql":
        from tests.postgres import empty_database

        url = empty_database(f"answers_at_once_{worker_id}")
    app = create_app(settings_for(url, tmp_path), TESTING=True, SERVER_NAME="civic.test")
    with app.app_context():
        db.create_all()
        yield settle(app)
        db.session.remove()
        db.engine.dispose()


def settle(app):
    tree = factories.make_tree()
    factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)
    works = factories.make_department(tree.district)
    project = factories.make_project(tree.sepidar, works, stage=Stage.HANDED_OVER)
    people = [factories.make_resident(f"R{n}", tree.sepidar) for n in range(4)]
    elites = [factories.make_staff(f"E{n}", Role.MODERATOR, area=tree.sepidar) for n in range(2)]
    town = SimpleNamespace(
        app=app, project=project.id, people=[p.id for p in people], elites=[e.id for e in elites]
    )
    db.session.commit()
    db.session.remove()
    return town


def together(town, calls):
    """Let everybody act at the same moment; a refusal comes back as its sentence."""
    gate = threading.Barrier(len(calls))

    def run(call):
        action, person_id, *more = call
        gate.wait(30)
        with town.app.app_context():
            person = factories.load(SimpleNamespace(id=person_id))
            try:
                action(person, queries.project(town.project), *more, at=clock.now())
            except RuleBroken as refusal:
                return str(refusal)
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_whoever_presses_often_has_one_answer(town):
    calls = [(confirmation.answer, person, YES) for person in town.people * 2]
    assert together(town, calls) == ["done"] * 8
    given = db.session.scalars(select(Answer.account_id)).all()
    assert sorted(given) == sorted(town.people)


def test_it_is_confirmed_once_and_by_what_was_answered_before(town):
    together(town, [(confirmation.answer, town.people[0], YES)])
    objections = [(confirmation.answer, person, NO) for person in town.people[1:3]]
    said = together(town, [(confirmation.confirm, elite) for elite in town.elites] + objections)
    db.session.expire_all()
    yes_no = sorted(each.verdict for each in db.session.scalars(select(Answer)))
    confirmed = db.session.get(Project, town.project).stage is Stage.CONFIRMED
    assert said[:2].count("done") == confirmed
    # Whoever came after the confirmation was told so, and is not counted against it.
    assert said[2:].count("done") == yes_no.count("no")
    assert confirmed == (yes_no.count("no") <= 1)
