"""A small city with a thing behind every door, and somebody of every kind who knocks."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

from flask import url_for

from civic.accounts.models import RoleGrant, SignInSession
from civic.alarms.kinds import AlarmKind, Gravity
from civic.alarms.models import Alarm, PhoneBack
from civic.app import create_app
from civic.areas.models import Level
from civic.ballots.actions import open_boxes
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Participation
from civic.joining.models import AccountJoin
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.roles import Role
from civic.moderation.kinds import DecisionKind, ReasonCode
from civic.moderation.models import Decision
from civic.notifications.values import pack
from civic.objections.kinds import ObjectionKind
from civic.objections.models import Objection
from civic.oversight.kinds import RulingKind
from civic.oversight.models import Ruling
from civic.polling.models import PaperBatch
from civic.projects.models import Block, Milestone, Update
from civic.projects.stages import BlockKind, Stage
from civic.proposals.models import ProposalEvent
from civic.proposals.states import State
from civic.results import queries
from civic.results.actions import count_pot
from tests import factories
from tests.cast import open_session
from tests.conftest import settings_for, signer_of
from tests.results.conftest import fill_box

# What stands in an address, by the word of the line; `nothing` exists nowhere.
NOTHING = "00000000-0000-4000-8000-000000000000"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\u202eبرعکس'


def build(text: str = "روشنایی بوستان") -> SimpleNamespace:
    """Build the city; every text that a person writes is `text`."""
    tree = factories.make_tree()
    far = SimpleNamespace(
        district=factories._area(
            tree.version, tree.city, "demo-7", Level.DISTRICT, "منطقه ۷", "District 7"
        ),
    )
    factories.keep(far.district)
    works = factories.make_department(tree.district, code="works")
    parks = factories.make_department(far.district, code="parks")
    people = _people(tree, far, works, parks)
    things = _delivery(tree, works, people, text)
    things |= _proposals(tree, works, people, text)
    things |= _accounts(people)
    things |= _watch(tree, things, people)
    things["pair"] = _pair(people)
    db.session.commit()
    return SimpleNamespace(tree=tree, people=people, things=things)


def _people(tree, far, works, parks):
    return {
        "author": factories.make_resident("Sara", tree.sepidar),
        "resident": factories.make_resident("Rosa", tree.sepidar),
        "proven": factories.make_resident("Parvin", tree.sepidar),
        "half": factories.make_staff("Hale", Role.MODERATOR, area=tree.sepidar),
        "mod": factories.make_staff("Milo", Role.MODERATOR, area=tree.sepidar),
        "mod-far": factories.make_staff("Nima", Role.MODERATOR, area=tree.narvan),
        "officer": factories.make_staff("Otto", Role.OFFICER, department=works),
        "off-far": factories.make_staff("Omid", Role.OFFICER, department=parks),
        "mayor": factories.make_staff("Maya", Role.MAYOR, area=tree.district),
        "may-far": factories.make_staff("Mani", Role.MAYOR, area=far.district),
        "hq": factories.make_staff("Hedi", Role.HEADQUARTERS),
        "auditor": factories.make_staff("Ada", Role.AUDITOR),
        "admin": factories.make_staff("Adam", Role.ADMIN),
        "clerk": factories.make_staff("Cora", Role.CLERK, area=tree.sepidar),
    }


def _pair(people):
    asked = AccountJoin(
        stays_id=people["resident"].id, goes_id=people["proven"].id, asked_at=clock.now(),
        number_of_id=people["resident"].id, asked_by_id=people["clerk"].id,
    )  # fmt: skip
    return factories.keep(asked)


def _proposals(tree, works, people, text):
    author = people["author"]
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")

    def proposal(state, by=author, **more):
        made = factories.make_proposal(by, cycle, tree.sepidar, title=text, state=state, **more)
        made.problem = made.solution = made.place = text
        return made

    made = {
        "open": proposal(State.SUBMITTED), "twin": proposal(State.SUBMITTED),
        "screened": proposal(State.ACCEPTED),
        "returned": proposal(State.RETURNED), "draft": proposal(State.DRAFT),
        "mine": proposal(State.DRAFT, people["resident"]),
        "modsown": proposal(State.SUBMITTED, people["mod"]),
        "feasible": proposal(State.FEASIBLE, cost=300),
        "onballot": proposal(State.ON_BALLOT, cost=300),
    }  # fmt: skip
    made["screened"].department_id = works.id
    pot = factories.make_pot(cycle, tree.sepidar)
    factories.make_ballot_project(pot, cost=300, title=text, proposal=made["onballot"])
    db.session.flush()
    open_boxes(cycle, at=clock.now())
    factories.keep(
        ProposalEvent(
            proposal_id=made["returned"].id, at=clock.now(), kind="returned",
            by_role="moderator", reason=text, details={"due": pack(clock.now())},
        )
    )  # fmt: skip
    decision = factories.keep(
        Decision(
            proposal_id=made["returned"].id, moderator_id=people["mod"].id,
            kind=DecisionKind.RETURN, reason_code=next(iter(ReasonCode)), reason=text,
            at=clock.now(),
        )
    )  # fmt: skip
    roll = factories.make_roll(tree.city, code="1406")
    bag = PaperBatch(pot_id=pot.id, number=1, clerk_id=people["clerk"].id, handed=1)
    return made | {
        "cycle": cycle, "pot": pot, "decision": decision, "roll": roll,
        "bag": factories.keep(bag),
    }  # fmt: skip


def _delivery(tree, works, people, text):
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY, code="1404")
    shown, hidden = (factories.make_pot(cycle, area) for area in (tree.sepidar, tree.narvan))
    routed, project = (
        factories.make_project(tree.sepidar, works, stage=stage, author=people["author"])
        for stage in (Stage.ROUTED, Stage.APPROVED)
    )
    routed.title = project.title = text
    winner, secret = (_counted(pot, text) for pot in (shown, hidden))
    queries.count_of(shown.id).published_at = clock.now()
    today, at = clock.now().date(), clock.now()
    objection = Objection(
        number=1, count_id=queries.count_of(shown.id).id, author_id=people["author"].id,
        kind=ObjectionKind.COUNT, words=text, at=at, due_at=at + timedelta(days=12),
    )  # fmt: skip
    milestone = Milestone(project_id=project.id, title=text, due_on=today)
    block = Block(project_id=project.id, kind=next(iter(BlockKind)), text=text, since=today)
    report = Update(
        project_id=project.id, officer_id=people["officer"].id, text=text, progress=10, at=at,
        picture=f"{'a' * 32}.webp", picture_alt=text,
    )  # fmt: skip
    ruling = Ruling(
        project_id=routed.id, mayor_id=people["mayor"].id, kind=RulingKind.ESCALATE, reason=text,
        owner=text, due_on=today + timedelta(days=9), at=at,
    )  # fmt: skip
    factories.keep(milestone, block, report, ruling, objection)
    return {
        "old": cycle, "shown": shown, "hidden": hidden, "winner": winner, "secret": secret,
        "routed": routed, "project": project, "milestone": milestone, "block": block,
        "ruling": ruling,
    }  # fmt: skip


def _watch(tree, things, people):
    at = clock.now()
    alarm = Alarm(
        kind=AlarmKind.AREA_FULL, mark="1405:x", cycle_id=things["cycle"].id, weight=70,
        gravity=Gravity.ALARM, area_code="demo-6-1", numbers={"people": 70, "of": 100},
        first_hour=at, last_hour=at, raised_at=at, seen_at=at,
    )  # fmt: skip
    mark = Participation(
        account_id=people["author"].id, pot_key=things["shown"].id, area_id=tree.sepidar.id,
        on_day=at.date(),
    )  # fmt: skip
    factories.keep(mark, alarm)
    factories.keep(PhoneBack(cycle_id=things["old"].id, place=1, participation_id=mark.id))
    return {"alarm": alarm}


def _counted(pot, text):
    """The funded line of a pot that twelve people voted in."""
    paper = factories.make_ballot_project(pot, title=text)
    fill_box(pot, [[paper.number]] * 12)
    count = count_pot(pot, at=clock.now())
    return next(line for line in queries.lines_of(count) if line.project_id == paper.id)


def _accounts(people):
    at = clock.now()
    session = SignInSession(
        account_id=people["author"].id, token_hash=b"x" * 32, started_at=at,
        expires_at=at + timedelta(hours=1),
    )  # fmt: skip
    grant = RoleGrant(
        account_id=people["half"].id, role=Role.AUDITOR, starts_at=at, granted_at=at,
        ends_at=at + timedelta(days=1),
    )  # fmt: skip
    people["half"].totp_sealed, people["half"].totp_confirmed_at = b"x", at
    return {"session": factories.keep(session), "grant": factories.keep(grant)}


def open_house(home, text="روشنایی بوستان"):
    """The application with the city built, and the cookie of everybody."""
    app = create_app(
        settings_for(f"sqlite:///{home}/civic.db", home),
        WTF_CSRF_ENABLED=False, SERVER_NAME="civic.test", TESTING=False,
    )  # fmt: skip
    with app.app_context(), signer_of(app):
        db.create_all()
        world = build(text)
        app.tokens = {
            name: open_session(person, second_factor=name not in {"resident", "half"})
            for name, person in world.people.items()
        }
        app.things = {name: thing.id for name, thing in (world.things | world.people).items()}
        db.session.remove()
        with closing(sqlite3.connect(home / "civic.db")) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    shutil.copy(home / "civic.db", home / "pristine.db")
    app.home = home
    return app


def knock(app, who, method, address):
    """Ask for an address as somebody; nothing of one visit is left for the next."""
    client = app.test_client()
    if who != "visitor":
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = app.tokens[who], True
    return client.open(address, method=method, buffered=True)


def afresh(app):
    """Put the database back to what it was before the first knock."""
    with app.app_context():
        db.engine.dispose()  # a file is only exchanged while nobody has it open
    for stale in ("civic.db-wal", "civic.db-shm"):
        (app.home / stale).unlink(missing_ok=True)
    shutil.copy(app.home / "pristine.db", app.home / "civic.db")


def fingerprint(app):
    """Every row of every table, as one number."""
    with closing(sqlite3.connect(app.home / "civic.db")) as file:
        return hashlib.sha256("\n".join(file.iterdump()).encode()).hexdigest()


def address(app, endpoint, *things):
    """Where a line of the table leads: the words fill the gaps of the route in their order."""
    rules = [
        rule for rule in app.url_map.iter_rules(endpoint) if len(rule.arguments) == len(things)
    ]
    gaps = [word for is_gap, word in rules[0]._trace if is_gap] if rules else []
    values = {
        gap: NOTHING if thing == "nothing" else str(app.things.get(thing, thing))
        for gap, thing in zip(gaps, things, strict=True)
    }
    with app.app_context():
        return url_for(endpoint, **values, _external=False)
