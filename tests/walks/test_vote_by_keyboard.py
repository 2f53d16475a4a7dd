"""The way of a resident, from “can I vote?” to the check of the receipt, by keys and by ear."""

from __future__ import annotations

import re

import pytest

from tests.walks import town as people
from tests.walks.town import BENCHES, LIGHTS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CODE = re.compile(r"(?:[0-9۰-۹]{4}\s*){6}")
WAYS = [
    pytest.param("fa", True, id="fa"),
    pytest.param("en", True, id="en"),
    pytest.param("fa", False, id="fa-without-script"),
    pytest.param("en", False, id="en-without-script"),
]
MONEY = {
    "fa": ("۳۰۰ میلیون تومان", "مانده از ۱ میلیارد تومان ۷۰۰ میلیون تومان"),
    "en": ("300 million toman", "Left of 1 billion toman 700 million toman"),
}


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_a_vote_is_cast_and_checked(reader_for, language, scripts):
    with reader_for(people.a_resident, language=language, scripts=scripts) as reader:
        can_i_vote(reader)
        chooses_too_much(reader)
        chooses_what_fits(reader)
        reviews_and_casts(reader)
        code = keeps_the_receipt(reader)
        changes_the_vote(reader)
        checks(reader, code)
        reader.follow("The public book")


def can_i_vote(reader):
    reader.open("/me/vote")
    reader.finds("Can I vote?")
    reader.reads_in_order()
    reader.follow("To my ballots")
    reader.finds("Not voted yet")


def chooses_too_much(reader):
    """Every box says its title and what it costs; what is left is said as it changes."""
    reader.follow("Vote")
    reader.press("Review my vote")
    reader.is_led_to_the_error()
    reader.finds("Choose at least one project.")
    boxes = reader.all_of("checkbox")
    assert [box.name for box in boxes] == LIGHTS
    cost, left = MONEY[reader.language]
    assert {box.description for box in boxes} == {cost}
    reader.tick(LIGHTS[0])
    if reader.scripts:
        assert reader.hears(left)
        sum_stands_beside_the_button(reader)
    for light in LIGHTS[1:4]:
        reader.tick(light)
    if reader.scripts:
        assert reader.hears(reader.says("Take one away to fit, for example “%(title)s”.",
                                        title=LIGHTS[0]))  # fmt: skip
    reader.press("Review my vote")
    reader.finds("This ballot cannot be cast like this yet")
    reader.is_led_to_the_error()


def sum_stands_beside_the_button(reader):
    """The bar at the thumb takes no more lines than it needs."""
    parts = (reader.page.locator(part) for part in (".pot__left", ".pot .button--main"))
    left, button = (part.bounding_box() for part in parts)
    assert button["y"] < left["y"] + left["height"] / 2 < button["y"] + button["height"]


def chooses_what_fits(reader):
    """From the error one link leads to the box that is to be emptied."""
    reader.tab_to("link", LIGHTS[0])
    reader.page.keyboard.press("Enter")
    here = reader.focused() or reader.tab_to("checkbox", LIGHTS[0])
    assert (here.role, here.name, here.state["checked"]) == ("checkbox", LIGHTS[0], "true")
    reader.page.keyboard.press("Space")
    if not reader.scripts:
        reader.press("Work out again")
        assert reader.says("Left of %(limit)s", limit="") in reader.text()
    reader.reads_in_order()


def reviews_and_casts(reader):
    reader.press("Review my vote")
    reader.finds("Nothing has been cast yet. Look through your choice, then cast it.")
    assert [light in reader.text() for light in LIGHTS] == [False, True, True, True, False]
    reader.reads_in_order()
    reader.tab_to("link", reader.says("Change my choice"))
    reader.tab_to("button", reader.says("Cast my vote"), key="Shift+Tab")
    reader.follow("Change my choice")
    assert sum(box.state["checked"] == "true" for box in reader.all_of("checkbox")) == 3
    reader.press("Review my vote")
    reader.press("Cast my vote")
    reader.finds("Your vote is recorded")


