"""One scenario on one engine: people vote, something is killed, and then everything is proved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import NamedTuple

from civic.cycles.kinds import Rule
from civic.kernel import clock
from civic.kernel.db import db
from civic.torture import town as making
from civic.torture.city import City
from civic.torture.journal import Journal
from civic.torture.proof import Verdict, prove, untouched
from civic.torture.town import Town, Vote
from civic.torture.voters import Crowd, Line, Unknown, wishes
from civic.torture.watcher import Watcher

THREADS = 8
RECOVERY = 90.0
A_YEAR = timedelta(days=365)


class Row(NamedTuple):
    """A line of the table."""

    scenario: str
    engine: str
    kills: int
    acknowledged: int
    unknown: int
    lost: int
    doubled: int
    recovery: float
    verdict: str

    @property
    def holds(self) -> bool:
        """Was every promise kept?"""
        return self.verdict.startswith("ok")


@dataclass
class Trial:
    """A vote in a city, with its crowd, its journal and somebody who watches from outside."""

    city: City
    town: Town
    vote: Vote
    journal: Journal
    crowd: Crowd
    watcher: Watcher
    seconds: float
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311
    kills: int = 0
    recovery: float = 0.0
    strangers: int = 0
    # Extra things that a scenario found wrong.
    faults: list[str] = field(default_factory=list)

    def strike(self, blow: Callable[[], object], well: Callable[[float], bool]) -> None:
        """Do harm, and measure how long it takes until `well` says that all is well again."""
        moment = time.monotonic()
        blow()
        self.kills += 1
        while not well(moment):
            if time.monotonic() > moment + RECOVERY:
                self.faults.append(f"not well again after {RECOVERY:.0f} s")
                return
            time.sleep(0.05)
        self.recovery = max(self.recovery, time.monotonic() - moment)

    def strike_on(self, blow: Callable[[], object], well: Callable[[float], bool]) -> None:
        """Strike again and again while people vote, until the time is over."""
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            time.sleep(self.chance.uniform(0.5, 2.0))
            self.strike(blow, well)

    def cast_since(self, moment: float) -> bool:
        """Was a vote taken that was sent after this moment?"""
        return self.journal.taken_after(moment) is not None


def vote_in(city: City, town: Town, code: str, rule: Rule) -> Vote:
    """A vote that runs for a year; scenarios that need its end bring it about."""
    with city.app.app_context():
        vote = making.start_vote(town, code, closes_at=clock.now() + A_YEAR, rule=rule)
        db.session.remove()
    return vote


@contextmanager
def trial_of(city: City, town: Town, vote: Vote, seconds: float) -> Iterator[Trial]:
    """Everything that a scenario needs; gone afterwards."""
    number = int(2 + seconds) * len(town.people)
    browsers = making.browsers(city.app, vote, town.people, wishes(number, vote.code))
    journal = Journal(city.home / f"journal-{vote.code}.ndjson")
    watcher = Watcher(city, vote.code)
    crowd = Crowd(city, vote, journal, browsers)
    try:
        yield Trial(city, town, vote, journal, crowd, watcher, seconds)
    finally:
        crowd.stop()
        watcher.stop()
        journal.close()


def ask_again(trial: Trial) -> None:
    """Press the button again, with the same key, twice, wherever nobody knows what became of it."""
    line, until = Line(trial.city), time.monotonic() + RECOVERY
    waiting = [one for one in trial.journal.attempts if one.status is None]
    for attempt in [*waiting, *waiting]:
        before = len(attempt.again)
        while len(attempt.again) == before and time.monotonic() < until:
            with suppress(Unknown):
                trial.crowd.repeat(line, attempt)
    last = {attempt.voter: attempt for attempt in trial.journal.attempts}
    for attempt in waiting:
        if attempt.is_taken and attempt is last[attempt.voter]:
            trial.crowd.read_receipt(line, attempt)
    line.close()


def run(trial: Trial, name: str, disturb: Callable[[Trial], object]) -> Row:
    """Let people vote, disturb them, repair, ask again, prove."""
    trial.crowd.start(THREADS, trial.crowd.review_and_cast)
    until = time.monotonic() + RECOVERY
    while not trial.cast_since(0):
        if time.monotonic() > until:
            raise RuntimeError(f"Nobody could vote:\n{trial.city.said()}")
        time.sleep(0.05)
    before = untouched(trial.city)
    disturb(trial)
    trial.crowd.stop()
    trial.city.wait_until_well()
    ask_again(trial)
    verdict = prove(
        trial.city, trial.town, trial.vote, trial.journal, trial.watcher, crowd=trial.strangers
    )
    verdict.faults += trial.faults
    verdict.say(untouched(trial.city) != before, "N8 something else was changed")
    return _row(trial, name, verdict)


def _row(trial: Trial, name: str, verdict: Verdict) -> Row:
    said = "ok" if verdict.holds else "; ".join(verdict.faults) or "votes lost or doubled"
    journal = trial.journal
    return Row(
        name, trial.city.engine, trial.kills, len(journal.taken()), journal.unanswered(),
        verdict.lost, verdict.doubled, round(trial.recovery, 1), said,
    )  # fmt: skip
