import gzip
import re

import pytest
from sqlalchemy import select

from civic.ballots import queries, voters
from civic.ballots.models import Ballot, Opening
from civic.bench.long_paper import make_long_paper
from civic.cycles.models import BallotKind
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.proposals.states import State
from tests import factories


def tick(pot, paper, *places, do="review"):
    return {"choices": [paper[place].number for place in places], "do": do}


def token_of(review):
    return review.select_one("[name=token]")["value"]


@pytest.fixture
def vote(browser, pot, paper):
    """Go the whole way of the signed-in person: tick, review, cast; the receipt page."""

    def voting(*places):
        answer = browser.post("ballots.keep", tick(pot, paper, *places), pot_id=pot.id)
        review = browser.follow(answer)
        cast = browser.post("ballots.cast", {"token": token_of(review)}, pot_id=pot.id)
        return browser.follow(cast)

    return voting


@pytest.fixture
def later(after, monkeypatch):
    """Set the clock to so many seconds after the end of voting."""
    return lambda seconds: monkeypatch.setattr(clock, "now", lambda: after(seconds))


class TestPaper:
    def test_a_voter_ticks_projects(self, browser, rosa, pot, paper):
        page = browser.sign_in(rosa).get("ballots.paper", pot_id=pot.id)
        assert len(page.select("input[name=choices]")) == 3
        assert "مانده" in page.select_one(".pot").text

    def test_a_visitor_reads_and_is_led_to_the_door(self, browser, pot, paper):
        page = browser.get("ballots.paper", pot_id=pot.id)
        assert not page.select("input[name=choices]")
        assert len(page.select(".option")) == 3

    def test_a_neighbour_is_told_why_not(self, browser, rami, pot, paper):
        page = browser.sign_in(rami).get("ballots.paper", pot_id=pot.id)
        assert not page.select("input[name=choices]")
        assert page.select_one(".note--warning a")

    def test_without_a_national_id_the_way_is_shown(self, browser, adam, pot, paper):
        page = browser.sign_in(adam).get("ballots.paper", pot_id=pot.id)
        assert page.select_one(".note--warning")

    def test_is_hidden_until_it_is_published(self, browser, tree, rosa):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.SCREENING)
        pot = factories.make_pot(cycle, tree.sepidar)
        factories.make_ballot_project(pot, title="رازآلود")
        page = browser.sign_in(rosa).get("ballots.paper", pot_id=pot.id)
        assert "رازآلود" not in page.text

    def test_can_be_read_before_voting(self, browser, tree, rosa):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.BALLOT)
        pot = factories.make_pot(cycle, tree.sepidar)
        factories.make_ballot_project(pot, title="پل عابر")
        page = browser.sign_in(rosa).get("ballots.paper", pot_id=pot.id)
        assert "پل عابر" in page.text
        assert not page.select("input[name=choices]")

    def test_says_when_it_is_over(self, browser, rosa, pot, paper, later):
        later(1)
        page = browser.sign_in(rosa).get("ballots.paper", pot_id=pot.id)
        assert not page.select("input[name=choices]")
        assert "پایان" in page.select_one(".note").text

    def test_an_unknown_pot(self, browser):
        browser.get("/vote/00000000-0000-4000-8000-000000000000", status=404)

    def test_counts_projects_when_the_ballot_holds_a_number(self, browser, rosa, cycle, tree):
        pot = factories.make_pot(cycle, tree.sepidar, kind=BallotKind.APPROVAL, max_choices=2)
        lines = [factories.make_ballot_project(pot) for _ in range(3)]
        browser.sign_in(rosa)
        page = browser.post("ballots.keep", tick(pot, lines, 0, 1, 2), status=422, pot_id=pot.id)
        assert "۱" in page.select_one("[role=alert]").text
        assert page.select_one(".pot--over")

    def test_has_a_chip_for_each_category(self, browser, rosa, pot, paper):
        paper[0].category = "sport"
        db.session.commit()
        page = browser.sign_in(rosa).get("ballots.paper", pot_id=pot.id)
        assert [box["value"] for box in page.select("[name=show]")] == ["", "green", "sport"]
        assert {row["data-kind"] for row in page.select(".option")} == {"green", "sport"}

    def test_a_long_paper_stays_light(self, browser, rosa, cycle, tree, statements):
        for number in range(60):
            title = f"بهسازی پیاده‌رو و روشنایی کوچه شماره {number} تا میدان"
            factories.make_proposal(rosa, cycle, tree.sepidar, title=title)
        address = f"/vote/{make_long_paper(tree.sepidar, 150)}"
        browser.sign_in(rosa)
        with statements() as seen:
            page = browser.get(address)
        assert len(page.select("input[name=choices]")) == 150
        assert len(seen) <= 8, "\n".join(seen)
        # As the server sends it to every browser of the last twenty years.
        packed = browser.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data).count(b'name="choices"') == 150
        assert len(packed.data) < 100_000
        assert len(packed.data) < 20_000, "Much less is needed, so that it comes over a slow line."


