"""Who may vote where, from plain values: each condition in words, with the way to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from civic.electorate.facts import (
    AS_DECLARED,
    COUNTER,
    OLDEST_AGE,
    Check,
    Entry,
    Facts,
    State,
    VoterTerms,
)
from civic.electorate.kinds import Match, Residence
from civic.electorate.registers import known_to_the_register, on_the_roll
from civic.kernel.ages import age_on, birthday
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

__all__ = ["AS_DECLARED", "OLDEST_AGE", "Check", "Entry", "Facts", "State", "Verdict", "VoterTerms"]

# How long a vote binds its voter to a neighbourhood when the cycle does not say until when.
BINDS_FOR = timedelta(days=90)
# How long a silent register is asked again, and after which pauses; then the counter helps.
KEEP_ASKING = timedelta(days=14)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
# Numbers are registered in other names meanwhile: who was not matched is asked about every day.
NOT_MATCHED_PAUSE = timedelta(days=1)
OTHER_TIE = {
    Residence.LIVES: N_("In this vote one votes where one lives. You have named the neighbourhood "
                        "in which you work or study."),
    Residence.WORKS: N_("In this vote one votes where one works or studies. You have named the "
                        "neighbourhood in which you live."),
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """All conditions for one vote."""

    checks: tuple[Check, ...]

    @property
    def may_vote(self) -> bool:
        """Is nothing missing? Having taken part is no obstacle: a vote can be changed."""
        return not self.missing

    @property
    def missing(self) -> tuple[Check, ...]:
        """What is still to be mended, or waited for."""
        hinders = {State.MISSING, State.WAITING}
        return tuple(check for check in self.checks if check.state in hinders)

    @property
    def only_waits(self) -> bool:
        """Is there nothing that the person could mend?"""
        return all(check.state is State.WAITING for check in self.missing)

    def require(self) -> None:
        """Go on only if nothing is missing; else refuse with the first sentence."""
        for check in self.missing:
            raise RuleBroken(check.sentence, **check.params)


def eligibility(
    facts: Facts,
    *,
    area_path: str | None,
    minimum_age: int,
    on_day: date,
    terms: VoterTerms = AS_DECLARED,
) -> Verdict:
    """May this person vote about the money of an area (None: of some area) on a day?"""
    return Verdict(
        (
            _mobile(facts),
            _identity(facts),
            *_age(facts, minimum_age, on_day),
            *_plausible_age(facts, terms, on_day),
            *on_the_roll(facts, terms),
            *known_to_the_register(facts, terms),
            _home(facts, area_path, terms),
            *_taken_part(facts),
        )
    )


def _mobile(facts: Facts) -> Check:
    if facts.mobile_confirmed:
        return Check("mobile", State.MET, N_("Your mobile number is confirmed."))
    return Check("mobile", State.MISSING, N_("Your mobile number is not confirmed yet."),
                 mend="accounts.sign_in")  # fmt: skip


def _identity(facts: Facts) -> Check:
    if facts.national_id_given:
        return Check("national_id", State.MET, N_("Your national id is stored and sealed."))
    return Check(
        "national_id",
        State.MISSING,
        N_("Your national id is missing. With it everybody votes once, and nobody twice."),
        mend="accounts.identity",
    )


def _age(facts: Facts, minimum_age: int, on_day: date) -> Iterator[Check]:
    if minimum_age <= 0:
        return
    if facts.birth_date is None:
        yield Check("age", State.MISSING,
                    N_("Your date of birth is missing; one votes here from the age of %(age)s."),
                    {"age": minimum_age}, mend="accounts.identity")  # fmt: skip
    elif age_on(facts.birth_date, on_day) >= minimum_age:
        yield Check("age", State.MET, N_("You have reached the age of %(age)s."),
                    {"age": minimum_age})  # fmt: skip
    else:
        yield Check(
            "age",
            State.MISSING,
            N_("One votes here from the age of %(age)s; you reach it on %(day)s. Proposing and "
               "following is open to you today."),
            {"age": minimum_age, "day": birthday(facts.birth_date, minimum_age)},
        )  # fmt: skip


def _plausible_age(facts: Facts, terms: VoterTerms, on_day: date) -> Iterator[Check]:
    if not terms.oldest_age or facts.birth_date is None:
        return
    years = age_on(facts.birth_date, on_day)
    if years > terms.oldest_age:
        yield Check(
            "plausible_age",
            State.MISSING,
            N_("By the date of birth that is stored here you are %(age)s years old. At the counter "
               "a clerk looks at your birth certificate with you and puts it right."),
            {"age": years}, mend=COUNTER,
        )  # fmt: skip


def _home(facts: Facts, area_path: str | None, terms: VoterTerms) -> Check:
    if facts.home_path is None:
        return Check(
            "home",
            State.MISSING,
            N_("You have not chosen your neighbourhood yet. One votes where one lives or works."),
            mend="electorate.declare",
        )
    if not terms.residence.takes(facts.tie):
        return Check("home", State.MISSING, OTHER_TIE[terms.residence],
                     mend="electorate.declare")  # fmt: skip
    if area_path is None or facts.home_path.startswith(area_path):
        return Check("home", State.MET, N_("Your neighbourhood is known."))
    return Check(
        "home",
        State.MISSING,
        N_("This vote is about another area than yours. One votes where one lives or works."),
        mend="electorate.declare",
    )


def _taken_part(facts: Facts) -> Iterator[Check]:
    if facts.took_part_on is not None:
        yield Check(
            "took_part",
            State.NOTE,
            N_("You have taken part on %(day)s. Until voting closes you can change your vote."),
            {"day": facts.took_part_on},
        )


def check_moving(bound_until: date | None, today: date) -> None:
    """Who has taken part keeps the neighbourhood until that vote is over."""
    if bound_until is not None and today <= bound_until:
        raise RuleBroken(
            "You have taken part in a vote of your neighbourhood. You can choose another one "
            "after %(day)s, so that everybody votes in one place.",
            field="area",
            day=bound_until,
        )


def ask_again_at(verdict: Match, tries: int, *, at: datetime, until: datetime) -> datetime | None:
    """When a register is asked again after its answer; None when there is nothing more to ask."""
    if verdict is Match.MATCHED:
        return None
    pause = NOT_MATCHED_PAUSE
    if verdict is Match.UNAVAILABLE:
        pause = PAUSES[min(tries, len(PAUSES)) - 1]
    return at + pause if at + pause <= until else None