def keeps_the_receipt(reader):
    """On the screen, on a second device for half an hour, and on paper."""
    code = reader.page.inner_text(".receipt__code")
    assert CODE.fullmatch(code.strip()), code
    assert not any(light in reader.text() for light in LIGHTS), "A receipt never shows the choice."
    reader.tab_to("DisclosureTriangle", reader.says("Check with a second device what was stored"))
    reader.page.keyboard.press("Enter")
    reader.hear()
    reader.follow("Look here")
    assert [light in reader.text() for light in LIGHTS] == [False, True, True, True, False]
    reader.page.go_back()
    reader.page.emulate_media(media="print")
    shown = reader.page.locator("header.top, .no-print, footer >> visible=true")
    assert not shown.filter(visible=True).count(), "Only the receipt is printed."
    assert reader.page.locator(".receipt__code").is_visible()
    assert reader.page.locator(".receipt svg").first.is_visible()
    reader.page.emulate_media(media="screen")
    return code


def changes_the_vote(reader):
    """A second ballot counts projects, not money; the first one can be changed and says so."""
    reader.follow("My other ballots")
    reader.finds("You have voted")
    reader.open(f"/vote/{reader.town.few}")
    reader.tick(BENCHES[0])
    if reader.scripts:
        left = reader.says("Choices left of %(most)s", most=reader.number(2))
        assert reader.hears(f"{left} {reader.number(1)}")
    for bench in BENCHES[1:]:
        reader.tick(bench)
    reader.press("Review my vote")
    reader.is_led_to_the_error()
    reader.open(f"/vote/{reader.town.pot}")
    reader.finds("You have voted.")
    reader.tick(LIGHTS[4])
    reader.press("Review my vote")
    reader.finds("This replaces your earlier vote")


def checks(reader, code):
    """A good code in the digits of the page, one that nobody has, and one that is none."""
    reader.open("/verify")
    label = reader.says("Code of a receipt or a document")
    reader.write(label, "1234")
    reader.press("Check")
    here = reader.focused()
    assert (here.role, here.state["invalid"]) == ("textbox", "true")
    wrong = "This is not a code. A receipt has 24 digits, in six groups of four; a document has 12."
    assert reader.says(wrong) in here.description
    reader.write(label, "123456789012")
    reader.press("Check")
    assert reader.focused().state["invalid"] == "true", "A slip in the number of a document."
    reader.write(label, "0" * 24)
    reader.press("Check")
    reader.finds("No vote is recorded under this code.")
    reader.write(label, " ".join(code.split()))
    reader.press("Check")
    reader.finds("This vote is recorded.")
    reader.open("/promise")
    reader.finds("What nobody can promise you")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_who_may_not_vote_reads_why(reader_for, language):
    with reader_for(people.a_newcomer, language=language) as reader:
        reader.open("/vote/")
        reader.finds("Which neighbourhood is yours?")
        reader.open("/me/vote")
        reader.finds("Not yet. What is missing stands below, with the way to mend it.")
        reader.reads_in_order()
        reader.open(f"/vote/{reader.town.pot}")
        reader.finds("You cannot vote on this ballot yet")
        reader.open(f"/vote/{reader.town.pot}/receipt", status=404)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_who_votes_on_paper_reads_it_everywhere(reader_for, language):
    with reader_for(people.on_paper, language=language) as reader:
        reader.open("/me/vote")
        reader.finds("On paper")
        reader.open("/vote/")
        reader.finds("You were given a paper at the counter; the paper counts here.")
        reader.open(f"/vote/{reader.town.pot}/review")
        reader.finds("You vote on paper here")
        reader.follow("The counter: where and when")


def test_a_passer_by_reads_the_ballot_and_the_door(reader_for, town):
    with reader_for() as reader:
        reader.open(f"/vote/{town.pot}")
        reader.follow("Sign in to vote")
