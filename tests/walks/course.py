"""A vote on its way: before its paper is published, open, paused, over, and with its result."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import update

from civic.ballots.actions import cast_ballot, close_box, open_boxes
from civic.cycles import queries as cycles
from civic.cycles.actions import move_cycle
from civic.cycles.kinds import Standing
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.roles import Role
from civic.ledger import sequencer
from civic.ledger.models import Book
from civic.results.actions import count_pot, publish_result
from civic.results.queries import count_of
from tests import factories
from tests.walks import town as people
from tests.walks.town import planned


def _resident(town):
    return people.the_same(people.a_resident(town))


DOUBT = "the book is shorter than what was signed"
ALL = [PhaseKind.SCREENING, PhaseKind.BALLOT, PhaseKind.VOTING, PhaseKind.COUNTING,
       PhaseKind.RESULTS]  # fmt: skip


def rehearsal():
    """A vote whose papers nobody sees yet; being a rehearsal, it can be led on by hand."""
    return planned(PhaseKind.SCREENING, standing=Standing.REHEARSAL)


class Course:
    """Leads the vote of a town on, and never back."""

    def __init__(self, town):
        self.town, self.phase = town, PhaseKind.SCREENING
        self.admin = town.do(lambda _: factories.make_staff("ملیحه", Role.ADMIN))
        self.voted, self.waits = (town.do(_resident) for _ in range(2))

    def reach(self, phase):
        """Let happen everything that happens until this phase."""
        for kind in ALL[ALL.index(self.phase) + 1 : ALL.index(phase) + 1]:
            self.town.do(lambda town, kind=kind: self._enter(kind))
            self.phase = kind

    def _enter(self, kind):
        at = clock.now()
        cycle = cycles.cycle_by_code("1405")
        move_cycle(self.admin, cycle, kind, at=at)
        pots = cycles.pots_of(cycle)
        if kind is PhaseKind.VOTING:
            open_boxes(cycle, at=at)
            self._cast(at)
        if kind is PhaseKind.COUNTING:
            for pot in pots:
                close_box(pot, at=at)
            sequencer.write_all()
        if kind is PhaseKind.RESULTS:
            for pot in pots:
                count_pot(pot, at=at)
                publish_result(self.admin, count_of(pot.id), at=at)

    def _cast(self, at):
        pot, voter = cycles.pot(self.town.pot), self.voted(self.town)
        cast_ballot(voter, pot, self.town.numbers[:2], key=uuid4(), form_opened_at=at, at=at)
        sequencer.write_all()

    def shown_from(self):
        """When the papers can be read."""
        return self._phase(PhaseKind.BALLOT).opens_at

    def opens(self):
        """When voting opens."""
        return self._phase(PhaseKind.VOTING).opens_at

    def closes(self):
        """When voting ends."""
        return self._phase(PhaseKind.VOTING).closes_at

    def _phase(self, kind):
        def found(_town):
            return next(one for one in cycles.cycle_by_code("1405").phases if one.kind is kind)

        return self.town.do(found)

    def pause(self, why=DOUBT):
        """Let the book be doubted, or trusted again."""

        def doubt(town):
            db.session.execute(update(Book).where(Book.id == town.cycle).values(quarantine=why))
            db.session.commit()

        self.town.do(doubt)

    def trust(self):
        """Let voting go on."""
        self.pause(None)
