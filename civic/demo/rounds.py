"""A cycle of the demo city from its first idea to its published results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from civic.areas.models import Level
from civic.ballots import actions as ballots
from civic.ballots.queries import box_state, turnout
from civic.ballots.rules import GRACE
from civic.cycles import actions as cycles
from civic.cycles.kinds import BallotKind, Rule, Standing
from civic.cycles.models import Cycle, Pot
from civic.cycles.phases import PhaseKind
from civic.cycles.queries import pots_of
from civic.cycles.rules import Plan, Span, Terms
from civic.demo import counter, crowd, doubts
from civic.demo.city import City
from civic.demo.diary import Diary
from civic.demo.ideas import MILLION, Idea
from civic.demo.way import Way, proposals_at
from civic.kernel.i18n import local
from civic.kernel.text import persian_digits
from civic.proposals.models import Proposal
from civic.proposals.states import State
from civic.results import queries as results
from civic.results.actions import count_pot, publish_result

DAYS = {
    PhaseKind.IDEAS: 21,
    PhaseKind.SCREENING: 21,
    PhaseKind.BALLOT: 7,
    PhaseKind.VOTING: 14,
    PhaseKind.COUNTING: 2,
    PhaseKind.RESULTS: 10,
    PhaseKind.DELIVERY: 365,
}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# How many made-up voters there are for each of the residents' ballots, by the size of the demo.
VOTERS = {
    "demo-6-01": 420, "demo-6-02": 340, "demo-6-05": 310, "demo-6-06": 300, "demo-7-01": 300,
    "demo-6": 520, "tehran-demo": 600,
}  # fmt: skip
RESIDENTS_VOTING = 6


@dataclass
class Round:
    """One cycle with the ideas it is about."""

    city: City
    cycle: Cycle
    ideas: tuple[Idea, ...]
    diary: Diary
    crowd_percent: int = 100
    pulls: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.pulls = {idea.title: idea.pull for idea in self.ideas}

    def begin(self) -> None:
        """Note everything that will happen; what has happened already is passed over."""
        for idea in self.ideas:
            Way(self.city, self.cycle, idea, self.diary).begin()
        span = {phase.kind: phase for phase in self.cycle.phases}
        voting, note = span[PhaseKind.VOTING], self.diary.note
        note(span[PhaseKind.BALLOT].opens_at, self.compose)
        note(voting.opens_at, self.open_boxes)
        note(voting.opens_at + 30 * MINUTE, partial(self.vote, first=0, last=65))
        note(voting.closes_at - 60 * MINUTE, partial(self.vote, first=65, last=100))
        note(voting.closes_at + GRACE, self.close_boxes)
        note(span[PhaseKind.RESULTS].opens_at, self.count)
        note(span[PhaseKind.RESULTS].opens_at + 20 * MINUTE, self.publish)
        doubted = partial(self._of_the_area, doubts.AREA)
        for after, act in (
            (40 * MINUTE, doubts.object_to_a_result),
            (50 * MINUTE, doubts.take_objections_up),
            (75 * HOUR, doubts.answer_objections),
        ):
            note(span[PhaseKind.RESULTS].opens_at + after, partial(doubted, act))
        if self.cycle.standing is Standing.REHEARSAL:
            self._note_what_others_watch(voting)

    def _note_what_others_watch(self, voting: Span) -> None:
        """The counter and the commission have something to do in the vote that can be tried."""
        note, at_table = self.diary.note, partial(self._of_the_area, counter.AREA)
        opens, ends = voting.opens_at, voting.closes_at + GRACE
        papers, helped = counter.hand_papers_out, counter.help_some_to_vote
        note(opens + 26 * HOUR, partial(at_table, partial(papers, pulls=self.pulls)))
        note(opens + 34 * HOUR, partial(self._watched, doubts.notice_a_school))
        note(opens + 50 * HOUR, partial(at_table, partial(helped, pulls=self.pulls)))
        note(opens + 52 * HOUR, partial(at_table, counter.meet_a_double))
        note(opens + 83 * HOUR, partial(self._watched, doubts.notice_a_burst))
        note(ends + 20 * MINUTE, partial(at_table, partial(counter.finish, pulls=self.pulls)))

    def _of_the_area(self, code: str, act: Callable[..., None], at: datetime) -> None:
        for pot in self.pots:
            if pot.area.code == code:
                act(self.city, pot, at=at)

    def _watched(self, act: Callable[..., None], at: datetime) -> None:
        act(self.city, self.cycle, at=at)

    def compose(self, at: datetime) -> None:
        """Headquarters puts what is feasible on the paper of its area."""
        by_area = self._feasible()
        for pot in pots_of(self.cycle):
            if pot.area_id in by_area:
                ballots.compose_paper(self.city.headquarters, pot, by_area[pot.area_id], at=at)

    def open_boxes(self, at: datetime) -> None:
        """The rules are frozen and the boxes opened."""
        ballots.open_boxes(self.cycle, at=at)

    def vote(self, at: datetime, *, first: int, last: int) -> None:
        """A part of the voters (from `first` to `last` percent) casts its ballots."""
        for pot in self.pots:
            many = VOTERS.get(pot.area.code, 300) * self.crowd_percent // 100
            begun, done = many * first // 100, many * last // 100
            if box_state(pot.id) != "open" or turnout(pot.id) >= done:
                continue
            crowd.fill_box(pot, self.pulls, range(begun, done))
            if not first:
                voters = self.city.residents_in(pot.area)[:RESIDENTS_VOTING]
                crowd.cast_for(voters, pot, self.pulls, at=at)

    def close_boxes(self, at: datetime) -> None:
        """The boxes are closed."""
        for pot in self.pots:
            ballots.close_box(pot, at=at)

    def count(self, at: datetime) -> None:
        """Every box is counted that the platform has not counted by itself."""
        for pot in results.pots_to_count():
            if pot.cycle_id == self.cycle.id:
                count_pot(pot, at=at)

    def publish(self, at: datetime) -> None:
        """Headquarters publishes the results."""
        for pot in self.pots:
            count = results.count_of(pot.id)
            if count is not None and count.published_at is None:
                publish_result(self.city.headquarters, count, at=at)

    @property
    def pots(self) -> list[Pot]:
        """The pots of the cycle whose boxes were opened."""
        return [pot for pot in pots_of(self.cycle) if box_state(pot.id) is not None]

    def _feasible(self) -> Mapping[object, list[Proposal]]:
        found = proposals_at(self.cycle, State.FEASIBLE)
        by_area: dict[object, list[Proposal]] = {}
        for proposal in found:
            by_area.setdefault(proposal.area_id, []).append(proposal)
        return by_area


def morning(moment: datetime) -> datetime:
    """Eight o'clock in the city, the last time before this moment."""
    eight = local(moment).replace(hour=8, minute=0, second=0, microsecond=0)
    return (eight if eight <= moment else eight - timedelta(days=1)).astimezone(UTC)


