import csv
import json
from io import StringIO

import pytest

from civic.counting import count, read_pb
from civic.results import jobs, queries
from civic.results.actions import count_pot, publish_result
from civic.results.jobs import study_count, study_counts
from tests import factories
from tests.results.conftest import fill_box


@pytest.fixture
def published(counted, adam, at_noon):
    return publish_result(adam, counted, at=at_noon)


@pytest.fixture
def publish(adam, at_noon):
    """Count a pot and publish the result."""
    return lambda pot: publish_result(adam, count_pot(pot, at=at_noon), at=at_noon)


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

    @pytest.mark.parametrize(("lang", "said"), [
        ("en", "With 1 more vote it would have been funded."), ("fa", "با ۱ رأی بیشتر"),
    ])  # fmt: skip
    def test_one_vote_is_one_vote(self, browser, pot, swing, bridge, publish, lang, said):
        fill_box(pot, [[swing.number]] * 30 + [[bridge.number]] * 30)
        publish(pot)
        page = browser.get("results.show", pot_id=pot.id, lang=lang)
        assert said in page.text

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

    def test_where_few_voted_no_number_betrays_them(self, browser, pot, swing, publish):
        fill_box(pot, [[swing.number]] * 9)
        publish(pot)
        page = browser.get("results.show", pot_id=pot.id)
        assert not page.select(".table__why")
        assert "نشان داده نمی‌شود" in page.text

    def test_few_statements_whatever_the_rows(self, browser, pot, swing, publish, statements):
        for _ in range(20):
            factories.make_ballot_project(pot)
        fill_box(pot, [[swing.number]] * 12)
        publish(pot)
        with statements() as seen:
            browser.get("results.show", pot_id=pot.id)
        assert len(seen) <= 8, seen

    def test_whoever_waited_is_led_to_the_result(self, browser, pot, published):
        answer = browser.get("results.show", status=204, pot_id=pot.id, htmx=True)
        assert answer.response.headers["HX-Redirect"].endswith(f"/results/{pot.id}")

    def test_an_empty_box_is_said_to_be_empty(self, browser, pot, swing, publish):
        fill_box(pot, [])
        publish(pot)
        page = browser.get("results.show", pot_id=pot.id)
        assert "هیچ‌کس" in page.select_one("main .note").text

    def test_the_command_for_a_recount_is_there(self, browser, pot, published):
        command = browser.get("results.show", pot_id=pot.id).select_one("pre").text
        assert command.endswith("-demo-6-1.pb --rule greedy --ties votes,cost,lot:seed")

    def test_the_bar_is_filled_by_the_winners(self, browser, pot, published):
        bar = browser.get("results.show", pot_id=pot.id).select_one(".bar--thick")
        assert [part["width"] for part in bar.select("rect")] == ["40.0%"]


