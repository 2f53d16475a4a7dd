"""Of two votes of one person one stands, whatever was voted first and with which account."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.audit.models import AuditEntry
from civic.ballots import actions, counter, queries, voters
from civic.ballots.models import Ballot, BallotVoid, VoterSlot
from civic.electorate.models import Participation
from civic.invariants import check_all
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.ledger.actions import write_lines
from civic.ledger.models import Entry
from tests import factories


def how_many(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def void_lines(cycle):
    write_lines(cycle.id)
    lines = db.session.scalars(select(Entry.line).where(Entry.kind == "void")).all()
    return [json.loads(line) for line in lines]


def assert_all_holds():
    db.session.commit()
    assert {one.says: found for one, found in check_all() if found} == {}


def test_vote_from_both_then_join_leaves_one_live_ballot_and_one_public_void(
    cast, join, rosa, again, pot, paper, cycle, cora, hana
):
    stands, gone = cast(rosa, 0), cast(again, 1)
    join(rosa, again)
    assert list(queries.openings(pot.id)) == [[paper[0].number]]
    assert voters.ballot_of(factories.load(rosa), pot).receipt == stands.receipt
    [void] = db.session.scalars(select(BallotVoid)).all()
    assert (void.ballot_id, void.reason) == (gone.id, "merge")
    assert {void.staff_a_id, void.staff_b_id} == {cora.id, hana.id}
    [line] = void_lines(cycle)
    assert line == {"d": pot.area.code, "n": line["n"], "r": line["r"], "t": "void", "why": "merge"}
    assert_all_holds()


def test_the_account_with_the_id_on_the_card_stays_whatever_number_is_used(
    cast, join, rosa, again, pot, paper
):
    cast(rosa, 0)
    cast(again, 1)
    join(rosa, again, uses=again)
    assert list(queries.openings(pot.id)) == [[paper[0].number]]
    assert_all_holds()


def test_an_only_vote_moves_to_the_account_that_stays_and_can_be_changed(
    cast, join, rosa, again, pot, paper, cycle
):
    cast(again, 1)
    join(rosa, again)
    assert list(queries.openings(pot.id)) == [[paper[1].number]]
    assert void_lines(cycle) == []
    [mark] = db.session.scalars(select(Participation)).all()
    assert mark.account_id == rosa.id
    cast(factories.load(rosa), 0)
    assert list(queries.openings(pot.id)) == [[paper[0].number]]
    assert_all_holds()


def test_who_voted_only_with_the_account_that_stays_keeps_that_vote(cast, join, rosa, again, pot):
    kept = cast(rosa, 0)
    join(rosa, again)
    assert voters.ballot_of(factories.load(rosa), pot).receipt == kept.receipt
    assert how_many(BallotVoid) == 0


def test_a_changed_vote_of_the_account_that_goes_is_taken_out_once(cast, join, rosa, again, pot):
    for actor, place in ((again, 0), (rosa, 0), (again, 1)):
        cast(actor, place)
    join(rosa, again)
    assert (queries.turnout(pot.id), how_many(Ballot), how_many(BallotVoid)) == (1, 3, 1)
    assert_all_holds()


def test_votes_in_two_neighbourhoods_are_two_votes_and_one_goes(
    cast, join, rosa, tree, pot, narvan
):
    there = factories.make_resident("Rosa of Narvan", tree.narvan)
    cast(rosa, 0)
    cast(there, 0, pot=narvan)
    join(rosa, there)
    assert (queries.turnout(pot.id), queries.turnout(narvan.id)) == (1, 0)
    assert_all_holds()


def test_a_paper_for_the_other_id_says_that_these_are_two_people(cast, join, rosa, again, pot):
    cast(rosa, 0)
    counter.mark_on_paper(pot, again.national_id_lookup, at=clock.now())
    db.session.commit()
    with pytest.raises(RuleBroken, match="two people"):
        join(rosa, again)
    assert queries.turnout(pot.id) == 1
    assert db.session.get(type(again), again.id, populate_existing=True).national_id_lookup


def test_a_paper_of_the_account_that_stays_wins(cast, join, rosa, again, pot):
    cast(again, 0)
    counter.mark_on_paper(pot, rosa.national_id_lookup, at=clock.now())
    db.session.commit()
    join(rosa, again)
    assert (queries.turnout(pot.id), how_many(BallotVoid)) == (0, 1)


def test_after_the_close_nothing_is_taken_out_any_more(cast, join, rosa, again, pot, cycle):
    cast(rosa, 0)
    cast(again, 1)
    closes = next(p.closes_at for p in cycle.phases if p.kind == "voting")
    actions.close_box(pot, at=closes + timedelta(hours=1))
    join(rosa, again)
    assert (queries.turnout(pot.id), how_many(BallotVoid)) == (2, 0)
    assert_all_holds()


def test_while_paper_comes_in_the_second_vote_goes_and_an_only_one_stays(
    cast, join, rosa, again, pot, cycle, tree
):
    alone = factories.make_resident("Alone", tree.sepidar)
    wrong = factories.make_resident("Alone, mistyped", tree.sepidar)
    for actor in (rosa, again, wrong):
        cast(actor, 0)
    counter.keep_for_the_counter(pot)
    db.session.commit()
    closes = next(p.closes_at for p in cycle.phases if p.kind == "voting")
    actions.close_box(pot, at=closes + timedelta(hours=1))
    join(rosa, again)
    join(alone, wrong)
    assert (queries.turnout(pot.id), how_many(BallotVoid)) == (2, 1)
    assert_all_holds()


def test_whoever_is_casting_at_that_moment_with_the_account_that_goes_is_refused(
    cast, join, rosa, again, pot
):
    # The request had its person before the accounts were joined, and casts afterwards.
    cast(rosa, 0)
    stale = factories.load(again)
    key = stale.national_id_lookup
    join(rosa, again)
    stale.national_id_lookup = key
    db.session.expunge(stale)
    with pytest.raises(RuleBroken, match="joined to your other one"):
        cast(stale, 1)
    assert queries.turnout(pot.id) == 1
    assert how_many(VoterSlot, VoterSlot.head_ballot_id.is_not(None)) == 1
    assert_all_holds()


def test_nothing_that_is_written_down_says_whether_somebody_voted(cast, join, rosa, again):
    cast(rosa, 0)
    cast(again, 1)
    join(rosa, again)
    found = select(AuditEntry).where(AuditEntry.subject_kind == "account_joins")
    entries = db.session.scalars(found.order_by(AuditEntry.seq)).all()
    assert [entry.event for entry in entries] == ["accounts:ask", "accounts:join"]
    assert all(entry.details == {} and entry.area_code is None for entry in entries)
    acts = db.session.scalars(select(Entry.line).where(Entry.kind == "act")).all()
    assert all(json.loads(line)["of"] is None for line in acts if "accounts:" in line)