def spans_of(began: datetime) -> dict[PhaseKind, tuple[datetime, datetime]]:
    """The phases of a cycle whose first one opened at this moment, one after the other."""
    spans, opens = {}, began
    for kind, days in DAYS.items():
        spans[kind] = (opens, opens + timedelta(days=days))
        opens += timedelta(days=days)
    return spans


def before(kind: PhaseKind) -> timedelta:
    """How long after its beginning a cycle comes to this phase."""
    kinds = list(DAYS)
    return timedelta(days=sum(DAYS[one] for one in kinds[: kinds.index(kind)]))


def set_up_cycle(
    city: City, code: str, standing: Standing, pots: Mapping[str, int], *, began: datetime
) -> Cycle:
    """A cycle with its phases and pots (in millions of toman, by area)."""
    year = persian_digits(code)
    at = began - timedelta(days=10)
    plan = Plan(code, f"دوره {year} (نمونه)", f"Cycle {code} (demo)", minimum_age=16,
                standing=standing)  # fmt: skip
    cycle = cycles.create_cycle(city.admin, city.areas["tehran-demo"], plan, at=at)
    cycles.set_phases(city.admin, cycle, spans_of(began), at=at)
    for area_code, millions in pots.items():
        area = city.areas[area_code]
        cycles.set_pot(city.admin, cycle, area, terms_of(area.level, millions * MILLION), at=at)
    return cycle


def terms_of(level: Level, amount: int) -> Terms:
    """Neighbourhoods spend their pot; the district's and the city's are chosen from."""
    if level is Level.NEIGHBOURHOOD:
        return Terms(amount, BallotKind.KNAPSACK, None, Rule.EQUAL_SHARES_ADD1)
    most = 3 if level is Level.DISTRICT else 5
    return Terms(amount, BallotKind.APPROVAL, most, Rule.GREEDY)