class TestWhatIf:
    def test_another_pot_is_counted_and_nothing_is_kept(self, browser, pot, published, bridge):
        page = browser.get("results.what_if", pot_id=pot.id, rule="greedy", pot="۱٬۱۰۰")
        assert [item.text.strip() for item in page.select(".sides li")] == ["پل", "هیچ‌کدام"]
        assert "۲۰ رأی‌دهنده به پروژه‌های بیشتری" in page.text
        assert "پل" not in browser.get("results.show", pot_id=pot.id).select_one(".figures").text

    def test_another_rule(self, browser, pot, published):
        page = browser.get("results.what_if", pot_id=pot.id, rule="bos", pot="1000", lang="en")
        assert "What would have come out" in page.text

    def test_the_same_says_so(self, browser, pot, published):
        page = browser.get("results.what_if", pot_id=pot.id, rule="greedy", pot="1000")
        assert "همین پروژه‌ها برنده می‌شدند" in page.text

    def test_before_a_question_it_shows_what_was_counted(self, browser, pot, published):
        page = browser.get("results.what_if", pot_id=pot.id)
        assert page.select_one("[name=pot]")["value"] == "1000"
        assert page.select_one("[name=rule] [selected]")["value"] == "greedy"
        assert not page.select("table")

    def test_htmx_gets_the_answer_alone(self, browser, pot, published):
        page = browser.get("results.what_if", pot_id=pot.id, rule="greedy", pot="1100", htmx=True)
        assert page.select_one("#answer")
        assert not page.select("h1")

    @pytest.mark.parametrize("wrong", [
        {"pot": ""}, {"pot": "0"}, {"pot": "-1"}, {"pot": "many"}, {"pot": "9" * 40},
        {"rule": "dictator", "pot": "1000"}, {"rule": "greedy"},
    ])  # fmt: skip
    def test_a_wrong_question_gets_a_sentence(self, browser, pot, published, wrong):
        page = browser.get("results.what_if", pot_id=pot.id, status=422, **wrong)
        assert page.select(".errors, .field__error")

    def test_a_rule_that_lacks_its_minimum_cannot_be_chosen(self, browser, pot, published):
        browser.get(
            "results.what_if", pot_id=pot.id, rule="greedy-threshold", pot="1000", status=422
        )

    def test_nobody_waits_for_shares_that_rise_for_ever(self, browser, pot, swing, publish):
        lonely = factories.make_ballot_project(pot, cost=60_000)
        fill_box(pot, [[swing.number]] * 99 + [[lonely.number]])
        publish(pot)
        page = browser.get(
            "results.what_if", pot_id=pot.id, rule="equal-shares/add1", pot="110000", status=422
        )
        assert not page.select("#answer table")
        assert "دستور بازشماری" in page.select_one("#answer").text

    def test_few_ballots_are_not_asked(self, browser, pot, swing, publish):
        fill_box(pot, [[swing.number]] * 49)
        publish(pot)
        browser.get("results.what_if", pot_id=pot.id, status=404)
        assert "what-if" not in str(browser.get("results.show", pot_id=pot.id))

    def test_nothing_before_the_publication(self, browser, pot, counted):
        browser.get("results.what_if", pot_id=pot.id, status=404)

    def test_few_statements(self, browser, pot, published, statements):
        with statements() as seen:
            browser.get("results.what_if", pot_id=pot.id, rule="greedy", pot="1100")
        assert len(seen) <= 8, seen
        assert sum("FROM ballot_project" in each for each in seen) == 1


class TestStudies:
    def test_what_would_have_helped_stands_beside_the_reason(self, browser, pot, published):
        study_count(str(published.id))
        whys = [
            why.text for why in browser.get("results.show", pot_id=pot.id).select(".table__why")
        ]
        assert whys[1].endswith(
            "با ۲۱ رأی بیشتر، یا با هزینه ۶۰۰ تومان، یا با بودجه ۱٫۱ هزار تومان برنده می‌شد."
        )

    def test_other_rules_are_shown_beside(self, browser, pot, published):
        assert len(browser.get("results.show", pot_id=pot.id).select("table")) == 1
        study_count(str(published.id))
        page = browser.get("results.show", pot_id=pot.id, lang="en")
        rules = [head.text.strip() for head in page.select("table")[1].select("tbody th")]
        assert rules == [
            "Method of Equal Shares (Add1U)", "Phragmén's method",
            "Equal shares with bounded overspending",
        ]  # fmt: skip

    def test_a_study_is_made_once_and_goes_on_where_it_stopped(self, published, monkeypatch):
        monkeypatch.setattr(jobs, "PATIENCE", -1.0)
        study_count(str(published.id))
        assert queries.unstudied() == [published.id]
        monkeypatch.setattr(jobs, "PATIENCE", 60.0)
        study_count(str(published.id))
        assert queries.unstudied() == []

    def test_what_would_take_long_is_left_to_the_command_line(self, published, monkeypatch):
        monkeypatch.setattr(jobs, "may_be_explained", lambda rule, ballots: False)
        study_count(str(published.id))
        assert queries.count_with(published.id).alternatives
        assert len(queries.unexplained(published)) == 1

    def test_a_count_that_is_gone_is_not_studied(self, database):
        study_count("00000000-0000-0000-0000-000000000000")

    def test_every_count_is_taken_up(self, published, monkeypatch):
        taken = []
        monkeypatch.setattr(jobs, "enqueue", lambda job, *ids: taken.append((job, *ids)))
        study_counts()
        assert taken == [(study_count, published.id)]


