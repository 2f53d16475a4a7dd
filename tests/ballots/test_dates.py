"""Nobody alone makes an official vote longer or shorter, not even an administrator."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import civic
from civic.ballots import actions as ballots
from civic.ballots import queries
from civic.cycles import actions as cycles
from civic.cycles.kinds import Standing
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import CivicError, NotAllowed, RuleBroken
from civic.kernel.roles import PLATFORM, Role
from tests import factories

# Where the dates of a phase are written: in the action that sets them, which is refused once they
# are frozen, and in the one that moves a rehearsal. Elections of other cities are history.
WRITERS = {"civic/cycles/actions.py"}


@pytest.fixture
def running(cycle, pot, paper):
    """An official vote that is open."""
    ballots.open_boxes(cycle, at=clock.now())
    return cycle


def spans(cycle, **shifts):
    """The dates of a cycle, those of the vote moved."""
    opens, closes = shifts.get("opens", timedelta()), shifts.get("closes", timedelta())
    return {
        p.kind: (p.opens_at + opens, p.closes_at + closes)
        if p.kind is PhaseKind.VOTING
        else (p.opens_at + (closes if p.kind is not PhaseKind.IDEAS else timedelta()), p.closes_at)
        for p in cycle.phases
    }


def closes_at(cycle):
    found = text("SELECT closes_at FROM phases WHERE cycle_id = :id AND kind = 'voting'")
    on_file = cycle.id if db.engine.dialect.name == "postgresql" else cycle.id.hex
    return str(db.session.scalar(found, {"id": on_file}))


class TestOnePerson:
    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize("hours", [-24, 24])
    def test_of_no_role_sets_other_dates(self, running, role, hours):
        before = closes_at(running)
        somebody = factories.make_staff("X", role)
        with pytest.raises(CivicError):
            cycles.set_phases(
                somebody, running, spans(running, closes=timedelta(hours=hours)), at=clock.now()
            )
        assert closes_at(running) == before

    @pytest.mark.parametrize("kind", list(PhaseKind))
    def test_moves_it_to_another_phase(self, running, adam, kind):
        before = closes_at(running)
        with pytest.raises(RuleBroken):
            cycles.move_cycle(adam, running, kind, at=clock.now())
        assert closes_at(running) == before

    def test_makes_a_rehearsal_of_it(self, running, adam):
        running.standing = Standing.REHEARSAL
        with pytest.raises(DBAPIError, match="frozen"):
            db.session.flush()

    def test_closes_the_box_early(self, running, pot, closing):
        for early in (clock.now(), closing, closing + timedelta(seconds=119)):
            with pytest.raises(RuleBroken, match="Voting still runs"):
                ballots.close_box(pot, at=early)
        assert queries.box_state(pot.id) == "open"

    def test_nor_the_platform_itself(self, running):
        with pytest.raises((NotAllowed, RuleBroken)):
            cycles.move_cycle(PLATFORM, running, PhaseKind.COUNTING, at=clock.now())


class TestTheDatabase:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE phases SET closes_at = opens_at",
            "DELETE FROM phases",
            "UPDATE cycles SET standing = 'rehearsal'",
            "DELETE FROM frozen_rules",
            "UPDATE frozen_rules SET document = '{}'",
        ],
    )
    def test_refuses_every_way_around(self, running, statement):
        with pytest.raises(DBAPIError, match=r"frozen|append-only"), db.session.begin_nested():
            db.session.execute(text(statement))

    def test_opens_no_closed_box(self, running, pot, closing):
        ballots.close_box(pot, at=closing + timedelta(seconds=120))
        with pytest.raises(DBAPIError, match="stays closed"), db.session.begin_nested():
            db.session.execute(text("UPDATE ballot_boxes SET state = 'open', closed_at = NULL"))


def test_the_dates_are_written_in_one_place():
    found = set()
    for path in Path(civic.__file__).parent.rglob("*.py"):
        if re.search(r"(?m)^\s*\w+\.(closes_at|opens_at)[\w., ]*=[^=]", path.read_text()):
            found.add(path.relative_to(Path(civic.__file__).parents[1]).as_posix())
    assert found == WRITERS
