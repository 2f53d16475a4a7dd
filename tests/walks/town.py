"""A small town that answers over HTTP: one vote with two pots, people of every kind."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from flask.sessions import SecureCookieSessionInterface
from werkzeug.serving import make_server

from civic.alarms import actions as alarms
from civic.alarms.kinds import AlarmKind, Gravity
from civic.alarms.rules import Finding
from civic.app import create_app
from civic.ballots import counter
from civic.ballots.actions import open_boxes
from civic.cycles.models import BallotKind, Cycle
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Residency, Tie
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.roles import Role
from civic.signals.rules import hour_of
from tests import factories
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


def on_paper(town):
    """Somebody of Sepidar who was given a paper about the neighbourhood at the counter."""
    from civic.cycles.queries import pot

    person = factories.make_resident("بابک", _sepidar(town))
    counter.mark_on_paper(pot(town.pot), person.national_id_lookup, at=clock.now())
    db.session.commit()
    return person


def a_clerk(town):
    """Who serves at the counter of Sepidar; asked for again it is the same person."""
    return the_same(factories.make_staff("گلناز", Role.CLERK, area=_sepidar(town)))


def an_auditor(town):
    """Somebody of the commission."""
    return factories.make_staff("ژاله", Role.AUDITOR)


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
    from civic.areas.models import Area

    return db.session.get_one(Area, town.tree.sepidar.id)
