"""Many at once, with real commits and threads, on a database of the test's own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from civic.app import create_app
from civic.areas.models import Area
from civic.deliberation.actions import give_support
from civic.deliberation.models import Support
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.moderation.actions import carry_up, refuse
from civic.moderation.kinds import DecisionKind, ReasonCode
from civic.moderation.models import Decision
from civic.proposals.actions import submit_proposal
from civic.proposals.models import Proposal
from civic.proposals.queries import proposal
from civic.proposals.states import State
from tests import factories
from tests.conftest import settings_for

MANY = 8


@pytest.fixture
def town(engine_name, tmp_path, worker_id):
    """An application on an empty database: eight drafts, one proposal, residents, two elites."""
    url = f"sqlite:///{tmp_path}/at-once.db"
    if engine_name == "postgresql":
        from tests.postgres import empty_database

        url = empty_database(f"at_once_{worker_id}")
    app = create_app(settings_for(url, tmp_path), TESTING=True, SERVER_NAME="civic.test")
    with app.app_context():
        db.create_all()
        yield settle(app)
        db.session.remove()
        db.engine.dispose()


def settle(app):
    tree = factories.make_tree()
    cycle = factories.make_cycle(tree.city)
    people = [factories.make_resident(f"R{n}", tree.sepidar) for n in range(MANY)]
    elites = [factories.make_staff(f"E{n}", Role.MODERATOR, area=tree.sepidar) for n in range(2)]
    drafts = [
        factories.make_proposal(person, cycle, tree.sepidar, state=State.DRAFT) for person in people
    ]
    for draft in drafts:
        draft.problem = draft.solution = "کوچه تاریک است و چراغ می‌خواهد."
    handed_in = factories.make_proposal(elites[0], cycle, tree.sepidar)
    handed_in.author_id = factories.make_account("Author").id
    db.session.commit()
    town = SimpleNamespace(
        app=app, people=[p.id for p in people], elites=[e.id for e in elites],
        drafts=[d.id for d in drafts], proposal=handed_in.id, city=tree.city.id,
    )  # fmt: skip
    # On SQLite whoever reads outside a request holds the pen too: let go of it.
    db.session.remove()
    return town


def act(town, action, person_id, proposal_id, *more):
    """Act as a request of its own does; a refusal comes back as what it is."""
    with town.app.app_context():
        person = factories.load(SimpleNamespace(id=person_id))
        try:
            action(person, proposal(proposal_id), *more, at=clock.now())
        except (RuleBroken, NotAllowed) as refusal:
            return refusal
        finally:
            db.session.remove()
        return "done"


def together(calls):
    """Run every call in a thread of its own, let go at the same moment."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait(30)
        return act(*call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_every_proposal_gets_a_number_of_its_own(town):
    pairs = zip(town.people, town.drafts, strict=True)
    said = together([(town, submit_proposal, *pair) for pair in pairs])
    assert said == ["done"] * MANY
    drafted = select(Proposal.number).where(Proposal.id.in_(town.drafts))
    numbers = sorted(db.session.scalars(drafted))
    assert numbers == list(range(numbers[0], numbers[0] + MANY))


def test_supports_are_counted_exactly_however_often_one_presses(town):
    calls = [(town, give_support, person, town.proposal) for person in town.people * 2]
    assert together(calls) == ["done"] * MANY * 2
    rows = db.session.scalar(select(func.count()).select_from(Support))
    assert rows == db.session.get(Proposal, town.proposal).supports == MANY


def test_of_two_who_decide_one_is_told_that_it_is_decided(town):
    why = (ReasonCode.REPAIR, "۱۳۷")
    calls = [(town, refuse, elite, town.proposal, *why) for elite in town.elites]
    said = together(calls)
    assert sorted(str(each) == "done" for each in said) == [False, True]
    assert any("Somebody decided meanwhile" in str(each) for each in said)
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_of_two_who_decide_and_carry_up_one_wins(town):
    city, why = town.city, "به همه شهر مربوط است."
    calls = [
        (town, refuse, town.elites[0], town.proposal, ReasonCode.REPAIR, "۱۳۷"),
        (town, lambda *it, at: carry_up(*it[:2], db.session.get(Area, city), why, at=at),
         town.elites[1], town.proposal),
    ]  # fmt: skip
    said = together(calls)
    assert [str(each) for each in said].count("done") == 1
    decided = db.session.scalars(select(Decision.kind)).one()
    now = db.session.get(Proposal, town.proposal)
    refused = decided is DecisionKind.REFUSE
    assert (now.state is State.REFUSED, now.area_id == city) == (refused, not refused)
