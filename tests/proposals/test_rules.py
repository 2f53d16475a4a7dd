from datetime import date
from types import SimpleNamespace

import pytest

from civic.kernel.errors import RuleBroken
from civic.proposals import rules
from civic.proposals.events import ARRIVALS, HAPPENED, Happening
from civic.proposals.states import NEXT, State

FULL = SimpleNamespace(
    title="نیمکت در بوستان لاله",
    problem="سالمندان جایی برای نشستن ندارند.",
    solution="سه نیمکت با سایه‌بان گذاشته شود.",
    place="بوستان لاله",
    category="green",
)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, []),
        ({"title": "نیمکت"}, ["title"]),
        ({"category": None, "place": ""}, ["category", "place"]),
    ],
)
def test_what_is_missing_is_named_in_the_order_of_the_steps(change, missing):
    written = SimpleNamespace(**{**vars(FULL), **change})
    assert rules.missing_steps(written, place_is_chosen=True) == missing


def test_the_whole_city_is_no_place():
    with pytest.raises(RuleBroken, match="neighbourhood") as refusal:
        rules.check_complete(FULL, place_is_chosen=False)
    assert refusal.value.field == "area"


@pytest.mark.parametrize("state", State)
def test_only_the_ways_of_the_table_lead_on(state):
    for then in State:
        if then in NEXT[state]:
            rules.check_way(state, then)
        else:
            with pytest.raises(RuleBroken, match="not possible any more"):
                rules.check_way(state, then)


def test_every_state_and_happening_has_its_sentence():
    assert set(ARRIVALS) == set(State) - {State.DRAFT}
    assert set(HAPPENED) == set(Happening)


def test_the_order_of_a_day_stays_and_the_next_day_is_another():
    today, tomorrow = date(2026, 11, 22), date(2026, 11, 23)
    assert rules.shuffle_seed(today) == rules.shuffle_seed(today) != rules.shuffle_seed(tomorrow)


@pytest.mark.parametrize(
    ("sought", "found"),
    [("نیمکط", True), ("نيمكت لاله", True), ("نیمکت زرافه", False), ("زرافه", False)],
)
def test_a_slip_of_the_finger_is_forgiven_but_not_a_foreign_word(sought, found):
    assert bool(rules.alike(sought, FULL.title)) is found


def test_steps_follow_one_another():
    assert rules.step_after("area") == "title"
    assert rules.step_before("area") is rules.step_after("picture") is None
    with pytest.raises(RuleBroken, match="drafts already"):
        rules.check_room(rules.MOST_DRAFTS)
