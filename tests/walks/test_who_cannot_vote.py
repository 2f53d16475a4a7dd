"""Who cannot vote yet hears why, and is led by keys to where it can be mended."""

from __future__ import annotations

import pytest

from civic.electorate import rules
from civic.kernel.ages import birthday
from tests import factories
from tests.walks import town as people
from tests.walks.reader import NOBODY
from tests.walks.test_vote_by_keyboard import WAYS
from tests.walks.town import town_at

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NOT_YET = "Not yet. What is missing stands below, with the way to mend it."
LIVES = rules.OTHER_TIE[rules.Residence.LIVES]
ANOTHER = "This vote is about another area than yours. One votes where one lives or works."
ASKED = (
    "We are about to ask a register whether this mobile number is yours. Your vote can be cast"
    " once the check has passed; mostly that takes a minute."
)
TOO_YOUNG = (
    "One votes here from the age of %(age)s; you reach it on %(day)s. Proposing and following is"
    " open to you today."
)
COUNTER = "The counter: where and when"


@pytest.fixture
def strict(tmp_path, chromium):
    with town_at(tmp_path, people.strict) as town:
        yield town


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_everybody_hears_why_and_where_to_mend_it(reader_for, strict, language, scripts):
    how = {"language": language, "scripts": scripts, "town": strict}
    with reader_for(people.a_newcomer, **how) as reader:
        says_who_they_are(reader)
        reader.hands_over_to(people.too_young)
        is_too_young(reader)
        reader.hands_over_to(people.only_works_here)
        lives_elsewhere(reader)
        mends_before_waiting(reader)
        reader.hands_over_to(people.of_narvan)
        reader.open(f"/vote/{strict.pot}")
        reader.finds(ANOTHER)
        reader.hands_over_to(people.not_in_their_name)
        is_led_to_the_counter(reader)
        reader.hands_over_to(people.a_resident)
        only_waits(reader)


def says_who_they_are(reader):
    """From what is missing to the form, through a slip, and back with one thing less missing."""
    reader.open("/me/vote")
    reader.finds(NOT_YET)
    before = missing(reader)
    reader.follow("Give the national id")
    label = reader.says("National id")
    reader.send("Store it")
    reader.is_led_to_the_error(field=label)
    reader.write(label, "1234567890")
    for part in ("Day", "Month"):
        reader.choose(reader.says(part))
    reader.write(reader.says("Year"), {"fa": "۱۳۶۰", "en": "1360"}[reader.language])
    reader.send("Store it")
    reader.is_led_to_the_error(field=label)
    reader.write(label, reader.number(factories.make_national_id()))
    reader.press("Store it")
    assert reader.path == "/me/vote"
    assert missing(reader) == before - 2
    reader.follow("Choose the neighbourhood")


def missing(reader):
    """How many conditions are said to be missing."""
    return reader.text().count(reader.says("Missing:"))


def is_too_young(reader):
    reader.open(f"/vote/{reader.town.pot}")
    reader.finds("You cannot vote on this ballot yet")
    assert not reader.all_of("checkbox")
    assert reader.says("Mend this") not in [one.name for one in reader.all_of("link")]
    reader.reads_in_order()
    reader.follow("Why I can or cannot vote, and how to mend it")
    sixteen = birthday(people.twelve_years_ago(), 16)
    reader.finds(TOO_YOUNG, age=reader.told(16), day=reader.told(sixteen))
    reader.open(f"/vote/{reader.town.pot}/review", status=422)


def lives_elsewhere(reader):
    reader.open(f"/vote/{reader.town.pot}")
    reader.finds(LIVES)
    reader.follow("Mend this")
    assert reader.path == "/me/neighbourhood"


def mends_before_waiting(reader):
    """What one can mend comes first, also where a register has not answered yet."""
    reader.open("/me/vote")
    assert reader.text().index(reader.says(LIVES)) < reader.text().index(reader.says(ASKED))


def is_led_to_the_counter(reader):
    """The link leads to the paragraph about the counter, and the next key goes on from there."""
    reader.open("/me/vote")
    reader.finds(NOT_YET)
    reader.tab_to("link", reader.says(COUNTER))
    reader.page.keyboard.press("Enter")
    here = reader.page.evaluate("document.activeElement.id")
    assert here == "counter", f"The focus is on “{here}”."


def only_waits(reader):
    reader.open("/me/vote")
    reader.finds("Not yet. You have done your part; what we still wait for stands below.")
    reader.finds(ASKED)
    assert missing(reader) == 0
    reader.reads_in_order()
    assert (reader.focused() or NOBODY).role != "textbox"
