"""What became of last year's winners: routed, approved, built, late, blocked, handed over."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.cycles.phases import PhaseKind
from civic.demo.chance import chance_of
from civic.demo.drawings import works_file
from civic.demo.ideas import CONTENT, MILLION, Idea
from civic.demo.land import CITY
from civic.demo.rounds import Round
from civic.demo.schedules import Schedule, schedule_of
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.kernel.roles import PLATFORM
from civic.oversight import actions as oversight
from civic.oversight.models import Ruling
from civic.projects import actions, confirmation, winners
from civic.projects.models import Block, Milestone, Project
from civic.projects.money import Entry
from civic.projects.queries import answers_to
from civic.projects.reports import Report, Said
from civic.projects.stages import BlockKind, MoneyKind, Stage, Verdict
from civic.results import queries as results
from civic.results.models import ResultLine

# Days of the delivery: most winners are routed at once, a few only lately.
ROUTED_AFTER, ROUTED_LATELY = (2, 9), (314, 318)


def route_winners(round_: Round) -> None:
    """Note for every winner of a round when it is routed; its works follow from there."""
    delivery = next(p for p in round_.cycle.phases if p.kind is PhaseKind.DELIVERY)
    for idea in round_.ideas:
        chance = chance_of("route", idea.title)
        days = chance.randint(*(ROUTED_LATELY if idea.delivery == "waits" else ROUTED_AFTER))
        moment = delivery.opens_at + timedelta(days=days, hours=chance.randint(1, 6))
        round_.diary.note(moment, Works(round_, idea).route)


def route_at_once(round_: Round) -> None:
    """Note that most winners are routed as soon as delivery begins; some wait for an elite."""
    delivery = next(p for p in round_.cycle.phases if p.kind is PhaseKind.DELIVERY)
    for number, idea in enumerate(round_.ideas):
        if number % 3:
            moment = delivery.opens_at + timedelta(minutes=number % 50)
            round_.diary.note(moment, Works(round_, idea).route)


# How long after an obstacle the mayor sends it up, and within how many days an answer is due.
ESCALATED = {"escalated": (60, 60), "answered": (10, 20)}


@dataclass
class Works:
    """One winner on its way through the municipality."""

    round: Round
    idea: Idea

    def __post_init__(self) -> None:
        self.chance = chance_of("works", self.idea.title)
        self.schedule: Schedule = schedule_of(self.idea.delivery)
        self.words: dict[str, Any] = _content()[self.idea.category.value]
        city, area = self.round.city, self.idea.area
        self.officer: Account = city.officer_of(self.idea.department)
        above = area == CITY
        self.ruler: Account = city.headquarters if above else city.mayor_of(area[: len("demo-6")])

    # ── from the result to the department ─────────────────────────────────────────────────────

    def route(self, at: datetime) -> None:
        """An elite hands the winner to the department that costed it; the plan follows."""
        line = self._line()
        if line is None or winners.routed_project(line.project_id) is not None:
            return
        department = self.round.city.departments[self.idea.department]
        actions.route_project(self._router(), line, department, at=at)
        self._note(at, 12, self.plan)
        if self.idea.delivery == "returned":
            self._note(at, 20, self.send_back)
        elif self.idea.delivery != "waits":
            self._note(at, self.schedule.day(Stage.APPROVED), self.approve)

    def plan(self, at: datetime) -> None:
        """The department promises a day for every stage."""
        project = self._project()
        began = project.routed_at
        for stage, days in self.schedule.planned.items():
            if stage is not Stage.APPROVED:
                day = _day(began + timedelta(days=days))
                actions.plan_stage(
                    self.officer, project, stage, planned_on=day, expected_on=None, at=at
                )
        for title, days in zip(self.words["milestones"], self.schedule.milestones, strict=True):
            due = _day(began + timedelta(days=days))
            actions.add_milestone(self.officer, project, title, due, at=at)

    def _router(self) -> Account:
        city = self.round.city
        # No elite is above the districts; there the administrator routes.
        return city.admin if self.idea.area == CITY else city.elite_of(self.idea.area)

    # ── through the stages ────────────────────────────────────────────────────────────────────

    def reach(self, at: datetime, *, stage: Stage) -> None:
        """The department reports that a stage is reached, and what follows from it."""
        project = self._project()
        actions.reach_stage(self.officer, project, stage, _day(at), at=at)
        if stage is Stage.CONTRACTED:
            self._sign_contract(project, at)
        elif stage is Stage.BUILDING:
            self._build(at)
        elif stage is Stage.HANDED_OVER:
            self._pay(project, 35, at)
        self._next(stage)

    def _next(self, stage: Stage) -> None:
        coming = self.schedule.after(stage)
        began = self._project().routed_at
        if stage is Stage.HANDED_OVER:
            self._note(began, self.schedule.day(stage) + 9, self.listen)
        if coming is Stage.CONFIRMED:
            self._note(began, self.schedule.day(coming), self.confirm)
        elif coming is not None:
            self._note(began, self.schedule.day(coming), partial(self.reach, stage=coming))

    def listen(self, at: datetime) -> None:
        """Residents say whether it is built as promised; where they doubt it, it stays open."""
        project = self._project()
        chance, objections = chance_of("answers", self.idea.title), _content()["answers"]
        confirmed = self.schedule.last is Stage.CONFIRMED
        many = chance.choice((0, 1) if confirmed else (1, 3))
        doubts = chance.sample(objections["objections"], many)
        near = self.round.city.residents_in(project.area)[: chance.randint(5, 7)]
        for resident in chance.sample(near, len(near)):
            said = Said(Verdict.NO, doubts.pop()) if doubts else Said(Verdict.YES)
            confirmation.answer(resident, project, said, at=at)

    def confirm(self, at: datetime) -> None:
        """An elite confirms by the word of the residents what was handed over."""
        project = self._project()
        if answers_to(project.id, PLATFORM).yes:
            confirmation.confirm(self._confirmer(), project, at=at)

    def _confirmer(self) -> Account:
        city = self.round.city
        return city.headquarters if self.idea.area == CITY else city.elite_of(self.idea.area)

    def _build(self, at: datetime) -> None:
        """Reports, payments, milestones and obstacles while the works run."""
        last = self.schedule.progress
        steps = [step for step in ((0, 15, 8), (1, 55, 60), (2, 100, 105)) if step[1] <= last]
        for number, progress, days in steps:
            self._note(at, days, partial(self.report, number=number, progress=progress))
        if self.idea.delivery in _content()["blocks"]:
            self._note(at, 45, self.block)

    def report(self, at: datetime, *, number: int, progress: int) -> None:
        """The officer reports with a picture, pays what was built, and ticks a milestone."""
        project = self._project()
        alt = self.words["done" if progress == 100 else "works"]
        picture = works_file(self.idea.category, self.chance.randrange(2), progress)
        text = self.words["reports"][number]
        actions.report_progress(self.officer, project, Report(text, progress, picture, alt), at=at)
        self._pay(project, (25, 30, 0)[number], at)
        promised = select(Milestone).where(
            Milestone.project_id == project.id,
            Milestone.title == self.words["milestones"][number],
        )
        actions.reach_milestone(
            self.officer, project, db.session.scalars(promised).one(), _day(at), at=at
        )

    # ── money ─────────────────────────────────────────────────────────────────────────────────

    def _sign_contract(self, project: Project, at: datetime) -> None:
        percent = 118 if self.idea.delivery == "answered" else self.chance.randint(91, 104)
        note = _content()["rulings"]["over_contract"] if percent > 110 else ""
        amount = self.idea.cost * percent // (100 * MILLION) * MILLION
        entry = Entry(MoneyKind.CONTRACTED, amount, _day(at), note)
        actions.add_money(self.officer, project, entry, at=at)

    def _pay(self, project: Project, percent: int, at: datetime) -> None:
        if percent:
            amount = self.idea.cost * percent * 9 // (1000 * MILLION) * MILLION
            entry = Entry(MoneyKind.PAID, amount, _day(at))
            actions.add_money(self.officer, project, entry, at=at)

    # ── obstacles and the mayor ───────────────────────────────────────────────────────────────

    def block(self, at: datetime) -> None:
        """Something stands in the way, and the end is expected later than it was promised."""
        kind, text = _content()["blocks"][self.idea.delivery]
        project = self._project()
        made = actions.open_block(
            self.officer, project, BlockKind(kind), text, since=_day(at), at=at
        )
        end = _day(project.routed_at + timedelta(days=self.schedule.expected_end))
        actions.plan_stage(
            self.officer, project, Stage.HANDED_OVER, planned_on=None, expected_on=end, at=at
        )
        if self.idea.delivery == "answered":
            self._note(at, 38, partial(self.clear, block_id=made.id))
        if self.idea.delivery in ESCALATED and self.idea.area != CITY:
            after, days = ESCALATED[self.idea.delivery]
            self._note(at, after, partial(self.escalate, days=days))

    def clear(self, at: datetime, *, block_id: UUID) -> None:
        """The obstacle is gone."""
        block = db.session.get_one(Block, block_id)
        actions.clear_block(self.officer, self._project(), block, _day(at), at=at)

    def approve(self, at: datetime) -> None:
        """The mayor, for the whole city the headquarters, approves what was voted for."""
        project, amount = self._project(), self.idea.cost
        oversight.approve(self.ruler, project, amount, at=at)
        self._next(Stage.APPROVED)

    def send_back(self, at: datetime) -> None:
        """The mayor returns the project to its department."""
        oversight.send_back(self.ruler, self._project(), _content()["rulings"]["return"], at=at)

    def escalate(self, at: datetime, *, days: int) -> None:
        """The mayor sends the matter up, for an answer within some days."""
        said, how = _content()["rulings"], self.idea.delivery
        ruling = oversight.escalate(
            self.ruler, self._project(), said[f"escalate_{how}"], owner=said[f"owner_{how}"],
            due_on=_day(at + timedelta(days=days)), at=at,
        )  # fmt: skip
        if how == "answered":
            self._note(at, 15, partial(self.answer, ruling=ruling))

    def answer(self, at: datetime, *, ruling: Ruling) -> None:
        """Headquarters answers."""
        answer = _content()["rulings"]["answer"]
        oversight.answer_escalation(self.round.city.headquarters, ruling, answer, at=at)

    # ── finding ───────────────────────────────────────────────────────────────────────────────

    def _note(self, at: datetime, days: float, act: Callable[[datetime], None]) -> None:
        self.round.diary.note(at + timedelta(days=days), act)

    def _line(self) -> ResultLine | None:
        for pot in self.round.pots:
            if pot.area.code == self.idea.area:
                count = results.count_of(pot.id)
                lines = results.lines_of(count) if count and count.published_at else ()
                won = [it for it in lines if it.funded and it.project.title == self.idea.title]
                return winners.winner(won[0].id) if won else None
        return None

    def _project(self) -> Project:
        found = (
            select(Project)
            .where(Project.cycle_id == self.round.cycle.id, Project.title == self.idea.title)
            .options(joinedload(Project.area), joinedload(Project.department))
        )
        return db.session.scalars(found).one()


def _day(at: datetime) -> date:
    return local(at).date()


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "works.toml").read_text("utf-8"))
