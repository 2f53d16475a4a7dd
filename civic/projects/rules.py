"""What holds for a project: the order of its stages, its promises, and its reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.projects.stages import DONE, ORDER, PLANNED, RUNNING, STAGE_NAMES, Stage, Verdict

TABS: Mapping[str, frozenset[Stage]] = {"done": DONE, "running": RUNNING, "planned": PLANNED}
LONGEST_TEXT, LONGEST_TITLE, LONGEST_NOTE = 2000, 200, 300


class Station(Protocol):
    """A stage with its days."""

    @property
    def stage(self) -> Stage: ...
    @property
    def planned_on(self) -> date | None: ...
    @property
    def expected_on(self) -> date | None: ...
    @property
    def reached_on(self) -> date | None: ...


def lateness(promised: date | None, reached_on: date | None, today: date) -> int:
    """By how many days something missed its day: until it was reached, or until today.

    The promised day itself is still in time; what was never promised is never late.
    """
    return max(0, ((reached_on or today) - promised).days) if promised else 0


def days_late(stage: Stage, due_on: date | None, today: date) -> int:
    """How late a project is by the earliest promise it has not kept; never once handed over."""
    return 0 if stage in DONE else lateness(due_on, None, today)


def forecast(planned_on: date | None, expected_on: date | None, late: int) -> date | None:
    """When it will end: what the department expects, else the plan moved by the present delay."""
    if expected_on or planned_on is None:
        return expected_on
    return planned_on + timedelta(days=late)


def next_stage(stage: Stage) -> Stage | None:
    """The stage after this one; none after the last."""
    place = ORDER.index(stage) + 1
    return ORDER[place] if place < len(ORDER) else None


def stages_ahead(stage: Stage) -> tuple[Stage, ...]:
    """The stages that are still to come."""
    return ORDER[ORDER.index(stage) + 1 :]


@dataclass(frozen=True)
class Stop:
    """A stage on the line of time: past, late, now (the one that comes next) or next."""

    stage: Stage
    state: str
    planned_on: date | None = None
    expected_on: date | None = None
    reached_on: date | None = None
    late: int = 0


def timeline(stage: Stage, stations: Iterable[Station], today: date) -> list[Stop]:
    """All stages in their order with their days, and how each stands."""
    known = {each.stage: each for each in stations}
    return [_stop(stage, each, known.get(each), today) for each in ORDER]


def _stop(now: Stage, stage: Stage, station: Station | None, today: date) -> Stop:
    planned = station.planned_on if station else None
    expected = station.expected_on if station else None
    reached = station.reached_on if station else None
    late = lateness(planned, reached, today)
    if ORDER.index(stage) <= ORDER.index(now):
        return Stop(stage, "past", planned, expected, reached, late)
    if late and now not in DONE:
        return Stop(stage, "late", planned, expected, reached, late)
    state = "now" if stage is next_stage(now) else "next"
    return Stop(stage, state, planned, expected, reached)


def check_past(day: date, today: date, *, field: str) -> None:
    """What is reported has happened."""
    if day > today:
        raise RuleBroken(N_("This day is still to come. Report it when it has come."), field=field)


def check_step(stage: Stage, wanted: Stage) -> None:
    """The department goes one stage at a time; two steps are not its own to take."""
    if wanted is not next_stage(stage):
        raise RuleBroken(
            N_("Stages come in their order. The next one is: %(stage)s."),
            field="stage", stage=STAGE_NAMES[next_stage(stage) or stage],
        )  # fmt: skip
    if wanted is Stage.APPROVED:
        raise RuleBroken(
            N_(
                "The district mayor approves it first or, for the whole city, the headquarters."
                " It waits on their desk."
            ),
            field="stage",
        )
    if wanted is Stage.CONFIRMED:
        raise RuleBroken(
            N_("Residents confirm the work. The department cannot do it for them."), field="stage"
        )


def check_handover(progress: int, open_blocks: int) -> None:
    """What is handed over is finished, by the department's own reports, and nothing is in its way.

    From then on the residents are asked about it, and half-built it could not be judged.
    """
    if open_blocks:
        raise RuleBroken(
            N_(
                "Something still stands in the way of this project. Say first since when it is"
                " gone; then hand the project over."
            ),
            field="stage",
        )
    if progress < 100:
        raise RuleBroken(
            N_(
                "By the last report %(progress)s percent are done. Publish a report with 100"
                " percent first; then hand the project over."
            ),
            field="stage", progress=progress,
        )  # fmt: skip


def check_approvable(stage: Stage, amount: int) -> None:
    """Only what was routed and not approved yet can be approved, and with some money."""
    if stage is not Stage.ROUTED:
        raise RuleBroken(
            N_("This project stands at “%(stage)s” already."), stage=STAGE_NAMES[stage]
        )
    if amount <= 0:
        raise RuleBroken(N_("Give the approved amount."), field="amount")


def check_after(day: date, before: date | None, *, field: str) -> None:
    """A stage is not reached before the one that precedes it."""
    if before is not None and day < before:
        raise RuleBroken(
            N_("The stage before it was reached on %(before)s. This one cannot be earlier."),
            field=field, before=before,
        )  # fmt: skip


def check_plan(
    now: Stage, stage: Stage, planned_on: date | None, plan: Mapping[Stage, date | None]
) -> None:
    """A promised day stands once it is given, and the days follow the order of the stages."""
    if stage not in stages_ahead(now):
        raise RuleBroken(N_("This stage is reached; its days stay as they are."), field="stage")
    old = plan.get(stage)
    if old is not None and planned_on not in {None, old}:
        raise RuleBroken(
            N_("%(day)s was promised and stays readable. Give the day you expect now instead."),
            field="planned_on", day=old,
        )  # fmt: skip
    for other, day in plan.items():
        if planned_on is None or day is None or other is stage:
            continue
        earlier = ORDER.index(other) < ORDER.index(stage)
        if day > planned_on if earlier else day < planned_on:
            raise RuleBroken(
                N_("“%(stage)s” is planned for %(day)s; the order of the stages does not fit."),
                field="planned_on", stage=STAGE_NAMES[other], day=day,
            )  # fmt: skip


def check_report(text: str, progress: int, picture_alt: str, *, pictured: bool) -> None:
    """A report says something, in per cent too, and its picture can be read aloud."""
    if not text.strip():
        raise RuleBroken(N_("Write what was done."), field="text")
    if not 0 <= progress <= 100:
        raise RuleBroken(N_("Give the progress between 0 and 100 percent."), field="progress")
    if pictured and not picture_alt.strip():
        raise RuleBroken(
            N_("Say what the picture shows, for people who cannot see it."), field="picture_alt"
        )


def check_gone(since: date, gone_before: date | None, gone_on: date, today: date) -> None:
    """An obstacle goes once, not in the future, and not before it came."""
    if gone_before is not None:
        raise RuleBroken(N_("This obstacle is recorded as gone already."))
    check_past(gone_on, today, field="on_day")
    if gone_on < since:
        raise RuleBroken(
            N_("It stood in the way since %(day)s, so it went later."), field="on_day", day=since
        )


def check_answerable(stage: Stage) -> None:
    """Residents answer from the handover until the project is confirmed."""
    if stage is Stage.CONFIRMED:
        raise RuleBroken(N_("This project is confirmed, and the answers are closed."))
    if stage is not Stage.HANDED_OVER:
        raise RuleBroken(N_("This project is not handed over yet. You can answer when it is."))


def belongs_there(home_path: str | None, area_path: str, *, city_wide: bool) -> bool:
    """Does a person with this home have a say about what was built in an area?"""
    return city_wide or (home_path is not None and home_path.startswith(area_path))


def check_belongs(home_path: str | None, area_path: str, *, city_wide: bool) -> None:
    """About the works of an area its own residents answer; about those of the city everybody."""
    if not belongs_there(home_path, area_path, city_wide=city_wide):
        raise RuleBroken(
            N_(
                "Only people who live, work or study where this was built answer."
                " If you do, choose this neighbourhood on your own page first."
            )
        )


def check_answer(verdict: Verdict, text: str) -> None:
    """An objection says what is wrong, shortly enough to be read by everybody."""
    if verdict is Verdict.NO and not text.strip():
        raise RuleBroken(N_("Say in a sentence what is missing or different."), field="text")
    if len(text) > LONGEST_NOTE:
        raise RuleBroken(
            N_("This is longer than %(n)s characters. Keep what matters."),
            field="text", n=LONGEST_NOTE,
        )  # fmt: skip


def check_confirmable(stage: Stage, yes: int, no: int) -> None:
    """A project is confirmed by what residents answered, and never against it."""
    check_answerable(stage)
    if not yes + no:
        raise RuleBroken(
            N_("Nobody has answered yet. Residents confirm a project, so wait for their answers.")
        )
    if no > yes:
        raise RuleBroken(
            N_(
                "%(no)s say no and %(yes)s say yes. The department mends it first;"
                " then residents can change their answers."
            ),
            no=no, yes=yes,
        )  # fmt: skip