class TestDraft:
    def test_is_kept_without_script(self, browser, rosa, pot, paper):
        browser.sign_in(rosa)
        answer = browser.post("ballots.keep", tick(pot, paper, 0, 1, do="update"), pot_id=pot.id)
        page = browser.follow(answer)
        assert len(page.select("input[name=choices][checked]")) == 2
        assert "۳۰۰ تومان" in page.select_one(".pot__left").text

    def test_is_kept_quietly_with_script(self, browser, rosa, pot, paper):
        browser.sign_in(rosa)
        browser.post(
            "ballots.keep", tick(pot, paper, 2, do="keep"), status=204, htmx=True, pot_id=pot.id
        )
        page = browser.get("ballots.paper", pot_id=pot.id)
        [ticked] = page.select("input[name=choices][checked]")
        assert ticked["value"] == str(paper[2].number)

    def test_is_forgotten_after_casting(self, browser, rosa, pot, vote):
        browser.sign_in(rosa)
        vote(0)
        page = browser.get("ballots.paper", pot_id=pot.id)
        assert not page.select("input[name=choices][checked]")
        with browser.client.session_transaction() as session:
            assert not [name for name in session if name.startswith("draft")]


class TestReview:
    def test_too_dear_comes_back_with_what_to_take_away(self, browser, rosa, pot, paper):
        browser.sign_in(rosa)
        page = browser.post("ballots.keep", tick(pot, paper, 0, 1, 2), status=422, pot_id=pot.id)
        said = page.select_one("[role=alert]").text
        assert "۲۰۰ تومان" in said
        assert "تاب" in said
        assert len(page.select("input[name=choices][checked]")) == 3

    def test_a_refusal_comes_back_as_the_form_alone(self, browser, rosa, pot, paper):
        browser.sign_in(rosa)
        data = {"do": "review"}
        form = browser.post("ballots.keep", data, status=422, htmx=True, pot_id=pot.id)
        assert form.select_one("html") is None
        assert form.select_one("#ballot-form [role=alert]")

    def test_shows_the_choice_and_casts_nothing(self, browser, rosa, pot, paper):
        browser.sign_in(rosa)
        page = browser.follow(browser.post("ballots.keep", tick(pot, paper, 0, 2), pot_id=pot.id))
        assert [title.text for title in page.select(".option__title")] == ["تاب", "کتابخانه"]
        assert "۸۰۰ تومان" in page.select_one(".summary-list").text
        assert db.session.scalar(select(Ballot)) is None

    def test_without_a_choice_there_is_nothing_to_review(self, browser, rosa, pot, paper):
        browser.sign_in(rosa).get("ballots.review", status=422, pot_id=pot.id)

    def test_a_neighbour_cannot_review(self, browser, rami, pot, paper):
        browser.sign_in(rami).get("ballots.review", status=422, pot_id=pot.id)

    def test_a_visitor_is_led_to_the_door(self, browser, pot, paper):
        browser.get("ballots.review", status=303, pot_id=pot.id)
        browser.post("ballots.keep", tick(pot, paper, 0), pot_id=pot.id)
        browser.post("ballots.cast", {"token": "x"}, pot_id=pot.id)
        assert db.session.scalar(select(Ballot)) is None


