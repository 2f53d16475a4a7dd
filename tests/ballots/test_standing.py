import pytest

from civic.ballots import counter
from civic.ballots.actions import open_boxes
from civic.ballots.standing import Standing, standing_of
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from tests import factories


@pytest.fixture
def district(cycle, tree):
    """Another pot of the person, about which no paper was given out."""
    made = factories.make_pot(cycle, tree.district)
    factories.make_ballot_project(made)
    return made


@pytest.fixture
def opened(cycle, district, paper):
    open_boxes(cycle, at=clock.now())


@pytest.fixture
def marked(opened, pot, rosa):
    """Rosa was given a paper at the counter."""
    counter.mark_on_paper(pot, rosa.national_id_lookup, at=clock.now())
    return rosa


class TestWhatIsKnown:
    def test_nothing_of_who_gave_no_id(self, opened, pot, adam, statements):
        with statements() as seen:
            assert standing_of(adam, [pot]) == Standing()
        assert not seen

    def test_a_vote_is_of_its_own_pot_and_voter(self, opened, district, pot, cast, rosa, ada):
        cast(rosa, 0)
        assert standing_of(rosa, [pot, district]) == Standing(voted=frozenset({pot.id}))
        assert standing_of(ada, [pot, district]) == Standing()

    def test_a_paper_takes_the_place_of_a_vote(self, opened, pot, cast, rosa):
        cast(rosa, 0)
        counter.mark_on_paper(pot, rosa.national_id_lookup, at=clock.now())
        assert standing_of(rosa, [pot]) == Standing(on_paper=frozenset({pot.id}))

    def test_another_cycle_knows_nothing_of_it(self, marked, tree, pot):
        next_year = factories.make_cycle(tree.city, phase=PhaseKind.IDEAS, code="1406")
        other = factories.make_pot(next_year, tree.sepidar)
        assert standing_of(marked, [pot, other]).on_paper == {pot.id}
        assert standing_of(marked, [other]) == Standing()


class TestWhoVotesOnPaper:
    def test_reads_it_on_the_ballot_before_choosing(self, browser, marked, pot):
        page = browser.sign_in(marked).get("ballots.paper", pot_id=pot.id)
        assert not page.select("input[name=choices]")
        assert "برگه کاغذی" in page.select_one(".note").text
        assert len(page.select(".option")) == 3, "The projects can still be read."
        assert page.select_one("main a[href='/me/vote#counter']")

    def test_is_led_there_from_the_review(self, browser, rosa, pot, paper, opened):
        browser.sign_in(rosa)
        ticked = {"choices": [paper[0].number], "do": "review"}
        browser.post("ballots.keep", ticked, pot_id=pot.id)
        counter.mark_on_paper(pot, rosa.national_id_lookup, at=clock.now())
        answer = browser.get("ballots.review", pot_id=pot.id, status=303)
        assert "برگه کاغذی" in browser.follow(answer).select_one(".note").text

    def test_a_choice_that_is_sent_all_the_same_leads_there_too(self, browser, marked, pot, paper):
        ticked = {"choices": [paper[0].number], "do": "review"}
        answer = browser.sign_in(marked).post("ballots.keep", ticked, pot_id=pot.id)
        answer = browser.get(answer.response.location, status=303)
        assert answer.response.location == f"/vote/{pot.id}"

    def test_sees_it_beside_each_ballot(self, browser, marked, pot, district):
        page = browser.sign_in(marked).get("ballots.index", lang="en")
        card = ".card:has(a[href='/vote/{}'])"
        here, there = (page.select_one(card.format(one.id)) for one in (pot, district))
        assert "On paper" in here.text
        assert not here.select(".button--main")
        assert there.select(".button--main")

    def test_why_i_can_vote_says_how(self, browser, marked, pot, district, statements):
        browser.sign_in(marked)
        with statements() as seen:
            page = browser.get("electorate.eligibility", lang="en")
        assert len(seen) <= 8, seen
        assert page.select_one(".lead").text.startswith("Yes. You can vote until")
        assert "On paper" in page.select_one(f"main li:has(a[href='/vote/{pot.id}'])").text
        assert "On paper" not in page.select_one(f"main li:has(a[href='/vote/{district.id}'])").text

    def test_of_all_pots_is_told_so_at_once(self, browser, marked, district):
        counter.mark_on_paper(district, marked.national_id_lookup, at=clock.now())
        page = browser.sign_in(marked).get("electorate.eligibility", lang="en")
        assert page.select_one(".lead").text.startswith("Yes, on paper")

    def test_everybody_else_is_told_nothing_of_it(self, browser, marked, tree, pot):
        neighbour = factories.make_resident("Nora", tree.sepidar)
        page = browser.sign_in(neighbour).get("ballots.paper", pot_id=pot.id)
        assert len(page.select("input[name=choices]")) == 3
        assert "On paper" not in browser.get("electorate.eligibility", lang="en").text
