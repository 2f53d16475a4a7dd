"""Who is entitled, from the sign-up to the box: the people that made the news in other cities."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select

from civic.accounts.identity import give_identity
from civic.accounts.models import Account
from civic.ballots import actions as ballots
from civic.ballots.models import Ballot
from civic.cycles import actions as cycles
from civic.cycles.phases import PhaseKind
from civic.electorate import checking
from civic.electorate.actions import confirm_roll, declare_residency
from civic.electorate.facts import VoterTerms
from civic.electorate.kinds import Match, Residence, Tie
from civic.electorate.matching import TableMatcher
from civic.electorate.models import RollEntry
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from tests import factories
from tests.electorate.test_rolls import HEAD, bring

NOBODY_ELSES = "This mobile number is another's"


def born(age):
    """A birth date that makes somebody so old on the day of the test, and a bit."""
    return date(2026 - age, 1, 1)


# Who: on the roll as, and said on the site as (alive, age, area); the register's word.
ENTITLED = {
    "rosa": ((1, 40, "demo-6-1"), (40, "sepidar"), Match.MATCHED),
    "old and alive": ((1, 97, "demo-6-1"), (97, "sepidar"), Match.MATCHED),
    "works here": ((1, 40, "demo-6-2"), (40, "sepidar", Tie.WORKS), Match.MATCHED),
}
NOT_ENTITLED = {
    "dead": ((0, 80, "demo-6-1"), (80, "sepidar"), Match.MATCHED),
    "97 and not there": (None, (97, "sepidar"), Match.MATCHED),
    "142": ((1, 142, "demo-6-1"), (142, "sepidar"), Match.MATCHED),
    "200": ((1, 200, "demo-6-1"), (200, "sepidar"), Match.MATCHED),
    "wrong district": ((1, 40, "demo-6-2"), (40, "sepidar"), Match.MATCHED),
    "other birth date": ((1, 40, "demo-6-1"), (41, "sepidar"), Match.MATCHED),
    "foreign phone": ((1, 40, "demo-6-1"), (40, "sepidar"), Match.NOT_MATCHED),
    "silent register": ((1, 40, "demo-6-1"), (40, "sepidar"), Match.UNAVAILABLE),
    "too young": ((1, 15, "demo-6-1"), (15, "sepidar"), Match.MATCHED),
}
EVERYBODY = ENTITLED | NOT_ENTITLED
ALIKE = ("dead", "97 and not there", "wrong district", "other birth date")


@pytest.fixture
def city(app, tree, adam, hedi, at_noon, monkeypatch):
    """A cycle in its voting that needs the list and the register, and everybody signed up."""
    connected = vars(app.config["CIVIC"]) | {"matcher": "http", "matcher_url": "https://r.test"}
    monkeypatch.setitem(app.config, "CIVIC", type(app.config["CIVIC"])(**connected))
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")
    pot = factories.make_pot(cycle, tree.sepidar, amount=1_000)
    project = factories.make_ballot_project(pot, cost=300)
    terms = VoterTerms(needs_roll=True, needs_match=True, residence=Residence.EITHER)
    cycles.set_voters(adam, cycle, terms, minimum_age=16, at=at_noon)
    ids = {name: factories.make_national_id() for name in EVERYBODY}
    people = {name: _sign_up(ids[name], said, tree, at_noon)
              for name, (_, said, _) in EVERYBODY.items()}  # fmt: skip
    _bring_roll(cycle, ids, adam, hedi, at_noon)
    _ask_register(ids, people)
    ballots.open_boxes(cycle, at=at_noon)
    return SimpleNamespace(cycle=cycle, pot=pot, project=project, people=people, tree=tree)


def _sign_up(national_id, said, tree, at):
    age, place, *tie = said
    person = factories.make_account("Somebody")
    if age > 120:
        # The form of the site refuses such a year at once; here it came in by another way.
        with pytest.raises(RuleBroken, match="year of your birth"):
            give_identity(person, person, national_id, born(age), today=at.date())
        give_identity(person, person, national_id, born(60), today=at.date())
        person.birth_date = born(age)
    else:
        give_identity(person, person, national_id, born(age), today=at.date())
    declare_residency(person, getattr(tree, place), *(tie or [Tie.LIVES]), at=at)
    return person


def _bring_roll(cycle, ids, adam, hedi, at):
    lines = [
        f"{ids[name]},{born(entry[1])},{entry[2]},{entry[0]}"
        for name, (entry, _, _) in EVERYBODY.items()
        if entry
    ]
    roll = bring(cycle, at, HEAD + "\n".join(lines) + "\n")
    confirm_roll(adam, roll, at=at)
    confirm_roll(hedi, roll, at=at)


def _ask_register(ids, people):
    from civic.accounts.queries import mobile_of

    words = {Match.UNAVAILABLE: "unavailable", Match.NOT_MATCHED: NOBODY_ELSES}
    table = {ids[name]: words.get(verdict) or mobile_of(people[name])
             for name, (_, _, verdict) in EVERYBODY.items()}  # fmt: skip
    checking.ask_about_everybody(TableMatcher(table))


def cast(city, name):
    return ballots.cast_ballot(
        city.people[name], city.pot, [city.project.number], key=uuid4(), at=clock.now(),
        form_opened_at=clock.now(),
    )  # fmt: skip


def test_who_is_entitled_votes_and_nobody_else(city):
    for name in NOT_ENTITLED:
        with pytest.raises(RuleBroken):
            cast(city, name)
    assert db.session.scalars(select(Ballot)).all() == []
    for name in ENTITLED:
        assert cast(city, name).receipt


def test_the_page_says_why_and_who_helps(city, browser):
    names = {}
    for name in NOT_ENTITLED:
        page = browser.sign_in(city.people[name]).get("electorate.eligibility", lang="en")
        wrong = page.select("#checks .note--danger, #checks .note--warning")
        names[name] = [note.text.split() for note in wrong]
        assert len(wrong) == 1, name
        to_counter = page.select("#checks a[href='#counter']")
        assert len(to_counter) == (name not in {"silent register", "too young"}), name
        assert page.select_one("#counter")
    assert "142" in names["142"][0]
    assert "again" in names["silent register"][0]


def test_the_ballot_says_it_too(city, browser):
    page = browser.sign_in(city.people["142"]).get("ballots.paper", pot_id=city.pot.id, lang="en")
    assert "142 years old" in page.text
    assert page.select_one("main a[href='/me/vote']")
    assert not page.select("form [name=choice]")


def test_asking_all_of_it_keeps_the_ballot_within_its_questions(city, browser, statements):
    browser.sign_in(city.people["rosa"])
    with statements() as seen:
        page = browser.get("ballots.paper", pot_id=city.pot.id)
    assert len(seen) <= 8, seen
    assert page.select("form input[type=checkbox]")


def test_nobody_learns_from_the_page_who_is_dead_or_known(city, browser, statements):
    seen_by = {}
    for name in ALIKE:
        browser.sign_in(city.people[name])
        with statements() as seen:
            page = browser.get("electorate.eligibility")
        assert len(seen) <= 8, seen
        seen_by[name] = (str(page.select_one("main")), tuple(seen))
    # The same words, and the same questions to the database: so the same time.
    assert len(set(seen_by.values())) == 1


def test_a_second_id_on_one_phone_is_refused(city, at_noon):
    person, other = city.people["rosa"], factories.make_national_id()
    with pytest.raises(RuleBroken, match="stored already"):
        give_identity(person, person, other, born(30), today=at_noon.date())


@pytest.mark.parametrize(
    "written",
    ["0932833810", "۰۹۳۲۸۳۳۸۱۰", "٠٩٣٢٨٣٣٨١٠", "0932\u200c833810", " 0932 833 810 ",
     "0932833810\n", "932833810", "\u200f0932833810"],
)  # fmt: skip
def test_however_it_is_written_it_is_one_person(tree, at_noon, written):
    first, second = factories.make_account("One"), factories.make_account("Two")
    give_identity(first, first, written, born(30), today=at_noon.date())
    with pytest.raises(RuleBroken, match="another account"):
        give_identity(second, second, "0932833810", born(30), today=at_noon.date())
    ids = db.session.scalars(select(Account.national_id_lookup)).all()
    assert len([each for each in ids if each]) == 1


def test_and_the_roll_knows_that_person(city, tree, at_noon, adam, hedi):
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.BALLOT, code="1406")
    person = factories.make_account("One")
    give_identity(person, person, "٠٩٣٢\u200c٨٣٣٨١٠\n", born(30), today=at_noon.date())
    bring(cycle, at_noon, f"{HEAD}۰۹۳۲۸۳۳۸۱۰,{born(30)},demo-6-1,1\n")
    stored = db.session.scalars(
        select(RollEntry).where(RollEntry.national_id_lookup == person.national_id_lookup)
    )
    assert stored.one().area_code == "demo-6-1"
