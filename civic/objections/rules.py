"""Until when an objection is taken, what it must say, and what a decision needs."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from civic.departments.calendar import CITY_TIME, add_working_days, due_after
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.objections.kinds import ObjectionKind
from civic.objections.states import NEEDS_TWO, OPEN, VERDICTS, State

DAYS_TO_OBJECT = 10
WORKING_DAYS_TO_ANSWER = 10
# One person says what there is to say in so many objections to one result.
MOST_EACH = 3
SHORTEST_WORDS, LONGEST_WORDS = 20, 3000
LONGEST_ANSWER = 2000


def closes_at(published_at: datetime) -> datetime:
    """The end of the last day for objections: the tenth after publication, if the city works then.

    Whoever goes to the counter on the last day must not stand before a closed door.
    """
    tenth = published_at.astimezone(CITY_TIME).date() + timedelta(days=DAYS_TO_OBJECT)
    return datetime.combine(add_working_days(tenth, 0) + timedelta(days=1), time.min, CITY_TIME)


def last_day(published_at: datetime) -> datetime:
    """The same as a moment within that day, to be named in sentences."""
    return closes_at(published_at) - timedelta(seconds=1)


def answer_due(at: datetime) -> datetime:
    """Until when an objection that came in at this moment is answered."""
    return due_after(at, WORKING_DAYS_TO_ANSWER)


def check_in_time(published_at: datetime | None, at: datetime) -> None:
    """Objections are made to a published result, and within the days for them."""
    if published_at is None:
        raise RuleBroken(N_("This result is not published yet; objections are made to a result."))
    if at >= closes_at(published_at):
        raise RuleBroken(
            N_(
                "Objections to this result were taken until %(day)s. Yours came after that and was"
                " not recorded."
            ),
            day=last_day(published_at).date(),
        )


def check_ours(imported_from: str | None) -> None:
    """An election of another city is only counted again here."""
    if imported_from:
        raise RuleBroken(
            N_("This election was held elsewhere; objections to it cannot be made here.")
        )


def check_concerned(*, lives_there: bool, took_part: bool) -> None:
    """A result concerns those who live or work where it holds, and those who voted about it."""
    if not (lives_there or took_part):
        raise RuleBroken(
            N_(
                "Objections come from people who live or work in this area or took part in its"
                " vote. Say on your own page where you belong; then you can object."
            )
        )


def check_words(words: str) -> None:
    """An objection says what happened."""
    if len(words.strip()) < SHORTEST_WORDS:
        raise RuleBroken(
            N_("Write what happened, in at least %(least)s characters."),
            field="words", least=SHORTEST_WORDS,
        )  # fmt: skip


def check_not_too_many(made: int) -> None:
    """One person does not fill the desk alone."""
    if made >= MOST_EACH:
        raise RuleBroken(
            N_("You have made %(n)s objections to this result; each of them is answered."), n=made
        )


def check_open(state: State, decided_at: datetime | None) -> None:
    """What is answered or withdrawn stays as it is."""
    if state not in OPEN:
        if decided_at is None:
            raise RuleBroken(N_("This objection was withdrawn."))
        raise RuleBroken(N_("This objection was decided on %(at)s."), at=decided_at)


def check_undecided(proposed: State | None) -> None:
    """While a decision waits for the second person, no other one is made."""
    if proposed is not None:
        raise RuleBroken(N_("A decision is written already and waits for a second person."))


def check_proposed(proposed: State | None) -> None:
    """A second person confirms what a first one wrote."""
    if proposed is None:
        raise RuleBroken(N_("No decision waits to be confirmed here."))


def check_verdict(verdict: State, summary: str, answer: str) -> None:
    """A decision says in public words what was objected and what is answered."""
    if verdict not in VERDICTS:
        raise RuleBroken(N_("Choose a decision."), field="verdict")
    if not summary.strip():
        raise RuleBroken(N_("Write what was objected, in words that name nobody."), field="summary")
    if not answer.strip():
        raise RuleBroken(N_("Write the answer; everybody can read it."), field="answer")


def check_reason(reason: str) -> None:
    """Who does not agree says why."""
    if not reason.strip():
        raise RuleBroken(N_("Write why you do not agree."), field="reason")


def check_counts_again(*, asked_already: bool) -> None:
    """One objection leads to one recount."""
    if asked_already:
        raise RuleBroken(N_("All ballots are counted again for this objection already."))


def check_about_count(kind: ObjectionKind) -> None:
    """Residents ask together for a recount, where the count is what is objected to."""
    if kind is not ObjectionKind.COUNT:
        raise RuleBroken(N_("A recount answers objections to the count; this one is not about it."))


def needs_two(verdict: State) -> bool:
    """Does this decision wait for a second person?"""
    return verdict in NEEDS_TWO
