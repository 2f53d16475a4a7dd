from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from civic.accounts.models import Account
from civic.audit.models import AuditEntry
from civic.ballots import actions, queries, rules, voters
from civic.ballots.models import Ballot, CastKey, Opening, VoterSlot
from civic.ballots.standing import standing_of
from civic.cycles.models import FrozenRules
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Participation, Residency, Tie
from civic.kernel import clock, crypto
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import PLATFORM
from civic.notifications.models import Notice
from tests import factories


def count(model):
    return len(db.session.scalars(select(model)).all())


class TestCastBallot:
    def test_the_ballot_stands_in_the_box_with_its_receipt(self, cast, rosa, pot, paper):
        ballot = cast(rosa, 0, 1)
        opening = db.session.get(Opening, ballot.id)
        assert opening.choices == [paper[0].number, paper[1].number]
        held = rules.commitment(
            opening.nonce, election="1405", area=pot.area.code, choices=opening.choices
        )
        assert (ballot.commitment, ballot.receipt) == (held, rules.receipt_of(held))
        assert voters.ballot_of(rosa, pot).receipt == ballot.receipt
        assert list(queries.openings(pot.id)) == [opening.choices]

    def test_the_same_press_finds_the_same_ballot(self, cast, rosa):
        key = uuid4()
        first = cast(rosa, 0, key=key)
        for _ in range(50):
            assert cast(rosa, 0, key=key).receipt == first.receipt
        assert (count(Ballot), count(VoterSlot)) == (1, 1)

    def test_the_same_press_finds_it_after_the_close_too(self, cast, rosa, after):
        key = uuid4()
        first = cast(rosa, 0, key=key)
        assert cast(rosa, 0, key=key, at=after(3_600)).receipt == first.receipt

    def test_another_press_replaces_and_only_the_last_is_opened(self, cast, rosa, pot, paper):
        first, second = cast(rosa, 0), cast(rosa, 1)
        assert second.replaces_id == first.id
        assert list(queries.openings(pot.id)) == [[paper[1].number]]
        assert queries.turnout(pot.id) == 1
        assert voters.ballot_of(rosa, pot).receipt == second.receipt

    def test_the_key_of_another_voter_is_another_press(self, cast, rosa, tree):
        neighbour, key = factories.make_resident("Rana", tree.sepidar), uuid4()
        assert cast(rosa, 0, key=key).receipt != cast(neighbour, 0, key=key).receipt

    def test_a_second_account_makes_no_second_vote(self, cast, rosa, rami, pot, tree):
        cast(rosa, 0)
        other = factories.make_resident("Rosa again", tree.sepidar)
        ids = other.national_id_lookup, rosa.national_id_lookup
        rosa.national_id_lookup = None
        db.session.flush()
        other.national_id_lookup = ids[1]
        db.session.commit()
        cast(other, 1)
        assert queries.turnout(pot.id) == 1

    def test_who_moves_house_does_not_vote_twice(self, cast, rosa, cycle, tree):
        narvan = factories.make_pot(cycle, tree.narvan)
        there = factories.make_ballot_project(narvan)
        cast(rosa, 0)
        now = {"at": clock.now(), "form_opened_at": clock.now()}
        db.session.get(Residency, rosa.id).area_id = tree.narvan.id
        db.session.commit()
        db.session.expire_all()
        with pytest.raises(RuleBroken, match="already voted in another area"):
            actions.cast_ballot(factories.load(rosa), narvan, [there.number], key=uuid4(), **now)

    def test_scopes_have_a_ballot_each_and_tags_that_do_not_meet(self, cycle, rosa, tree, paper):
        pot = paper[0].pot
        district = factories.make_pot(cycle, tree.district)
        wide = factories.make_ballot_project(district)
        now = {"at": clock.now(), "form_opened_at": clock.now()}
        actions.cast_ballot(rosa, pot, [paper[0].number], key=uuid4(), **now)
        actions.cast_ballot(rosa, district, [wide.number], key=uuid4(), **now)
        assert voters.tag_of(rosa, pot) != voters.tag_of(rosa, district)
        assert standing_of(rosa, [pot, district]).voted == {pot.id, district.id}

    def test_the_person_is_marked_and_told(self, cast, rosa, pot):
        cast(rosa, 0)
        cast(rosa, 1)
        [mark] = db.session.scalars(select(Participation)).all()
        assert (mark.account_id, mark.pot_key) == (rosa.id, pot.id)
        notices = db.session.scalars(select(Notice)).all()
        assert [notice.kind for notice in notices] == ["ballot:recorded"] * 2

    def test_the_first_voter_opens_the_box(self, cast, rosa, pot):
        assert queries.box_state(pot.id) is None
        cast(rosa, 0)
        assert queries.box_state(pot.id) == "open"
        assert count(FrozenRules) == 1
        events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
        assert events == ["rules:freeze", "key:make", "box:open"]


