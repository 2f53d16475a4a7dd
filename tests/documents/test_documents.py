"""Documents: issued once, found by their number, proven by the book of acts."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from civic.documents import jobs, queries, rules
from civic.documents.actions import certify_participation
from civic.documents.models import Document
from civic.electorate.models import Participation
from civic.kernel.canonical import canonical
from civic.kernel.db import db
from civic.kernel.errors import NotHere, RuleBroken
from civic.ledger import sequencer
from civic.objections.actions import ask_recount
from civic.objections.recounting import run_recount
from tests import factories
from tests.objections.conftest import (
    anna,
    box,
    bridge,
    case,
    counted,
    pot,
    result,
    rosas,
    swing,
)

__all__ = ["anna", "box", "bridge", "case", "counted", "pot", "result", "rosas", "swing"]


@pytest.fixture
def voted(rosa, pot, at_noon):
    day = at_noon.date() - timedelta(days=9)
    factories.keep(
        Participation(account_id=rosa.id, pot_key=pot.id, area_id=pot.area_id, on_day=day)
    )
    return day


@pytest.fixture
def paper(rosa, pot, box, voted, at_noon):
    return certify_participation(rosa, pot, at=at_noon)


class TestNumbers:
    def test_a_slip_of_one_digit_is_found(self):
        number = rules.with_check_digit("12345678901")
        assert rules.is_number(number)
        for place in range(12):
            slip = str((int(number[place]) + 1) % 10)
            assert not rules.is_number(number[:place] + slip + number[place + 1 :])

    @pytest.mark.parametrize("wrong", ["", "12", "1" * 24, "abcdefghijkl"])
    def test_other_words_are_none(self, wrong):
        assert not rules.is_number(wrong)

    def test_of_a_name_stay_the_first_letters(self):
        assert rules.masked("رزا امینی") == "ر… ا…"


class TestIssuing:
    def test_once_for_a_vote(self, paper, rosa, pot, at_noon):
        assert certify_participation(rosa, pot, at=at_noon).number == paper.number

    def test_not_without_a_vote(self, rami, pot, box, at_noon):
        with pytest.raises(NotHere):
            certify_participation(rami, pot, at=at_noon)

    def test_not_while_the_box_is_open(self, rosa, tree, at_noon):
        open_pot = factories.make_pot(factories.make_cycle(tree.city), tree.sepidar)
        with pytest.raises(RuleBroken, match="over"):
            certify_participation(rosa, open_pot, at=at_noon)

    def test_the_fingerprint_is_of_what_it_says_and_the_book_holds_it(self, paper, signer):
        said = hashlib.sha256(canonical(paper.body).encode()).hexdigest()
        assert said == paper.sha256
        sequencer.write_all()
        line = json.loads(queries.line_of(paper).entry.line)
        assert (line["t"], line["no"], line["h"]) == ("document", paper.number, said)

    def test_nothing_of_it_is_changed(self, paper):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text("UPDATE documents SET sha256 = 'x'"))
        db.session.rollback()

    def test_minutes_and_protocols_come_by_themselves_and_once(self, case, ada, at_noon):
        run_recount(str(ask_recount(ada, case, at=at_noon).id))
        jobs.write_due_documents()
        jobs.write_due_documents()
        kinds = [one.kind.value for one in db.session.scalars(select(Document))]
        assert sorted(kinds) == ["minutes", "recount"]


class TestPages:
    @pytest.mark.parametrize("lang", ["fa", "en"])
    def test_the_number_is_answered_without_a_name(self, browser, paper, signer, lang):
        sequencer.write_all()
        grouped = f"{paper.number[:4]} {paper.number[4:8]}-{paper.number[8:]}"
        led = browser.get(f"/verify?code={grouped}", status=303)
        page = browser.get(f"{led.response.location}?lang={lang}")
        assert page.select_one(".note--success")
        assert "R…" in page.text
        assert "Rosa" not in page.text
        assert paper.sha256 in page.select_one("details").text

    def test_before_the_head_it_waits(self, browser, paper):
        page = browser.get("documents.verify", number=paper.number)
        assert page.select_one(".note--success")
        assert not page.select("details.stack")

    @pytest.mark.parametrize(
        ("number", "said"), [("000000000000", ".note--warning"), ("123456789012", "#code-error")]
    )
    def test_unknown_and_mistyped_ones(self, browser, tree, number, said):
        led = browser.get(f"/verify?code={number}", status=303)
        assert browser.get(led.response.location).select_one(said)

    def test_the_paper_is_for_its_holder(self, browser, paper, rosa, rami):
        browser.get("documents.paper", status=403, number=paper.number)
        browser.sign_in(rami).get("documents.paper", status=403, number=paper.number)
        page = browser.sign_in(rosa).get("documents.paper", number=paper.number)
        assert "Rosa" in page.text
        assert page.select_one('svg[role="img"]')

    def test_from_my_votes_to_the_paper(self, browser, rosa, pot, box, voted):
        browser.sign_in(rosa)
        assert browser.get("documents.mine").select_one('form[action*="/me/documents/"]')
        led = browser.post("documents.certify", {}, pot_id=pot.id)
        browser.follow(led)
        assert not browser.get("documents.mine").select('form[action*="/me/documents/"]')

    @pytest.mark.parametrize("lang", ["fa", "en"])
    def test_minutes_and_protocol_are_public(self, browser, case, ada, at_noon, pot, lang):
        run_recount(str(ask_recount(ada, case, at=at_noon).id))
        browser.get("documents.minutes", status=404, pot_id=pot.id)
        jobs.write_due_documents()
        for endpoint, values in (("minutes", {"pot_id": pot.id}), ("protocol", {"number": 1})):
            led = browser.get(f"documents.{endpoint}", status=303, **values)
            assert "۶۰" in browser.get(f"{led.response.location}?lang=fa").text
            browser.get(f"{led.response.location}?lang={lang}")