class TestCast:
    def test_leads_to_a_receipt_that_does_not_show_the_choice(self, browser, rosa, pot, vote):
        browser.sign_in(rosa)
        page = vote(0, 1)
        code = page.select_one("[data-code]")["data-code"]
        assert code == voters.ballot_of(factories.load(rosa), pot).receipt
        assert re.search("[۰-۹]{4}", page.select_one(".receipt__code").text)
        assert page.select_one(".receipt svg title")
        for title in ("تاب", "پل", "کتابخانه"):
            assert title not in page.text

    def test_the_same_form_sent_twice_is_one_ballot(self, browser, rosa, pot, paper):
        browser.sign_in(rosa)
        review = browser.follow(browser.post("ballots.keep", tick(pot, paper, 0), pot_id=pot.id))
        for _ in range(3):
            browser.post("ballots.cast", {"token": token_of(review)}, pot_id=pot.id)
        assert len(db.session.scalars(select(Ballot)).all()) == 1

    def test_what_was_reviewed_is_cast_whatever_another_tab_did(self, browser, rosa, pot, paper):
        browser.sign_in(rosa)
        review = browser.follow(browser.post("ballots.keep", tick(pot, paper, 0), pot_id=pot.id))
        browser.post("ballots.keep", tick(pot, paper, 1, do="update"), pot_id=pot.id)
        browser.post("ballots.cast", {"token": token_of(review)}, pot_id=pot.id)
        assert db.session.scalars(select(Opening.choices)).all() == [[paper[0].number]]

    def test_a_changed_vote_replaces_the_first(self, browser, rosa, pot, paper, vote):
        browser.sign_in(rosa)
        first = vote(0).select_one("[data-code]")["data-code"]
        paper_page = browser.get("ballots.paper", pot_id=pot.id)
        assert paper_page.select_one(".note--success")
        assert vote(1).select_one("[data-code]")["data-code"] != first
        assert list(queries.openings(pot.id)) == [[paper[1].number]]

    @pytest.mark.parametrize("token", ["", "made.up"])
    def test_a_form_that_is_not_ours_is_refused(self, browser, rosa, pot, paper, token):
        browser.sign_in(rosa).post("ballots.cast", {"token": token}, status=422, pot_id=pot.id)

    def test_the_form_of_another_voter_is_refused(self, browser, rosa, pot, paper, tree):
        browser.sign_in(rosa)
        review = browser.follow(browser.post("ballots.keep", tick(pot, paper, 0), pot_id=pot.id))
        browser.sign_in(factories.make_resident("Rana", tree.sepidar))
        browser.post("ballots.cast", {"token": token_of(review)}, status=422, pot_id=pot.id)

    def test_the_grace_of_an_open_form(self, browser, rosa, pot, paper, later):
        later(-1)
        browser.sign_in(rosa)
        review = browser.follow(browser.post("ballots.keep", tick(pot, paper, 0), pot_id=pot.id))
        data = {"token": token_of(review)}
        later(110)
        browser.post("ballots.cast", data, pot_id=pot.id)
        browser.get("ballots.review", status=422, pot_id=pot.id)

    def test_after_the_grace_the_page_says_so(self, browser, rosa, pot, paper, later):
        later(-1)
        browser.sign_in(rosa)
        review = browser.follow(browser.post("ballots.keep", tick(pot, paper, 0), pot_id=pot.id))
        later(121)
        browser.post("ballots.cast", {"token": token_of(review)}, status=422, pot_id=pot.id)


class TestReceipt:
    def test_who_has_not_voted_has_none(self, browser, rosa, pot, paper):
        browser.sign_in(rosa).get("ballots.receipt", status=404, pot_id=pot.id)

    def test_nobody_sees_that_of_another(self, browser, rosa, pot, vote, tree):
        browser.sign_in(rosa)
        vote(0)
        browser.sign_in(factories.make_resident("Rana", tree.sepidar))
        browser.get("ballots.receipt", status=404, pot_id=pot.id)


