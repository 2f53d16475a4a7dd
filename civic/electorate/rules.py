"""Who may vote where, from plain values: each condition in words, with the way to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

# How long a vote binds its voter to a neighbourhood when the cycle does not say until when.
BINDS_FOR = timedelta(days=90)


class State(StrEnum):
    """How a condition stands: met, to be mended, or only good to know."""

    MET = "met"
    MISSING = "missing"
    NOTE = "note"


@dataclass(frozen=True)
class Check:
    """One condition; `mend` names the page that mends it, and without one it is the counter."""

    name: str
    state: State
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)
    mend: str | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a person for this question; nothing of it says who it is."""

    mobile_confirmed: bool
    national_id_given: bool
    birth_date: date | None = None
    home_path: str | None = None
    took_part_on: date | None = None


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
        """What is still to be mended."""
        return tuple(check for check in self.checks if check.state is State.MISSING)

    def require(self) -> None:
        """Go on only if nothing is missing; else refuse with the first sentence."""
        for check in self.missing:
            raise RuleBroken(check.sentence, **check.params)


def eligibility(facts: Facts, *, area_path: str | None, minimum_age: int, on_day: date) -> Verdict:
    """May this person vote about the money of an area (None: of some area) on a day?"""
    return Verdict(
        (
            _mobile(facts),
            _identity(facts),
            *_age(facts, minimum_age, on_day),
            _home(facts, area_path),
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


def _home(facts: Facts, area_path: str | None) -> Check:
    if facts.home_path is None:
        return Check(
            "home",
            State.MISSING,
            N_("You have not chosen your neighbourhood yet. One votes where one lives or works."),
            mend="electorate.declare",
        )
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


def age_on(born: date, on_day: date) -> int:
    """The years that somebody has completed on a day."""
    before_birthday = (on_day.month, on_day.day) < (born.month, born.day)
    return on_day.year - born.year - before_birthday


def birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def check_moving(bound_until: date | None, today: date) -> None:
    """Who has taken part keeps the neighbourhood until that vote is over."""
    if bound_until is not None and today <= bound_until:
        raise RuleBroken(
            "You have taken part in a vote of your neighbourhood. You can choose another one "
            "after %(day)s, so that everybody votes in one place.",
            field="area",
            day=bound_until,
        )
