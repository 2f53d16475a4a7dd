"""The pages of a vote from before its paper is published until its result, by keys and by ear."""

from __future__ import annotations

import pytest

from civic.ballots.book import PAUSED
from civic.cycles.phases import PhaseKind
from tests.walks.reader import NOBODY
from tests.walks.test_counter_by_keyboard import AREA
from tests.walks.test_vote_by_keyboard import WAYS
from tests.walks.town import LIGHTS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_a_vote_from_before_its_paper_to_its_result(reader_for, course, language, scripts):
    how = {"language": language, "scripts": scripts, "town": course.town}
    with reader_for(course.waits, **how) as reader, reader_for(course.voted, **how) as voter:
        nothing_to_read_yet(reader, course)
        course.reach(PhaseKind.BALLOT)
        reads_without_choosing(reader, course)
        course.reach(PhaseKind.VOTING)
        is_held_up_and_goes_on(reader, course)
        course.reach(PhaseKind.COUNTING)
        comes_too_late(reader, course)
        keeps_the_receipt_after_the_close(voter, course)
        course.reach(PhaseKind.RESULTS)
        is_led_to_the_result(reader)
        finds_the_vote_counted(voter)


def nothing_to_read_yet(reader, course):
    reader.open("/me")
    reader.finds("Proposals are being checked")
    reader.open("/me/vote")
    reader.finds("Yes. Everything that can be known beforehand is in order.")
    reader.follow("To my ballots")
    reader.finds("Voting opens on %(opens)s.", opens=reader.told(course.opens()))
    reader.open(f"/vote/{reader.town.pot}")
    reader.finds("The ballot is not published yet")
    reader.finds("From %(opens)s.", opens=reader.told(course.shown_from()))
    assert not any(light in reader.text() for light in LIGHTS)
    reader.reads_in_order()
    reader.follow("Dates of the cycle")


def reads_without_choosing(reader, course):
    """Every project can be read; there is nothing to tick, and nobody gets to the review."""
    reader.open("/vote/")
    reader.follow("Read the ballot")
    opens = reader.told(course.opens())
    reader.finds("These are the projects you can choose from. Voting opens on %(opens)s.",
                 opens=opens)  # fmt: skip
    reader.open(f"/vote/{course.town.pot}")
    assert all(light in [one.name for one in reader.all_of("heading")] for light in LIGHTS)
    assert not reader.all_of("checkbox")
    reader.open(f"/vote/{course.town.pot}/review", status=422)
    reader.finds("Voting opens on %(opens)s.", opens=opens)


def is_held_up_and_goes_on(reader, course):
    """The book is doubted while somebody looks their choice through: it is kept, and cast later."""
    reader.open(f"/vote/{course.town.pot}")
    reader.tick(LIGHTS[0])
    reader.press("Review my vote")
    course.pause()
    reader.press("Cast my vote")
    reader.finds(PAUSED)
    reader.follow("Back to the page before")
    reader.finds("Voting is paused")
    assert reader.says("Cast my vote") not in [one.name for one in reader.all_of("button")]
    reader.follow("Look again")
    reader.finds("Voting is paused")
    reader.reads_in_order()
    for page in ("/me", "/vote/", f"/vote/{course.town.pot}"):
        reader.open(page)
        reader.finds("Voting is paused")
        reader.reads_in_order()
    course.trust()
    reader.open(f"/vote/{course.town.pot}")
    assert reader.says("Voting is paused") not in reader.text()
    [kept] = [box.name for box in reader.all_of("checkbox") if box.state["checked"] == "true"]
    assert kept == LIGHTS[0]
    reader.press("Review my vote")


def comes_too_late(reader, course):
    """The choice was never cast; the page says so, and no page invites to vote any more."""
    reader.press("Cast my vote")
    closed = reader.told(course.closes())
    reader.finds("Voting ended on %(closes)s. No ballot can be cast any more.", closes=closed)
    reader.open("/vote/")
    reader.finds("Voting ended on %(closes)s.", closes=closed)
    assert reader.says("Not voted yet") not in reader.text()
    reader.open(f"/vote/{course.town.pot}")
    assert not reader.all_of("checkbox")
    reader.follow(reader.says("Result of %(name)s", name=AREA[reader.language]))
    reader.finds("Counting")
    reader.reads_in_order()
    if not reader.scripts:
        reader.follow("Look again")
        reader.finds("Counting")


def keeps_the_receipt_after_the_close(voter, course):
    voter.open(f"/vote/{course.town.pot}")
    voter.finds("You have voted.")
    voter.follow("Your receipt")
    voter.reads_in_order()
    names = [one.name for one in voter.all_of("link")]
    assert voter.says("Change my vote") not in names
    voter.follow("Check the code")
    voter.finds("It was the last vote of its voter, and it was counted.")
    here = voter.focused() or NOBODY
    assert here.role == "status", f"The focus is on {here} and not on the answer."


def is_led_to_the_result(reader):
    reader.open("/vote/")
    reader.follow("Read the ballot")
    reader.open(f"/vote/{reader.town.pot}")
    reader.follow(reader.says("Result of %(name)s", name=AREA[reader.language]))
    reader.finds("Count it again yourself")
    reader.reads_in_order()


def finds_the_vote_counted(voter):
    voter.open(f"/vote/{voter.town.pot}/receipt")
    voter.follow("Check the code")
    voter.finds("It was the last vote of its voter, and it was counted.")
    voter.open(f"/vote/{voter.town.pot}/receipt")
    voter.follow(voter.says("Result of %(name)s", name=AREA[voter.language]))
    voter.finds("Count it again yourself")