class TestFiles:
    def test_the_ballots_count_again_to_the_same_winners(self, browser, pot, published):
        text = browser.get("results.file", pot_id=pot.id, kind="pb").response.text
        file = read_pb(StringIO(text))
        assert list(count(file.election()).winners) == published.outcome["winners"]
        assert file.vote_fields == ("voter_id", "vote")

    def test_every_step_as_json(self, browser, pot, published):
        text = browser.get("results.file", pot_id=pot.id, kind="json").response.text
        assert json.loads(text)["outcome"]["input_sha256"] == published.input_sha256

    def test_a_fingerprint_of_few_ballots_is_kept(self, browser, pot, swing, publish):
        fill_box(pot, [[swing.number]] * 12)
        digest = publish(pot).input_sha256
        assert digest not in browser.get("results.file", pot_id=pot.id, kind="json").response.text
        assert digest not in browser.get("results.show", pot_id=pot.id).text

    def test_very_few_ballots_give_the_winners_only(self, browser, pot, swing, publish):
        fill_box(pot, [[swing.number]] * 9)
        publish(pot)
        given = browser.get("results.file", pot_id=pot.id, kind="json").response.text
        assert json.loads(given)["winners"] == [swing.code]
        assert json.loads(given)["outcome"] is None
        table = browser.get("results.file", pot_id=pot.id, kind="csv").response.text
        row = next(csv.DictReader(StringIO(table.lstrip("\ufeff"))))
        assert (row["votes"], row["rank"], row["why"]) == ("", "", "")

    def test_no_cell_is_a_formula(self, browser, pot, box, publish):
        factories.make_ballot_project(pot, title="=cmd|'/C calc'!A0")
        publish(pot)
        text = browser.get("results.file", pot_id=pot.id, kind="csv").response.text
        titles = [row["title"] for row in csv.DictReader(StringIO(text.lstrip("\ufeff")))]
        assert "'=cmd|'/C calc'!A0" in titles

    def test_few_ballots_are_not_given_out(self, browser, pot, swing, publish):
        fill_box(pot, [[swing.number]] * 12)
        publish(pot)
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

    def test_can_be_narrowed_to_an_area(self, browser, published, tree):
        assert browser.get("results.index", area="demo-6-1").select("main h2 a")
        page = browser.get("results.index", area="demo-6-2", htmx=True)
        assert page.select_one("html") is None
        assert not page.select("h2 a")

    def test_few_statements(self, browser, published, tree, publish, statements):
        other = factories.make_pot(published.pot.cycle, tree.narvan)
        factories.make_ballot_project(other)
        fill_box(other, [])
        publish(other)
        with statements() as seen:
            assert len(browser.get("results.index").select("main h2 a")) == 2
        assert len(seen) <= 8, seen


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
        assert len(page.select("table.table--compact tbody tr")) == 1
        assert len(seen) <= 8, seen

    def test_without_the_second_factor_nothing_is_shown(self, browser, adam, pot, counted):
        browser.sign_in(adam, second_factor=False)
        browser.get("results.desk", status=303)
        browser.get("results.check", status=303, pot_id=pot.id)

    def test_a_result_that_is_out_cannot_be_published_again(self, browser, hedi, pot, published):
        page = browser.sign_in(hedi).get("results.check", pot_id=pot.id)
        assert not page.select("main form")
        page = browser.post("results.check", {"sure": "y"}, status=422, pot_id=pot.id)
        assert "منتشر" in page.text

    def test_few_statements_for_a_check(self, browser, adam, pot, counted, statements):
        browser.sign_in(adam)
        with statements() as seen:
            browser.get("results.check", pot_id=pot.id)
        assert len(seen) <= 8, seen
