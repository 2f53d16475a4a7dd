"""The pages of bags and sheets, as clerks and the commission meet them."""

import pytest

from civic.ballots import actions as ballots
from civic.ballots import queries as box
from civic.ballots.rules import GRACE
from civic.kernel.text import persian_digits
from civic.polling import queries
from tests import factories


@pytest.fixture
def bag(hand):
    for _ in range(2):
        batch = hand(factories.make_national_id()).batch
    return batch.id


def note(browser, bag, sheets=2):
    data = {"physical_count": persian_digits(str(sheets)), "seal": "A-1"}
    return browser.post("polling.count", data, batch_id=bag)


def type_in(browser, bag, *typed, task="type", status=303):
    """Type into whatever sheet the page shows, one after another."""
    for entry in typed:
        page = browser.get("polling.read", batch_id=bag, task=task)
        data = {"entry": entry, "serial": page.select_one("input[name=serial]")["value"]}
        page = browser.post("polling.read", data, status, batch_id=bag, task=task)
    return page


def test_the_way_of_a_bag(browser, cora, cyrus, tess, hedi, bag, paper, pot, times):
    one, two = (persian_digits(str(line.number)) for line in paper[:2])
    note(browser.sign_in(cora), bag)
    type_in(browser, bag, f"{one}  {two}", one)
    assert browser.get("polling.read", batch_id=bag, task="type").select_one(".empty")
    type_in(browser.sign_in(cyrus), bag, f"{two}، {one}", two)
    assert not browser.get("polling.bag", batch_id=bag).select("form[action$='/close']")
    type_in(browser.sign_in(tess), bag, two, task="decide")
    assert browser.get("polling.bag", batch_id=bag).select_one("form[action$='/close']")
    browser.post("polling.close", batch_id=bag)
    assert box.turnout(pot.id) == 2
    ballots.close_box(pot, at=times.closes + GRACE)
    page = browser.sign_in(hedi).get("polling.bags")
    assert "۰" in page.select_one("main .note").text
    type_in(browser, bag, f"{one} {two}", two, task="again")
    assert browser.get("polling.bags").select_one("form[action$='/finish']")
    browser.post("polling.finish", pot_id=pot.id)
    assert box.box_state(pot.id) == "closed"


@pytest.fixture
def tess(tree):
    return factories.make_staff("Tess", "clerk", area=tree.sepidar)


class TestTyping:
    @pytest.fixture
    def counted(self, browser, cora, bag):
        note(browser.sign_in(cora), bag)
        return bag

    def test_the_second_clerk_sees_nothing_of_the_first(self, browser, counted, cyrus, paper):
        entry = f"{paper[0].number} {paper[1].number}"
        type_in(browser, counted, entry)
        page = browser.sign_in(cyrus).get("polling.read", batch_id=counted, task="type")
        assert page.select_one("input[name=serial]")["value"] == "1"
        assert not page.select_one("input[name=entry]").get("value")
        assert entry not in page.text

    @pytest.mark.parametrize("typed", ["", "x", "1 2 x", "99999", "۱۲۳۴", "0 1", "-"])
    def test_what_is_no_entry_is_said_and_kept(self, browser, counted, typed):
        page = type_in(browser, counted, typed, status=422)
        assert page.select_one("#entry-error")
        assert page.select_one("input[name=entry]")["value"] == typed
        assert page.select_one("input[name=serial]")["value"] == "1"
        assert queries.last_serial(counted) == 0

    def test_a_sheet_sent_twice_is_stored_once(self, browser, counted, paper):
        data = {"entry": str(paper[0].number), "serial": "1"}
        browser.post("polling.read", data, batch_id=counted, task="type")
        page = browser.post("polling.read", data, 422, batch_id=counted, task="type")
        assert page.select_one(".errors")
        assert len(queries.sheets_of(counted)) == 1

    @pytest.mark.parametrize("serial", ["", "x", "9", "-1", "99999"])
    def test_a_serial_that_is_none(self, browser, counted, paper, serial):
        data = {"entry": str(paper[0].number), "serial": serial}
        browser.post("polling.read", data, 422, batch_id=counted, task="type")
        assert queries.last_serial(counted) == 0

    def test_it_is_one_field_with_the_cursor_in_it(self, browser, counted):
        page = browser.get("polling.read", batch_id=counted, task="type")
        [field] = page.select("main input:not([type=hidden])")
        assert field.has_attr("autofocus")

    def test_few_statements(self, browser, counted, statements):
        with statements() as seen:
            browser.get("polling.read", batch_id=counted, task="type")
        assert len(seen) <= 8


class TestWrongOrder:
    def test_a_bag_that_is_not_whole_stays_open(self, browser, cora, bag):
        browser.sign_in(cora).post("polling.close", status=422, batch_id=bag)
        note(browser, bag)
        browser.post("polling.close", status=422, batch_id=bag)

    def test_too_many_and_nothing(self, browser, cora, bag):
        browser.sign_in(cora)
        data = {"physical_count": "51", "seal": "1"}
        page = browser.post("polling.count", data, 422, batch_id=bag)
        assert page.select_one("#physical_count-error")
        page = browser.post("polling.count", {}, 422, batch_id=bag)
        assert len(page.select(".field__error")) == 2

    def test_the_commission_does_not_close_early(self, browser, hedi, bag, pot):
        browser.sign_in(hedi).post("polling.finish", status=422, pot_id=pot.id)

    def test_what_is_not_there(self, browser, cora, paper):
        nothing = factories.uuid4()
        browser.sign_in(cora).get("polling.bag", 404, batch_id=nothing)
        browser.get("polling.read", 404, batch_id=nothing, task="type")
        browser.get(f"/counter/bags/{nothing}/peek", 404)
        assert browser.get("polling.bags").select_one(".empty")


class TestWhoComesIn:
    @pytest.mark.parametrize("who", ["rosa", "milo", "ada", "adam", "far"])
    def test_others_do_not(self, browser, bag, who, request, tree):
        person = (
            factories.make_staff("Farid", "clerk", area=tree.narvan)
            if who == "far"
            else request.getfixturevalue(who)
        )
        browser.sign_in(person).get("polling.bag", 403, batch_id=bag)
        for task in ("type", "decide", "again"):
            browser.get("polling.read", 403, batch_id=bag, task=task)
        browser.post("polling.count", {"physical_count": "2", "seal": "1"}, 403, batch_id=bag)

    def test_a_clerk_does_not_close_the_box(self, browser, cora, bag, pot):
        browser.sign_in(cora).post("polling.finish", status=403, pot_id=pot.id)

    def test_few_statements_for_all_bags(self, browser, hedi, bag, statements):
        browser.sign_in(hedi)
        with statements() as seen:
            browser.get("polling.bags")
        assert len(seen) <= 14
