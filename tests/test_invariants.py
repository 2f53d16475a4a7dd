"""What must always hold: it does, and every single breach is found."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update

import civic.invariants as known
from civic.ballots.models import Ballot, BallotBox, Opening, VoterSlot
from civic.ballots.rules import commitment, receipt_of
from civic.cli import cli
from civic.cycles.models import FrozenRules, Pot
from civic.demo import making
from civic.demo.making import Size
from civic.electorate.models import Participation
from civic.kernel.db import db, on_postgres
from civic.polling.invariants import bags_with_other_sheets, papers_without_people, sheets_read_once
from civic.polling.models import PaperBatch, PaperSheet
from civic.projects.models import MoneyLine
from civic.projects.stages import MoneyKind
from civic.proposals.states import State
from civic.results.models import Count
from tests import factories
from tests.results.test_elections import imported, small


@pytest.fixture
def wola(tree, works, rosa, at_noon):
    """An election of four ballots, counted and published, beside the areas of the cast."""
    return imported(small(), at_noon)


@pytest.fixture
def unguarded(database):
    """The database without its triggers and foreign keys, as somebody with its password has it."""
    if on_postgres():
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.session.execute(text(f"DROP TRIGGER {name}"))


def broken():
    db.session.flush()
    return {one.violations.__name__ for one, violations in known.check_all() if violations}


def test_it_holds_where_nothing_happened(database):
    assert not broken()


def test_it_holds_in_an_imported_election(wola):
    assert not broken()


def test_it_holds_in_the_demo_city(database, at_noon):
    making.make_city(now=at_noon, size=Size(residents=12, crowd_percent=5, every=6))
    assert not broken()


# ── somebody puts a hand into the database ────────────────────────────────────────────────────


def a_ballot_is_moved(wola, tree):
    cycle = factories.make_cycle(tree.city)
    pot = factories.make_pot(cycle, tree.narvan)
    _change_one(Ballot, Ballot.id, pot_id=pot.id)


def a_ballot_is_stuffed(wola, tree):
    nonce = bytes(48)
    codes = {"election": wola.pot.cycle.code, "area": wola.pot.area.code}
    held = commitment(nonce, choices=[1], **codes)
    ballot = Ballot(id=uuid4(), pot_id=wola.pot_id, commitment=held, receipt=receipt_of(held))
    db.session.add(ballot)
    db.session.flush()
    db.session.add(Opening(ballot_id=ballot.id, nonce=nonce, choices=[1]))


def a_box_is_gone(wola, tree):
    db.session.execute(BallotBox.__table__.delete())


def choices_are_changed(wola, tree):
    _change_one(Opening, Opening.ballot_id, choices=[3, 2, 1])


def a_receipt_is_changed(wola, tree):
    _change_one(Ballot, Ballot.id, receipt="0000000000000000")


def a_choice_is_made_up(wola, tree):
    _change_one(Opening, Opening.ballot_id, choices=[99])


def somebody_took_part_without_a_ballot(wola, tree):
    pot = factories.make_pot(factories.make_cycle(tree.city), tree.narvan)
    person = factories.make_resident("Nima", tree.narvan)
    db.session.add(
        Participation(
            account_id=person.id, pot_key=pot.id, area_id=tree.narvan.id, on_day=date(2026, 11, 1)
        )
    )


def the_rules_are_changed(wola, tree):
    db.session.execute(update(FrozenRules).values(document=FrozenRules.document + " "))


def the_rules_are_gone(wola, tree):
    db.session.execute(FrozenRules.__table__.delete())


def a_voter_is_gone(wola, tree):
    db.session.execute(
        VoterSlot.__table__.delete().where(VoterSlot.voter_tag == _one(VoterSlot.voter_tag))
    )


def more_is_spent(wola, tree):
    db.session.execute(update(Count).values(spent=Count.spent + 1))


def a_pot_is_emptied(wola, tree):
    db.session.execute(update(Pot).values(amount=1))


def a_proposal_is_merged_into_itself(wola, tree):
    author, cycle = factories.make_account(), factories.make_cycle(tree.city)
    proposal = factories.make_proposal(author, cycle, tree.narvan)
    proposal.state, proposal.merged_into_id = State.MERGED, proposal.id


def a_proposal_is_called_chosen(wola, tree):
    author, cycle = factories.make_account(), factories.make_cycle(tree.city)
    factories.make_proposal(author, cycle, tree.narvan, state=State.SELECTED)


def a_project_is_smuggled_in(wola, tree):
    factories.make_project(tree.narvan, factories.make_department(tree.city, code="parks"))


def too_much_is_paid(wola, tree):
    project = factories.make_project(
        tree.narvan, factories.make_department(tree.city, code="parks")
    )
    day = date(2026, 11, 1)
    factories.keep(
        MoneyLine(project_id=project.id, kind=MoneyKind.CONTRACTED, amount=10, on_day=day),
        MoneyLine(project_id=project.id, kind=MoneyKind.PAID, amount=11, on_day=day),
    )


def a_vote_is_called_paper(wola, tree):
    _change_one(Ballot, Ballot.id, channel="paper")


def a_bag_is_closed_without_its_sheets(wola, tree):
    clerk = factories.make_account()
    bag = PaperBatch(
        pot_id=wola.pot_id, number=1, clerk_id=clerk.id, physical_count=3, seal="1", state="closed"
    )
    db.session.add(bag)
    return bag


def a_sheet_is_read_once(wola, tree):
    """As if the constraint had been taken away."""
    bag = a_bag_is_closed_without_its_sheets(wola, tree)
    db.session.flush()
    gone, back = "PRAGMA ignore_check_constraints = ON", "PRAGMA ignore_check_constraints = OFF"
    if on_postgres():
        gone = "ALTER TABLE paper_sheets DROP CONSTRAINT two_agree_or_a_third_decides"
        back = "SELECT 1"
    db.session.execute(text(gone))
    sheet = PaperSheet(
        batch_id=bag.id, serial=1, entry1="1", clerk1_id=bag.clerk_id, state="accepted"
    )
    db.session.add(sheet)
    db.session.flush()
    db.session.execute(text(back))


BREACHES = {
    a_vote_is_called_paper: papers_without_people,
    a_bag_is_closed_without_its_sheets: bags_with_other_sheets,
    a_sheet_is_read_once: sheets_read_once,
    a_ballot_is_moved: known.slots_without_ballot,
    a_ballot_is_stuffed: known.ballots_adrift,
    a_box_is_gone: known.ballots_without_box,
    choices_are_changed: known.ballots_that_do_not_open,
    a_receipt_is_changed: known.ballots_that_do_not_open,
    a_choice_is_made_up: known.choices_off_the_paper,
    somebody_took_part_without_a_ballot: known.pots_with_too_many_people,
    the_rules_are_changed: known.rules_with_another_hash,
    the_rules_are_gone: known.boxes_without_rules,
    a_voter_is_gone: known.counts_of_other_ballots,
    more_is_spent: known.counts_that_overspend,
    a_pot_is_emptied: known.counts_that_overspend,
    a_proposal_is_merged_into_itself: known.wrongly_merged,
    a_proposal_is_called_chosen: known.chosen_without_winning,
    a_project_is_smuggled_in: known.projects_nobody_chose,
    too_much_is_paid: known.projects_paid_too_much,
}


def test_each_has_its_breach():
    elsewhere = {"civic.ballots.invariants", "civic.notifications.invariants"}
    asked = {one.violations for one in known.INVARIANTS}
    ours = {check for check in asked if check.__module__ not in elsewhere}
    assert ours == set(BREACHES.values())


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.__name__)
def test_a_breach_is_found(breach, wola, tree, unguarded):
    breach(wola, tree)
    assert BREACHES[breach].__name__ in broken()


def _one(column):
    return db.session.scalar(select(column).order_by(column).limit(1))


def _change_one(model, key, **values):
    db.session.execute(update(model).where(key == _one(key)).values(**values))


# ── the verb ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def verify(app, database, monkeypatch):
    monkeypatch.setattr("civic.app.create_app", lambda: app)
    monkeypatch.setattr("civic.running.embedded_settings", lambda: None)
    return lambda: CliRunner().invoke(cli, ["verify", "invariants"])


def test_the_verb_lists_what_holds(verify, wola):
    answer = verify()
    assert answer.exit_code == 0
    assert answer.output.count("  ok  ") == len(known.INVARIANTS)


def test_the_verb_fails_where_something_does_not_hold(verify, wola, tree):
    more_is_spent(wola, tree)
    answer = verify()
    assert answer.exit_code == 1
    assert "1 violations  winners cost" in answer.output
    assert answer.output.count("  ok  ") == len(known.INVARIANTS) - 1
