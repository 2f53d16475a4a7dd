"""What a process reads once about a vote: only what the database does not let change any more."""

import pytest
from sqlalchemy import inspect, update

from civic.ballots import actions, box_facts
from civic.cycles.kinds import Standing
from civic.cycles.models import Cycle
from civic.cycles.queries import pot_again
from civic.kernel import clock
from civic.kernel.db import db, on_postgres, transaction
from civic.kernel.errors import RuleBroken
from civic.ledger.models import Book
from tests import factories


def asked_again(pot, statements):
    db.session.expunge_all()
    with statements() as seen:
        found = box_facts.pot_to_vote(pot.id)
    return found, len(seen)


def test_an_official_vote_that_is_open_is_read_once(pot, paper, cycle, statements):
    actions.open_boxes(cycle, at=clock.now())
    first, statements_then = asked_again(pot, statements)
    again, statements_now = asked_again(pot, statements)
    assert (statements_then > 0, statements_now) == (True, 0)
    for found in (first, again):
        assert (found.id, found.amount, found.area.code) == (pot.id, 1_000, pot.area.code)
        assert (found.cycle.code, len(found.cycle.phases)) == ("1405", len(cycle.phases))


def test_what_is_kept_cannot_be_written(pot, paper, cycle, statements):
    actions.open_boxes(cycle, at=clock.now())
    asked_again(pot, statements)
    kept, _ = asked_again(pot, statements)
    kept.amount = 5
    with transaction():
        db.session.flush()
    assert pot_again(pot.id).amount == 1_000
    assert inspect(kept).session is not db.session()


def test_before_the_terms_are_frozen_and_in_a_rehearsal_it_is_read_each_time(
    pot, paper, cycle, statements
):
    asked_again(pot, statements)
    assert asked_again(pot, statements)[1] > 0
    with transaction():
        db.session.execute(update(Cycle).values(standing=Standing.REHEARSAL))
    actions.open_boxes(pot_again(pot.id).cycle, at=clock.now())
    asked_again(pot, statements)
    assert asked_again(pot, statements)[1] > 0


def test_there_is_no_such_pot(cycle):
    assert box_facts.pot_to_vote(cycle.id) is None


def test_a_vote_is_paused_all_the_same(cast, rosa, pot, paper, cycle, statements):
    """The doubt about a book is asked for with every vote, whatever is kept."""
    actions.open_boxes(cycle, at=clock.now())
    asked_again(pot, statements)
    kept, _ = asked_again(pot, statements)
    cast(rosa, 0, pot=kept)
    with transaction():
        db.session.execute(update(Book).values(quarantine="it is not what was signed"))
    with pytest.raises(RuleBroken, match="paused"):
        cast(rosa, 1, pot=kept)


def test_a_vote_takes_few_statements(cast, rosa, pot, paper, cycle, statements, tree):
    neighbour = factories.make_resident("Neighbour", tree.sepidar)
    cast(rosa, 0)  # the first one of a process asks what never changes
    cast(rosa, 1)  # and the second one keeps the salt of the day
    kept = box_facts.pot_to_vote(pot.id)
    with statements() as first:
        cast(neighbour, 0, pot=kept)
    with statements() as changed:
        cast(rosa, 0, 1, pot=kept)
    # The box behind its lock, and all rows at once; where nothing lies between, row by row.
    # A changed vote is a first one that meets a slot, and begins again.
    assert len(first) == (2 if on_postgres() else 11), "\n".join(first)
    assert len(changed) <= (9 if on_postgres() else 17), "\n".join(changed)
