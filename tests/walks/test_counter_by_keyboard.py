"""The counter and the commission by keys and by ear: mark, refuse, type twice, decide, settle."""

from __future__ import annotations

import pytest

from civic.cycles.phases import PhaseKind
from civic.polling.rules import NOT_THE_SAME
from tests import factories
from tests.walks import town as people
from tests.walks.reader import NOBODY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AREA = {"fa": "سپیدار", "en": "Sepidar"}
CLEARED = "The alarm is cleared, with your reason. It comes back if the pattern doubles."
PROPOSED = (
    "You proposed this for the commission. Now somebody else has to agree; you can still clear it."
)
WAYS = [
    pytest.param("fa", True, id="fa"),
    pytest.param("en", True, id="en"),
    pytest.param("fa", False, id="fa-without-script"),
    pytest.param("en", False, id="en-without-script"),
]


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_a_paper_from_the_counter_into_the_bag(reader_for, town, language, scripts):
    how = {"language": language, "scripts": scripts}
    clerks = [town.do(people.a_clerk) for _ in range(3)]
    with reader_for(clerks[0], **how) as reader:
        refuses_what_is_no_id(reader)
        hands_out_a_paper_once(reader)
        counts_the_bag(reader)
        types(reader, "1", wrong=True)
        types(reader, "2")
        reader.finds("Nothing is left for you in this bag")
        address = reader.path
    with reader_for(clerks[1], **how) as reader:
        reader.open(address)
        types(reader, "1")
        types(reader, "3")
        reader.follow("To the bag")
        reader.finds("Read differently, to decide")
    with reader_for(clerks[2], **how) as reader:
        reader.open(address.replace("/type", ""))
        reader.follow("Decide sheets that were read differently")
        types(reader, "2")
        reader.follow("To the bag")
        reader.press("Put the sheets into the box")
        reader.finds("in the box")


def refuses_what_is_no_id(reader):
    reader.open("/counter/bags")
    reader.follow("Counter")
    reader.reads_in_order()
    reader.write(reader.says("National id"), "1234567890")
    reader.press("Look up")
    reader.is_led_to_the_error(field=reader.says("National id"))


def hands_out_a_paper_once(reader):
    """To a stranger whose papers are looked at first, and once only; then to a known neighbour."""
    national_id = factories.make_national_id()
    looks_up(reader, national_id)
    mark = reader.says("Mark, then print the sheet of %(area)s", area=AREA[reader.language])
    reader.press(mark)
    reader.is_led_to_the_error()
    reader.finds("Look at the papers first, and tick that you have done so.")
    reader.tick(reader.says("I have looked at the papers named above, and it is so."))
    reader.press(mark)
    reader.finds("The person is marked. Print the sheet and hand it out.")
    reader.follow("Back to the counter")
    looks_up(reader, national_id)
    reader.finds("This person was given a paper for this vote already; each person gets one.")
    looks_up(reader, reader.town.do(people.an_id_of_sepidar))
    reader.press(mark)
    reader.follow("Back to the counter")


def looks_up(reader, national_id):
    reader.write(reader.says("National id"), national_id)
    reader.press("Look up")
    here = reader.focused()
    assert (here.role, here.name) == ("heading", reader.says("This person"))


def counts_the_bag(reader):
    reader.follow("Bags and sheets")
    reader.reads_in_order()
    bags = [one for one in reader.all_of("link") if reader.says("Bag %(n)s", n="") in one.name]
    reader.press(bags[-1].name, role="link")
    reader.press("Note the count")
    reader.is_led_to_the_error(field=reader.says("Sheets in the bag"))
    reader.write(reader.says("Sheets in the bag"), reader.number(2))
    reader.write(reader.says("Number on the seal"), "A-17")
    reader.press("Note the count")
    reader.finds("The bag is counted and sealed. Now two clerks type its sheets.")
    reader.follow("Type sheets")


def types(reader, numbers, *, wrong=False):
    """The field has the focus at once; Enter stores, and the next sheet is there."""
    field = reader.says("Numbers on the sheet")
    assert (reader.focused() or NOBODY).name.startswith(field)
    if wrong:
        reader.write(field, "a b")
        with reader.page.expect_navigation():
            reader.page.keyboard.press("Enter")
        reader.hear()
        reader.is_led_to_the_error(field=field)
    reader.write(field, numbers)
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.hear()


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_what_the_lot_draws_is_read_again(reader_for, course, language, scripts):
    """One sheet is read otherwise; who read it does not put it right alone."""
    how = {"language": language, "scripts": scripts, "town": course.town}
    course.reach(PhaseKind.VOTING)
    course.town.do(people.a_bag_in_the_box)
    course.reach(PhaseKind.COUNTING)
    with reader_for(people.of_headquarters, **how) as reader:
        reader.open("/counter/bags")
        reader.finds("The lot is drawn")
        reader.finds("The box can be closed when all these sheets are read again.")
        reader.reads_in_order()
        reader.press(reader.says("Bag %(n)s", n=reader.number(1)), role="link")
        reader.follow("Read the sheets again")
        types(reader, reader.number(1), wrong=True)
        types(reader, reader.number(1))
        reader.follow("To the bag")
        reader.follow("Bags and sheets")
        reader.finds("All sheets are read again")
        close = reader.says("Close the box of %(area)s", area=AREA[language])
        reader.press(close)
        reader.finds(NOT_THE_SAME)
        reader.follow("Back to the page before")
        reader.hands_over_to(people.of_headquarters)
        reader.open("/counter/bags")
        reader.press(close)
        reader.finds("The box is closed. The votes are counted now.")


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_two_of_the_commission_settle_an_alarm(reader_for, town, language, scripts):
    how = {"language": language, "scripts": scripts}
    town.do(people.two_alarms)
    with reader_for(people.an_auditor, **how) as reader:
        reader.open("/alarms/")
        reader.reads_in_order()
        address = first_alarm(reader)
        reader.press("I am looking at it")
        reader.finds("It is noted that you look at it.")
        reader.press("Propose it for the commission")
        reader.is_led_to_the_error(field=reader.says("Why"))
        reader.write(reader.says("Why"), "دو بار از یک نشانی")
        reader.press("Propose it for the commission")
        reader.finds(PROPOSED)
        reader.follow("Alarms")
        first_alarm(reader, other_than=address)
        reader.write(reader.says("Why"), "خانه سالمندان است")
        reader.press("Clear it: this is no fraud")
        reader.finds(CLEARED)
    with reader_for(people.an_auditor, **how) as reader:
        reader.open(address)
        reader.press("I agree: pass it to the commission")
        reader.open("/alarms/?show=decided")
        reader.finds("Settled")


def first_alarm(reader, other_than=None):
    """Go to the first alarm that is still to be settled."""
    found = reader.page.locator("main .card a[href^='/alarms/']").evaluate_all(
        "links => links.map(link => [link.getAttribute('href'), link.textContent])"
    )
    place, words = next(one for one in found if one[0] != other_than)
    reader.open(place) if other_than else reader.press(words.strip(), role="link")
    return reader.path


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_counter_is_closed_to_others_and_empty_lists_teach(reader_for, language):
    with reader_for(people.a_resident, language=language) as reader:
        reader.open("/counter/", status=403)
        reader.finds("This is not possible")
    with reader_for(people.an_auditor, language=language) as reader:
        reader.open("/alarms/calls/1405")
        reader.reads_in_order()
        reader.open("/turnout/1405")
