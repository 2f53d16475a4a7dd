import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from civic.audit.models import AuditEntry
from civic.ballots.actions import open_boxes
from civic.cycles import actions, queries
from civic.cycles.phases import PhaseKind
from civic.electorate.facts import VoterTerms
from civic.electorate.kinds import Residence
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from tests import factories
from tests.electorate.test_rolls import bring

STRICT = VoterTerms(residence=Residence.LIVES, needs_roll=True, oldest_age=105)


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")


def sign_roll(cycle, *people, at):
    from civic.electorate.actions import confirm_roll

    roll = bring(cycle, at)
    for person in people:
        confirm_roll(person, roll, at=at)
    return roll


class TestSetVoters:
    def test_it_is_kept_and_written_down(self, cycle, adam, at_noon):
        actions.set_voters(adam, cycle, STRICT, minimum_age=16, at=at_noon)
        assert cycle.minimum_age == 16
        terms = cycle.voter_terms
        assert (terms.residence, terms.needs_roll, terms.oldest_age) == (Residence.LIVES, True, 105)
        assert terms.cycle_key == cycle.id
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.event, entry.details["residence"]) == ("cycle:voters", "lives")

    @pytest.mark.parametrize(
        ("terms", "minimum_age", "field"),
        [
            (VoterTerms(), 31, "minimum_age"),
            (VoterTerms(oldest_age=99), 16, "oldest_age"),
            (VoterTerms(needs_match=True), 16, "needs_match"),
        ],
    )
    def test_what_cannot_be(self, cycle, adam, at_noon, terms, minimum_age, field):
        with pytest.raises(RuleBroken) as refused:
            actions.set_voters(adam, cycle, terms, minimum_age=minimum_age, at=at_noon)
        assert refused.value.field == field

    def test_with_a_register_connected_it_can_be_asked(self, app, cycle, adam, monkeypatch):
        connected = vars(app.config["CIVIC"]) | {"matcher": "http", "matcher_url": "https://r.test"}
        monkeypatch.setitem(app.config, "CIVIC", type(app.config["CIVIC"])(**connected))
        terms = VoterTerms(needs_match=True, oldest_age=0)
        actions.set_voters(adam, cycle, terms, minimum_age=0, at=clock.now())
        assert cycle.needs_match

    def test_it_is_for_administrators(self, cycle, hedi, at_noon):
        with pytest.raises(NotAllowed):
            actions.set_voters(hedi, cycle, STRICT, minimum_age=16, at=at_noon)

    def test_once_frozen_it_stays(self, cycle, adam, at_noon):
        actions.freeze_rules(cycle, {}, at=at_noon)
        with pytest.raises(RuleBroken, match="frozen"):
            actions.set_voters(adam, cycle, STRICT, minimum_age=16, at=at_noon)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE cycles SET oldest_age = 0",
            "UPDATE cycles SET residence = 'lives'",
            "UPDATE cycles SET needs_roll = true",
            "UPDATE cycles SET needs_match = true",
        ],
    )
    def test_for_the_database_too(self, cycle, at_noon, change):
        actions.freeze_rules(cycle, {}, at=at_noon)
        with pytest.raises(DatabaseError, match="frozen"), db.session.begin_nested():
            db.session.execute(text(change))


class TestFrozenDocument:
    def test_it_says_who_may_vote_and_by_which_roll(self, cycle, adam, hedi, at_noon):
        actions.set_voters(adam, cycle, STRICT, minimum_age=16, at=at_noon)
        roll = sign_roll(cycle, adam, hedi, at=at_noon)
        actions.freeze_rules(cycle, {}, at=at_noon)
        said = json.loads(queries.frozen_rules(cycle.id).document)
        assert said["minimum_age"] == 16
        assert said["voters"] == {
            "residence": "lives", "oldest_age": 105, "needs_roll": True, "needs_match": False,
            "roll": {"version": 1, "sha256": roll.sha256, "people": 12,
                     "by_area": {"demo-6-1": 12}},
        }  # fmt: skip

    def test_without_the_roll_that_it_needs_voting_does_not_open(self, cycle, adam, tree, at_noon):
        factories.make_ballot_project(factories.make_pot(cycle, tree.sepidar))
        actions.set_voters(adam, cycle, STRICT, minimum_age=16, at=at_noon)
        sign_roll(cycle, adam, at=at_noon)
        with pytest.raises(RuleBroken, match="not confirmed"):
            open_boxes(cycle, at=at_noon)
        assert queries.frozen_rules(cycle.id) is None

    def test_nor_without_the_register_that_it_asks(self, cycle, at_noon):
        cycle.needs_match = True
        with pytest.raises(RuleBroken, match="No register is connected"):
            actions.freeze_rules(cycle, {}, at=at_noon)


class TestPages:
    FORM = {"minimum_age": "۱۶", "oldest_age": "110", "residence": "lives", "needs_roll": "y"}

    def test_an_administrator_sets_it(self, browser, adam, cycle, at_noon):
        page = browser.sign_in(adam).get("cycles.voters", code="1405")
        assert page.select_one("input[name=residence][checked]")["value"] == "either"
        browser.post("cycles.voters", self.FORM, code="1405")
        now = queries.cycle_by_code("1405")
        assert (now.minimum_age, now.needs_roll, now.needs_match) == (16, True, False)
        page = browser.get("cycles.show", code="1405", lang="en")
        assert "People of 16 years and more vote." in page.text
        assert "only who lives there" in page.text

    def test_what_is_wrong_comes_back(self, browser, adam, cycle, at_noon):
        data = self.FORM | {"needs_match": "y"}
        page = browser.sign_in(adam).post("cycles.voters", data, status=422, code="1405")
        assert page.select_one("#needs_match-error")
        page = browser.post("cycles.voters", {}, status=422, code="1405")
        assert page.select_one("#minimum_age-error")

    def test_the_set_up_leads_there(self, browser, adam, cycle):
        page = browser.sign_in(adam).get("cycles.manage", code="1405")
        links = {link["href"] for link in page.select("main a")}
        assert {"/cycles/1405/manage/voters", "/rolls/"} <= links

    def test_without_rules_it_says_that_nothing_is_proven(self, browser, cycle):
        page = browser.get("cycles.show", code="1405", lang="en")
        assert "cannot prove it" in page.text
        assert "There is no minimum age." in page.text
