"""An ambassador helps somebody to vote and the commission looks at it, by keys and by ear."""

from __future__ import annotations

import pytest

from civic.accounts.queries import mobile_of
from civic.cycles.phases import PhaseKind
from tests.accounts.phone import wrong
from tests.walks import town as people
from tests.walks.test_counter_by_keyboard import AREA
from tests.walks.test_vote_by_keyboard import WAYS
from tests.walks.town import LIGHTS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OVER = "This session is over. Begin a new one with the person."
WHY = "دو نفر شکایت کرده‌اند"
ASKED = "You have asked for it. Somebody else of the commission decides."


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_an_assisted_vote_until_its_batch_is_taken_out(reader_for, course, language, scripts):
    how = {"language": language, "scripts": scripts, "town": course.town}
    course.reach(PhaseKind.VOTING)
    with reader_for(course.town.do(people.an_ambassador), **how) as reader:
        begins_with_the_person(reader, course)
        reads_the_code(reader)
        the_person_votes(reader)
        lets_go(reader)
    with reader_for(people.of_headquarters, **how) as reader:
        reader.open("/assist/batches")
        reader.finds("Batches are decided about after voting on the web has ended, and before the"
                     " count.")  # fmt: skip
        course.reach(PhaseKind.COUNTING)
        takes_the_batch_out(reader)


def begins_with_the_person(reader, course):
    reader.open("/assist/")
    reader.reads_in_order()
    first = reader.says("Mobile number of the person")
    reader.press("Send the code")
    reader.is_led_to_the_error(field=first)
    reader.write(first, reader.number(reader.town.do(lambda town: mobile_of(course.waits(town)))))
    reader.write(reader.says("Place"), "خانه سالمندان بهار")
    reader.write(reader.says("Device"), "T2")
    reader.press("Send the code")


def reads_the_code(reader):
    code, field = reader.town.do(people.code_on_the_phone), reader.says("Six-digit code")
    reader.write(field, wrong(code))
    reader.press("Go on to the vote")
    reader.is_led_to_the_error(field=field)
    reader.write(field, reader.number(code))
    reader.press("Go on to the vote")


def the_person_votes(reader):
    """Nothing, too much, then what fits; each button says which ballot it casts."""
    cast = f"{reader.says('Cast my vote')} ({AREA[reader.language]})"
    boxes = [box.name for box in reader.all_of("checkbox")]
    assert all(any(light in name for name in boxes) for light in LIGHTS)
    reader.reads_in_order()
    reader.press(cast)
    reader.is_led_to_the_error()
    for light in LIGHTS[:4]:
        reader.tick(light)
    reader.press(cast)
    reader.is_led_to_the_error()
    kept = [box for box in reader.all_of("checkbox") if box.state["checked"] == "true"]
    assert len(kept) == 4
    reader.tick(LIGHTS[0])
    reader.press(cast)
    reader.finds("The vote is cast. The person gets a message about it.")
    assert not any(light in reader.text() for light in LIGHTS)


def lets_go(reader):
    reader.press("End this session")
    reader.finds("The session is over.")
    reader.open("/assist/vote", status=422)
    reader.finds(OVER)


def takes_the_batch_out(reader):
    """One asks, somebody else agrees; nobody does both."""
    reader.open("/assist/batches")
    reader.reads_in_order()
    reader.write(reader.says("Why should it be taken out?"), WHY)
    reader.press("Ask for it to be taken out")
    reader.finds(ASKED)
    take = reader.says("Take these votes out")
    assert take not in [one.name for one in reader.all_of("button")]
    reader.hands_over_to(people.of_headquarters)
    reader.open("/assist/batches")
    reader.press(take)
    reader.finds("Taken out by two people of the commission: %(why)s", why=WHY)
