import hashlib

import pytest

from civic.ballots.actions import open_boxes
from civic.cycles import queries
from civic.cycles.models import BallotKind, Standing
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from tests import factories


@pytest.fixture
def cycle(tree):
    return factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")


@pytest.fixture
def pot(cycle, tree):
    return factories.make_pot(
        cycle, tree.sepidar, amount=250_000_000, kind=BallotKind.APPROVAL, max_choices=3
    )


class TestShow:
    def test_everybody_sees_dates_pots_and_rules(self, browser, cycle, pot):
        page = browser.get("cycles.show", code="1405")
        assert "۲۵۰ میلیون تومان" in page.select_one("table").text
        assert len(page.select(".phases__line li")) == len(PhaseKind)
        assert page.select_one("[aria-current=step]")

    def test_in_english_too(self, browser, cycle, pot):
        page = browser.get("cycles.show", code="1405", lang="en")
        assert "up to 3 projects" in page.select_one("table").text
        assert "put feasible projects on the ballot" in page.text

    def test_an_empty_cycle(self, browser, adam, tree):
        cycle = factories.make_cycle(tree.city, code="1406")
        for phase in queries.phases_of(cycle):
            db.session.delete(phase)
        db.session.commit()
        assert browser.get("cycles.show", code="1406").select_one(".empty")

    def test_a_rehearsal_says_so(self, browser, cycle):
        cycle.standing = Standing.REHEARSAL
        assert browser.get("cycles.show", code="1405").select_one(".note--warning")

    def test_an_unknown_cycle(self, browser, database):
        browser.get("cycles.show", code="nope", status=404)

    def test_the_frozen_document_has_the_hash_that_is_shown(self, browser, cycle, pot):
        browser.get("cycles.frozen_document", code="1405", status=404)
        factories.make_ballot_project(pot)
        open_boxes(cycle, at=clock.now())
        page = browser.get("cycles.show", code="1405")
        document = browser.get("cycles.frozen_document", code="1405").response.data
        assert page.select_one(".cycle__hash").text == hashlib.sha256(document).hexdigest()

    def test_stays_within_its_queries(self, browser, adam, cycle, pot, tree, statements):
        factories.make_pot(cycle, tree.district)
        browser.sign_in(adam)
        with statements() as seen:
            browser.get("cycles.show", code="1405")
        assert len(seen) <= 8, "\n".join(seen)


class TestManage:
    DATES = {
        "ideas_opens": "۱۴۰۵/۰۹/۰۱ ۰۸:۰۰", "ideas_closes": "1405/09/10 24:00",
        "voting_opens": "1405-09-12 08:00", "voting_closes": "1405/09/20 20:00",
    }  # fmt: skip

    def test_sets_the_dates(self, browser, adam, cycle):
        browser.sign_in(adam).post("cycles.manage", self.DATES, code="1405")
        ideas, voting = queries.phases_of(cycle)
        assert (ideas.kind, voting.kind) == (PhaseKind.IDEAS, PhaseKind.VOTING)
        assert ideas.opens_at.isoformat() == "2026-11-22T04:30:00+00:00"
        assert ideas.closes_at.isoformat() == "2026-12-01T20:30:00+00:00"
        page = browser.get("cycles.manage", code="1405")
        assert page.select_one("[name=voting_closes]")["value"] == "۱۴۰۵/۰۹/۲۰ ۲۰:۰۰"

    @pytest.mark.parametrize(
        "changes",
        [
            {"ideas_closes": "1405/09/15 08:00"},
            {"ideas_closes": "1405/13/15 08:00"},
            {"ideas_closes": "فردا"},
            {"ideas_closes": ""},
        ],
    )
    def test_wrong_dates_come_back_with_the_reason(self, browser, adam, cycle, changes):
        browser.sign_in(adam)
        form = browser.post(
            "cycles.manage", self.DATES | changes, status=422, htmx=True, code="1405"
        )
        assert form.select_one("html") is None
        assert form.select_one(".field__error")
        assert form.select_one("[name=voting_closes]")["value"] == "1405/09/20 20:00"

    def test_sets_a_pot(self, browser, adam, cycle, tree):
        browser.sign_in(adam)
        data = {"area": tree.narvan.code, "amount": "۱٬۲۰۰٬۰۰۰", "ballot_kind": "approval"}
        data |= {"max_choices": "4", "rule": "greedy-threshold", "threshold": "25"}
        browser.post("cycles.pot", data, code="1405")
        [pot] = queries.pots_of(cycle)
        assert (pot.amount, pot.max_choices, pot.rule_options) == (1_200_000, 4, {"threshold": 25})
        page = browser.get("cycles.pot", code="1405", area=tree.narvan.code)
        assert page.select_one("[name=amount]")["value"] == "1200000"

    @pytest.mark.parametrize("changes", [{"area": "nowhere"}, {"amount": "0"}, {"rule": "x"}])
    def test_a_wrong_pot_comes_back_with_the_reason(self, browser, adam, cycle, tree, changes):
        browser.sign_in(adam)
        data = {"area": tree.narvan.code, "amount": "5", "ballot_kind": "knapsack"}
        page = browser.post(
            "cycles.pot", data | {"rule": "greedy"} | changes, status=422, code="1405"
        )
        assert page.select_one("[role=alert]")

    def test_once_frozen_it_is_refused_in_words(self, browser, adam, cycle, pot):
        factories.make_ballot_project(pot)
        open_boxes(cycle, at=clock.now())
        page = browser.sign_in(adam).post("cycles.manage", self.DATES, status=422, code="1405")
        assert page.select_one("[role=alert]")
        assert len(page.select("dl time")) == 2 * len(cycle.phases)
        assert not page.select("input[name$=_opens]")

    @pytest.mark.parametrize("who", ["rosa", "milo", "hedi"])
    def test_others_may_not(self, browser, cycle, who, request):
        browser.sign_in(request.getfixturevalue(who))
        browser.get("cycles.manage", status=403, code="1405")
        browser.post("cycles.pot", status=403, code="1405")