class TestRefusals:
    def test_before_the_opening(self, cast, rosa, cycle):
        opens = next(p.opens_at for p in cycle.phases if p.kind is PhaseKind.VOTING)
        early = opens - timedelta(seconds=1)
        with pytest.raises(RuleBroken, match="Voting opens on"):
            cast(rosa, 0, at=early, form_opened_at=early)

    def test_after_the_close(self, cast, rosa, after):
        with pytest.raises(RuleBroken, match="Voting ended"):
            cast(rosa, 0, at=after(0), form_opened_at=after(0))
        assert count(Ballot) == 0

    def test_the_grace_is_for_forms_that_were_open(self, cast, rosa, after):
        cast(rosa, 0, at=after(100), form_opened_at=after(-1))
        with pytest.raises(RuleBroken, match="Voting ended"):
            cast(rosa, 1, at=after(120), form_opened_at=after(-1))

    def test_a_closed_box_takes_nothing_even_in_the_grace(self, cast, rosa, rami, pot, after):
        cast(rosa, 0)
        actions.close_box(pot, at=after(120))
        with pytest.raises(RuleBroken, match="Voting ended"):
            cast(rosa, 1, at=after(60), form_opened_at=after(-1))

    def test_another_neighbourhood(self, cast, rami):
        with pytest.raises(RuleBroken, match="another area than yours"):
            cast(rami, 0)

    def test_no_neighbourhood_yet(self, cast, tree):
        nobody = factories.make_account("Nima", national_id=factories.make_national_id())
        with pytest.raises(RuleBroken, match="not chosen your neighbourhood"):
            cast(nobody, 0)

    def test_no_national_id(self, cast, tree):
        person = factories.make_account("Nima")
        home = Residency(
            account_id=person.id, area_id=tree.sepidar.id, tie=Tie.LIVES, declared_at=clock.now()
        )
        factories.keep(home)
        with pytest.raises(RuleBroken, match="national id"):
            cast(person, 0)

    def test_too_young(self, cast, rosa, cycle):
        cycle.minimum_age = 18
        rosa.birth_date = clock.now().date() - timedelta(days=365 * 17)
        db.session.commit()
        with pytest.raises(RuleBroken, match="age of 18"):
            cast(rosa, 0)

    def test_nobody_else(self, cast):
        with pytest.raises(NotAllowed):
            cast(PLATFORM, 0)

    def test_what_does_not_fit(self, cast, rosa):
        with pytest.raises(RuleBroken, match="more than the pot"):
            cast(rosa, 0, 1, 2)
        assert (count(Ballot), count(VoterSlot)) == (0, 0)

    def test_a_project_of_another_pot(self, rosa, pot, paper, cycle, tree):
        other = factories.make_ballot_project(factories.make_pot(cycle, tree.narvan))
        with pytest.raises(RuleBroken, match="not on this ballot"):
            actions.cast_ballot(
                rosa, pot, [other.number], key=uuid4(), at=clock.now(), form_opened_at=clock.now()
            )


def test_the_tag_follows_from_the_national_id_alone(rosa, pot):
    scope = f"{pot.cycle_id}:neighbourhood"
    assert voters.tag_of(rosa, pot) == crypto.voter_tag(scope, rosa.national_id_lookup, None)
    assert count(CastKey) == 0
    assert count(Account) == 1


class TestAfterTheClose:
    def test_the_press_whose_answer_was_lost_finds_its_ballot(self, cast, rosa, pot, after):
        key = uuid4()
        ballot = cast(rosa, 0, key=key)
        actions.close_box(pot, at=after(120))
        assert cast(rosa, 0, key=key, at=after(300)).id == ballot.id

    def test_another_press_is_refused_and_one_that_was_replaced_too(self, cast, rosa, pot, after):
        replaced = uuid4()
        cast(rosa, 0, key=replaced)
        cast(rosa, 1)
        actions.close_box(pot, at=after(120))
        for key in (uuid4(), replaced):
            with pytest.raises(RuleBroken, match="Voting ended"):
                cast(rosa, 0, key=key, at=after(300))
