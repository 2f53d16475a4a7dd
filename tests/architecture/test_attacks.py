"""What an attacker tries first: forged forms, stolen cookies, texts that run, secrets that leak."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from structlog.testing import capture_logs

from civic.accounts.models import RoleGrant
from civic.audit.models import AuditEntry
from civic.ballots.actions import open_boxes
from civic.ballots.models import VoterSlot
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.text import persian_digits
from civic.notifications.models import Notice
from tests import factories
from tests.accounts.phone import NUMBER, last_code, plain
from tests.architecture.test_doors import KNOCKERS, ROWS
from tests.architecture.world import HOSTILE, address, afresh, fingerprint, knock, open_house

POSTS = [row[1:-1] for row in ROWS if row[0] == "POST"]
GETS = [row[1:-1] for row in ROWS if row[0] == "GET"]


class TestForgedForms:
    def test_without_its_token_no_form_is_taken_and_nothing_changes(self, house, monkeypatch):
        monkeypatch.setitem(house.config, "WTF_CSRF_ENABLED", True)
        afresh(house)
        before = fingerprint(house)
        for line in POSTS:
            for who in ("visitor", "resident", "mod", "officer", "mayor", "hq", "admin"):
                assert knock(house, who, "POST", address(house, *line)).status_code == 400, line
        assert fingerprint(house) == before


class TestSessions:
    def test_a_stolen_cookie_is_worth_nothing_after_signing_out(self, browser, rosa):
        browser.sign_in(rosa).get("accounts.profile")
        with browser.client.session_transaction() as session:
            stolen = dict(session)
        browser.post("accounts.sign_out")
        with browser.client.session_transaction() as session:
            session.update(stolen)
        assert "/sign-in" in browser.get("accounts.profile", 303).response.location

    def test_its_cookie_is_kept_from_scripts_and_from_other_sites(self, app):
        assert app.config["SESSION_COOKIE_HTTPONLY"]
        assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"

    def test_with_https_the_cookie_stays_on_this_host(self, tmp_path):
        from civic.app import create_app
        from tests.conftest import settings_for

        app = create_app(settings_for(f"sqlite:///{tmp_path}/c.db", tmp_path, https=True))
        with app.app_context():
            db.create_all()
        answer = app.test_client().get("/sign-in", base_url="https://civic.test")
        [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-")]
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in cookie

    def test_who_is_dismissed_is_refused_at_the_next_click(self, browser, milo):
        browser.sign_in(milo).get("moderation.queue")
        grant = db.session.scalars(select(RoleGrant)).one()
        grant.ends_at = clock.now() - timedelta(seconds=1)
        browser.get("moderation.queue", 403)


class TestTextsThatRun:
    @pytest.fixture
    def hostile(self, tmp_path):
        return open_house(tmp_path, HOSTILE)

    @pytest.mark.endurance
    def test_what_people_wrote_is_only_ever_text(self, hostile):
        shown = set()
        for line in GETS:
            for who in KNOCKERS:
                answer = knock(hostile, who, "GET", address(hostile, *line))
                if answer.mimetype != "text/html" or "onerror" not in answer.text:
                    continue
                shown.add(line[0])
                page = BeautifulSoup(answer.text, "html.parser")
                assert not page.select("[onerror], [onload], img[src=x]"), line
                assert not any("alert(" in script.text for script in page.select("script")
                               if script.get("type") != "application/json"), line  # fmt: skip
                assert "{{7*7}}" in answer.text, line
        assert shown >= {
            "proposals.show", "proposals.index", "projects.show", "projects.index",
            "projects.manage", "projects.routing", "moderation.decide", "moderation.queue",
            "moderation.merge", "appraisals.sheet", "appraisals.queue", "ballots.paper",
            "ballots.compose_paper", "results.show", "results.check", "oversight.rule",
            "oversight.answer", "oversight.escalations", "oversight.desk", "pages.area",
        }  # fmt: skip

    def test_marks_that_turn_a_cost_around_do_not_come_in(self, browser, rosa, tree):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.IDEAS)
        draft = factories.make_proposal(rosa, cycle, tree.sepidar, state=factories.State.DRAFT)
        browser.sign_in(rosa).post(
            "proposals.step", {"title": "پل\u202e ۰۰۱ تومان\u2066 می‌شود"}, proposal_id=draft.id,
            step="title",
        )  # fmt: skip
        db.session.refresh(draft)
        assert draft.title == "پل ۰۰۱ تومان می‌شود"


NONSENSE = (
    "page=99999999999999999999999", "page=-1", "page=۱", "q=%00", "q=%25%5C%27%22%28%28%28a%2B",
    "code=%00", "event=%00&area_code=%00&about=%00", "category=%00&only=%00&state=%00&area=%00",
    "tab=%00&cycle=%00&stage=%00&district=%00&department=%00&sort=%00&year=%00",
    "next=//evil.example&lang=xx", "q=" + "ا" * 3000, "cycle=9%00&area=demo-6-1%00&late=%00",
)  # fmt: skip


class TestNonsense:
    @pytest.mark.parametrize("query", NONSENSE, ids=range(len(NONSENSE)))
    def test_no_query_breaks_a_page(self, browser, adam, tree, query):
        factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")
        browser.sign_in(adam)
        for endpoint in {line[0] for line in GETS if len(line) == 1}:
            page = address(browser.client.application, endpoint)
            # Read to its end: files come in pieces, and a piece may fail too.
            answer = browser.client.get(f"{page}?{query}", buffered=True)
            assert answer.status_code < 500, endpoint
        for path in (
            "/a/%00",
            "/cycles/%00",
            "/media/%00",
            "/static/%00",
            "/open-data/%00/proposals.csv",
        ):
            answer = browser.client.get(f"{path}?{query}", buffered=True)
            assert answer.status_code < 500, path

    def test_no_number_breaks_a_ballot(self, browser, rosa, tree):
        pot = factories.make_pot(
            factories.make_cycle(tree.city, phase=PhaseKind.VOTING), tree.sepidar
        )
        many = {"choices": ["9" * 5000, "²", "-1", "", *map(str, range(3000))]}
        browser.sign_in(rosa).post("ballots.keep", many, 422, pot_id=pot.id)


class TestSecrets:
    """A resident signs in, says who they are and votes; nothing of it is told."""

    NATIONAL_ID = "0932833810"
    IDENTITY = {
        "national_id": NATIONAL_ID, "birth_date-day": "30", "birth_date-month": "12",
        "birth_date-year": "1366",
    }  # fmt: skip

    @pytest.fixture
    def ballot(self, tree):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        pot = factories.make_pot(cycle, tree.sepidar)
        paper = [factories.make_ballot_project(pot, title=f"طرح {n}") for n in range(3)]
        open_boxes(cycle, at=clock.now())
        return pot, paper[1].number

    def story(self, browser, tree, pot, number):
        """Live through it; give the code of the message and where each answer led."""
        led = []

        def post(endpoint, data, **values):
            led.append(browser.post(endpoint, data, **values).response.location)

        post("accounts.sign_in", {"mobile": persian_digits(NUMBER)})
        code = plain(last_code())
        post("accounts.code", {"code": code})
        post("accounts.identity", self.IDENTITY)
        post("electorate.declare", {"area": str(tree.sepidar.id), "tie": "lives"})
        post("ballots.keep", {"choices": str(number), "do": "review"}, pot_id=pot.id)
        review = browser.get("ballots.review", pot_id=pot.id)
        token = review.select_one("[name=token]")["value"]
        post("ballots.cast", {"token": token}, pot_id=pot.id)
        browser.get("ballots.receipt", pot_id=pot.id)
        return code, led

    def test_of_a_whole_story_nothing_tells(self, browser, tree, ballot, capsys, caplog):
        with capture_logs() as lines:
            code, led = self.story(browser, tree, *ballot)
        assert len(db.session.scalars(select(VoterSlot)).all()) == 1
        told = [repr(lines), caplog.text, str(capsys.readouterr()), *led]
        told += [repr((e.details, e.actor_name)) for e in db.session.scalars(select(AuditEntry))]
        told += [repr((n.params, n.link_values)) for n in db.session.scalars(select(Notice))]
        everything = "\n".join(told)
        for secret in (NUMBER[1:], self.NATIONAL_ID, code):
            for way in (secret, persian_digits(secret)):
                assert not re.search(rf"(?<!\d){way}(?!\d)", everything)
        assert "choices" not in everything
        assert len(lines) >= 8
