import csv
import json
from io import StringIO

import pytest

from civic.counting import count, read_pb
from civic.results.actions import count_pot, publish_result
from tests import factories
from tests.results.conftest import fill_box


@pytest.fixture
def published(counted, adam, at_noon):
    return publish_result(adam, counted, at=at_noon)


class TestShow:
    def test_says_what_won_and_why(self, browser, pot, published):
        page = browser.get("results.show", pot_id=pot.id)
        assert page.select_one("h1").text == "۱ پروژه برنده شد"
        whys = [why.text for why in page.select(".table__why")]
        assert "جایگاه ۱" in whys[0]
        assert "۲۱ رأی بیشتر" in whys[1]

    def test_in_english_too(self, browser, pot, published):
        page = browser.get("results.show", pot_id=pot.id, lang="en")
        assert "With 21 more votes it would have been funded." in page.text

    def test_nothing_before_the_publication(self, browser, pot, counted, swing):
        page = browser.get("results.show", pot_id=pot.id)
        assert swing.title not in page.text

    def test_while_counting_it_looks_again_and_then_stops(self, browser, pot, box, at_noon):
        waiting = browser.get("results.show", pot_id=pot.id, htmx=True)
        assert waiting.select_one("#state")["hx-trigger"]
        count_pot(pot, at=at_noon)
        done = browser.get("results.show", pot_id=pot.id, htmx=True)
        assert not done.select_one("#state").has_attr("hx-trigger")

    def test_an_unknown_pot_is_missing(self, browser, tree):
        browser.get("/results/00000000-0000-0000-0000-000000000000", status=404)

    def test_where_few_voted_no_number_betrays_them(
        self, browser, pot, swing, bridge, adam, at_noon
    ):
        fill_box(pot, [[swing.number]] * 3 + [[bridge.number]])
        publish_result(adam, count_pot(pot, at=at_noon), at=at_noon)
        page = browser.get("results.show", pot_id=pot.id)
        assert not page.select(".table__why")
        assert "نشان داده نمی‌شود" in page.text

    def test_few_statements_whatever_the_rows(self, browser, pot, swing, adam, at_noon, statements):
        for _ in range(20):
            factories.make_ballot_project(pot)
        fill_box(pot, [[swing.number]] * 12)
        publish_result(adam, count_pot(pot, at=at_noon), at=at_noon)
        with statements() as seen:
            browser.get("results.show", pot_id=pot.id)
        assert len(seen) <= 8, seen


class TestFiles:
    def test_the_ballots_count_again_to_the_same_winners(self, browser, pot, published):
        text = browser.get("results.file", pot_id=pot.id, kind="pb").response.text
        file = read_pb(StringIO(text))
        assert list(count(file.election()).winners) == published.outcome["winners"]
        assert file.vote_fields == ("voter_id", "vote")

    def test_every_step_as_json(self, browser, pot, published):
        text = browser.get("results.file", pot_id=pot.id, kind="json").response.text
        assert json.loads(text)["outcome"]["input_sha256"] == published.input_sha256

    def test_no_cell_is_a_formula(self, browser, pot, box, adam, at_noon):
        factories.make_ballot_project(pot, title="=cmd|'/C calc'!A0")
        publish_result(adam, count_pot(pot, at=at_noon), at=at_noon)
        text = browser.get("results.file", pot_id=pot.id, kind="csv").response.text
        titles = [row["title"] for row in csv.DictReader(StringIO(text.lstrip("\ufeff")))]
        assert "'=cmd|'/C calc'!A0" in titles

    def test_few_ballots_are_not_given_out(self, browser, pot, swing, adam, at_noon):
        fill_box(pot, [[swing.number]] * 12)
        publish_result(adam, count_pot(pot, at=at_noon), at=at_noon)
        browser.get("results.file", pot_id=pot.id, kind="pb", status=422)

    @pytest.mark.parametrize("kind", ["pb", "json", "csv"])
    def test_nothing_before_the_publication(self, browser, pot, counted, kind):
        browser.get("results.file", pot_id=pot.id, kind=kind, status=404)


class TestIndex:
    def test_lists_what_is_published(self, browser, pot, published):
        page = browser.get("results.index")
        assert page.select_one("main h2").text == "سپیدار"

    def test_and_nothing_else(self, browser, counted):
        assert not browser.get("results.index").select("main h2 a")


class TestCheck:
    def test_it_is_published_after_a_deliberate_yes(self, browser, adam, pot, counted):
        browser.sign_in(adam)
        browser.post("results.check", {}, status=422, pot_id=pot.id)
        answer = browser.post("results.check", {"sure": "y"}, pot_id=pot.id)
        assert answer.response.location.endswith(f"/results/{pot.id}")

    def test_an_auditor_reads_but_does_not_publish(self, browser, ada, pot, counted):
        browser.sign_in(ada)
        assert not browser.get("results.check", pot_id=pot.id).select("main form")
        browser.post("results.check", {"sure": "y"}, status=403, pot_id=pot.id)

    def test_moderators_do_not_see_it(self, browser, milo, pot, counted):
        browser.sign_in(milo).get("results.check", status=403, pot_id=pot.id)
        browser.get("results.desk", status=403)

    def test_the_desk_lists_what_waits(self, browser, adam, pot, counted, statements):
        browser.sign_in(adam)
        with statements() as seen:
            page = browser.get("results.desk")
        assert len(page.select("tbody tr")) == 1
        assert len(seen) <= 8, seen
