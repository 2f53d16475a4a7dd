"""A small town that answers over HTTP: one vote with two pots, people of every kind."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import update
from werkzeug.serving import make_server

from civic.alarms import actions as alarms
from civic.alarms.kinds import AlarmKind, Gravity
from civic.alarms.rules import Finding
from civic.app import create_app
from civic.areas.models import Area
from civic.ballots import counter
from civic.ballots.actions import open_boxes
from civic.cycles import queries as cycles
from civic.cycles.models import BallotKind, Cycle
from civic.cycles.phases import PhaseKind
from civic.electorate.kinds import Match, Residence
from civic.electorate.models import IdentityCheck, Residency, Tie
from civic.kernel import clock, crypto
from civic.kernel.db import db
from civic.kernel.roles import Role
from civic.polling import actions as polling
from civic.polling import queries as bags
from civic.signals.rules import hour_of
from tests import factories
from tests.accounts.phone import last_code, plain
from tests.cast import open_session
from tests.conftest import settings_for, signer_of

# Five lights of 300 million do not go into a pot of a billion.
POT, COST = 1_000_000_000, 300_000_000
LIGHTS = [f"روشنایی کوچه {place}" for place in ("لاله", "نرگس", "یاس", "مریم", "نسترن")]
BENCHES = ("نیمکت بوستان بهار", "سایه‌بان ایستگاه پاییز", "آب‌خوری میدان زمستان")


class Town:
    """Its address, what is in it by name, and how somebody gets in."""

    def __init__(self, app, url, build):
        self.app, self.url, self.examined = app, url, set()
        with app.app_context():
            self.__dict__.update(vars(build()))
            # On SQLite whoever reads outside a request holds the pen too: let go of it.
            db.session.remove()

    def cookie_of(self, make):
        """Let somebody be made, and return what their browser holds once they are signed in."""
        with self.app.app_context():
            token = open_session(make(self))
            db.session.remove()
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        value = signer.dumps({"_user_id": token, "_fresh": True})
        return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": value, "url": self.url}

    def do(self, act):
        """Let something happen in the town meanwhile."""
        with self.app.app_context():
            done = act(self)
            db.session.remove()
        return done


@contextmanager
def town_at(home, build=None):
    """A town with a database of its own, until it is left; people vote in it."""
    app = create_app(settings_for(f"sqlite:///{home}/civic.db", home), TESTING=True)
    with app.app_context():
        db.create_all()
    with signer_of(app):
        server = make_server("127.0.0.1", 0, app, threaded=True)
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield Town(app, f"http://127.0.0.1:{server.server_port}", build or voting)
        finally:
            server.shutdown()
            serving.join()


def voting():
    """A vote in the midst of its voting."""
    made = planned(PhaseKind.VOTING)
    open_boxes(db.session.get_one(Cycle, made.cycle), at=clock.now())
    return made


def strict():
    """A vote of those alone who live there, whose numbers a register is asked about."""
    return planned(PhaseKind.VOTING, residence=Residence.LIVES, needs_match=True)


def planned(phase, **terms):
    """A vote with its papers, in this phase; no box is open yet."""
    tree = factories.make_tree()
    cycle = factories.make_cycle(tree.city, phase=phase, code="1405")
    for name, value in {"minimum_age": 16, **terms}.items():
        setattr(cycle, name, value)
    factories.keep(cycle)
    pot = factories.make_pot(cycle, tree.sepidar, amount=POT)
    few = factories.make_pot(cycle, tree.district, kind=BallotKind.APPROVAL, max_choices=2)
    # From one on, as on every paper: the clerks of the walk type them.
    numbers = [
        factories.make_ballot_project(pot, title=title, cost=COST, number=number).number
        for number, title in enumerate(LIGHTS, start=1)
    ]
    for title in BENCHES:
        factories.make_ballot_project(few, title=title, cost=COST)
    return SimpleNamespace(tree=tree, cycle=cycle.id, pot=pot.id, few=few.id, numbers=numbers)


# ── who comes ─────────────────────────────────────────────────────────────────────────────────


def a_resident(town):
    """Somebody of Sepidar who has not voted."""
    return factories.make_resident("رعنا", _sepidar(town))


def the_same(person):
    """Somebody who comes more than once."""
    return lambda _town, who=person.id: factories.load(SimpleNamespace(id=who))


def a_newcomer(town):
    """Somebody who has not said yet who they are and where they live."""
    return factories.make_account("تازه‌وارد")


def too_young(town):
    """A resident of Sepidar who is twelve."""
    person = a_resident(town)
    person.birth_date = twelve_years_ago()
    return factories.keep(person)


def twelve_years_ago():
    """A day on which somebody was born who is twelve now."""
    return clock.now().date() - timedelta(days=12 * 366)


def only_works_here(town):
    """Somebody who works in Sepidar and lives elsewhere."""
    person = a_resident(town)
    db.session.execute(update(Residency).filter_by(account_id=person.id).values(tie=Tie.WORKS))
    db.session.commit()
    return person


def of_narvan(town):
    """Somebody of the neighbourhood next door."""
    return factories.make_resident("نادر", db.session.get_one(Area, town.tree.narvan.id))


def not_in_their_name(town):
    """A resident whose mobile number is registered in another name, for all the register knows."""
    person, at = a_resident(town), clock.now()
    known = {"verdict": Match.NOT_MATCHED, "tries": 1, "asked_at": at}
    days = {"again_at": at + timedelta(days=1), "until": at + timedelta(days=9)}
    factories.keep(IdentityCheck(account_id=person.id, **known, **days))
    return person


def on_paper(town):
    """Somebody of Sepidar who was given a paper about the neighbourhood at the counter."""
    person = factories.make_resident("بابک", _sepidar(town))
    counter.mark_on_paper(cycles.pot(town.pot), person.national_id_lookup, at=clock.now())
    db.session.commit()
    return person


def a_clerk(town):
    """Who serves at the counter of Sepidar; asked for again it is the same person."""
    return the_same(factories.make_staff("گلناز", Role.CLERK, area=_sepidar(town)))


def of_headquarters(town):
    """Somebody of the city headquarters, which is the commission for papers."""
    return factories.make_staff("هدیه", Role.HEADQUARTERS)


def an_ambassador(town):
    """Who goes to people that cannot come; asked for again it is the same person."""
    return the_same(factories.make_staff("آرش", Role.AMBASSADOR, area=_sepidar(town)))


def an_auditor(town):
    """Somebody of the commission."""
    return factories.make_staff("ژاله", Role.AUDITOR)


def code_on_the_phone(_town):
    """The code that came by SMS last."""
    return plain(last_code())


def a_bag_in_the_box(town):
    """Two papers of Sepidar, for the first two lights, were typed by two clerks and put in."""
    clerks, at = [a_clerk(town)(town) for _ in range(2)], clock.now()
    pot = cycles.pot(town.pot)
    for _ in range(2):
        key = crypto.lookup_key("national-id", an_id_of_sepidar(town))
        batch = polling.hand_out(clerks[0], pot, key, papers_seen="y", at=at).batch
    batch = bags.batch(batch.id)
    polling.count_bag(clerks[0], batch, physical_count=2, seal="A-18", at=at)
    for clerk in clerks:
        for serial, number in enumerate(town.numbers[:2], start=1):
            polling.type_sheet(clerk, batch, serial, [number], at=at)
    polling.close_bag(clerks[0], batch, at=at)


def an_id_of_sepidar(town):
    """The national id of a resident, as it stands on the card."""
    national_id = factories.make_national_id()
    person = factories.make_account("سیما", national_id=national_id)
    home = {"account_id": person.id, "area_id": town.tree.sepidar.id, "tie": Tie.LIVES}
    factories.keep(Residency(**home, declared_at=clock.now()))
    return national_id


def two_alarms(town):
    """Two patterns were seen that nobody has looked at."""
    numbers = "votes phones devices people of hours age usual wrong right sent networks hour area"
    known = {name: 40 + place for place, name in enumerate(numbers.split())}
    cycle, hour = db.session.get_one(Cycle, town.cycle), hour_of(clock.now() - timedelta(hours=2))
    for kind in (AlarmKind.ONE_NETWORK, AlarmKind.SAME_AGE):
        found = Finding(kind, str(uuid4()), 50, known, hour, hour, Gravity.ALARM, "demo-6-1")
        alarms.keep_finding(found, cycle, at=clock.now())


def _sepidar(town):
    return db.session.get_one(Area, town.tree.sepidar.id)