class TestFind:
    def test_a_recorded_vote_in_any_digits(self, browser, cast, rosa):
        code = cast(rosa, 0).receipt
        typed = "-".join(code[at : at + 4] for at in range(0, 24, 4))
        typed = typed.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        assert browser.get("ballots.find", code=typed).select_one(".note--success")

    def test_a_replaced_vote_reads_like_the_one_that_replaced_it(self, browser, cast, rosa):
        codes = cast(rosa, 0).receipt, cast(rosa, 1).receipt
        first, second = (browser.get("ballots.find", code=code) for code in codes)
        assert first.select_one("#answer").text == second.select_one("#answer").text

    def test_a_code_of_nobody_is_answered_too(self, browser, database):
        page = browser.get("ballots.find", code="0" * 24)
        assert page.select_one("#answer .note--warning")
        assert not page.select("#code[aria-invalid]")

    @pytest.mark.parametrize("typed", ["12", "سلام"])
    def test_what_is_no_code_is_an_error_of_the_field(self, browser, database, typed):
        page = browser.get("ballots.find", code=typed)
        field = page.select_one("#code[aria-invalid=true]")
        assert field["value"] == typed
        assert page.select_one("#code-error")["id"] in field["aria-describedby"].split()
        assert not page.select("#answer .note")

    def test_the_empty_page_asks(self, browser, database):
        page = browser.get("ballots.find")
        assert not page.select("#answer .note")
        assert browser.get("ballots.find", htmx=True).select_one("html") is None


class TestIndex:
    def test_shows_every_scope_and_what_is_done(self, browser, rosa, cycle, vote, tree):
        factories.make_pot(cycle, tree.district)
        factories.make_pot(cycle, tree.narvan)
        browser.sign_in(rosa)
        vote(0)
        page = browser.get("ballots.index")
        assert len(page.select("article")) == 2
        assert len(page.select(".badge--done")) == 1

    def test_asks_for_a_neighbourhood_first(self, browser, adam, pot):
        assert browser.sign_in(adam).get("ballots.index").select_one(".empty")

    def test_says_so_when_there_is_no_cycle(self, browser, rosa):
        assert browser.sign_in(rosa).get("ballots.index").select_one(".empty")

    def test_stays_within_its_queries(self, browser, rosa, cycle, tree, statements):
        factories.make_pot(cycle, tree.sepidar)
        factories.make_pot(cycle, tree.district)
        factories.make_pot(cycle, tree.city)
        browser.sign_in(rosa)
        with statements() as seen:
            browser.get("ballots.index")
        assert len(seen) <= 8, "\n".join(seen)


class TestCompose:
    @pytest.fixture
    def waiting(self, tree, rosa):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.SCREENING)
        pot = factories.make_pot(cycle, tree.sepidar)
        proposal = factories.make_proposal(
            rosa, cycle, tree.sepidar, state=State.FEASIBLE, cost=300
        )
        return pot, proposal

    def test_a_moderator_puts_proposals_on_the_paper(self, browser, milo, waiting):
        pot, proposal = waiting
        browser.sign_in(milo)
        assert "سپیدار" in browser.get("ballots.compose").text
        data = {"proposals": str(proposal.id)}
        page = browser.follow(browser.post("ballots.compose_paper", data, pot_id=pot.id))
        assert proposal.title in page.select_one(".option__title").text
        assert not page.select("#compose-form")

    def test_nothing_chosen_is_said_at_the_field(self, browser, milo, waiting):
        pot, _proposal = waiting
        browser.sign_in(milo)
        form = browser.post("ballots.compose_paper", status=422, htmx=True, pot_id=pot.id)
        assert form.select_one("html") is None
        assert form.select_one("[role=alert]")

    def test_others_may_not(self, browser, otto, waiting):
        pot, proposal = waiting
        browser.sign_in(otto)
        browser.get("ballots.compose_paper", status=403, pot_id=pot.id)
        data = {"proposals": str(proposal.id)}
        browser.post("ballots.compose_paper", data, status=403, pot_id=pot.id)
        assert "سپیدار" not in browser.get("ballots.compose").select_one("main").text
