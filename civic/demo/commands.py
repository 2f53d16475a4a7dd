"""What the verbs of `civic demo` do, and what they print."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from enum import StrEnum
from functools import wraps
from typing import ParamSpec

import click
from flask import current_app

from civic.accounts.queries import account_by_mobile, mobile_of
from civic.accounts.second_factor import code_at
from civic.areas.queries import area_by_code
from civic.cycles.phases import PHASE_NAMES, PhaseKind
from civic.demo import making, moving, people
from civic.departments.queries import department_by_code
from civic.kernel import clock
from civic.kernel.errors import CivicError, RuleBroken
from civic.kernel.jobs import queue_answers, without_queue
from civic.kernel.roles import ROLE_NAMES, Role

P = ParamSpec("P")
HOW = (
    "Sign in with a mobile number; in this mode the page shows the code that would come by SMS.",
    "Staff are asked for a second code: the page shows it too, or: civic demo code ROLE",
)


Lines = Callable[P, Iterator[str]]


def said(lines: Lines[P]) -> Callable[P, None]:
    """Print what a command has to say; a refusal is one sentence on the error channel."""

    @wraps(lines)
    def say(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            for line in lines(*args, **kwargs):
                click.echo(line)
        except CivicError as error:
            raise click.ClickException(str(error)) from None

    return say


@said
def make() -> Iterator[str]:
    """Make the demo city in an empty database."""
    _insist_on_demo()
    if not making.is_empty():
        raise RuleBroken("There are people in this database already; nothing was changed.")
    begun = time.monotonic()
    with nullcontext() if queue_answers() else without_queue():
        made = making.make_city(now=clock.now())
    yield (
        f"The demo city is made: {len(made.areas)} areas, {len(made.staff)} members of staff, "
        f"{len(made.residents)} residents ({time.monotonic() - begun:.1f} s)."
    )


@said
def phase(name: str) -> Iterator[str]:
    """Let the running cycle be in a phase now."""
    _insist_on_demo()
    kind = PhaseKind(_one_of(PhaseKind, name))
    _posts()
    runs = queue_answers()
    with nullcontext() if runs else without_queue():
        moved = moving.move_to(kind, now=clock.now())
    if moved.fresh:
        yield (
            "Time does not run backwards and frozen rules stay frozen, so a fresh cycle has begun."
        )
    yield f"Cycle {moved.cycle.code} is in the phase “{PHASE_NAMES[kind]}” now."
    if not runs:
        yield "The city is not running; to see it: python3 -m civic up"


@said
def who() -> Iterator[str]:
    """Everybody who can sign in to try a role."""
    rows = [(str(ROLE_NAMES[post.role]), post.mobile, post.name, _where(post)) for post in _posts()]
    rana = people.residents(1)[0]
    rows.append((ROLE_NAMES[Role.RESIDENT], rana.mobile, rana.name, _home(rana.home)))
    for role, mobile, name, where in rows:
        yield f"  {role:<20} {mobile}   {name}   {where}"
    yield from ("", *HOW)


@said
def code(name: str) -> Iterator[str]:
    """The second code that each holder of a role has to type now."""
    _insist_on_demo()
    role = Role(_one_of(Role, name))
    posts = [post for post in _posts() if post.role is role]
    if not posts:
        raise RuleBroken("Nobody in the demo city holds this role, or it needs no second code.")
    at = clock.now()
    for post in posts:
        account = account_by_mobile(post.mobile)
        if account is not None:
            yield f"  {code_at(account, at)}   {mobile_of(account)}   {post.name}"


def _one_of(names: type[StrEnum], name: str) -> str:
    if name not in set(names):
        raise click.BadParameter(f"“{name}” is none of these: {', '.join(names)}.")
    return name


def _posts() -> tuple[people.Post, ...]:
    if account_by_mobile(people.ADMIN) is None:
        raise RuleBroken("There is no demo city yet: civic demo make")
    return people.POSTS


def _where(post: people.Post) -> str:
    if post.role is Role.OFFICER:
        department = department_by_code(post.places[0])
        name = department.name if department else ""
        return name if len(post.places) == 1 else f"{name}, …"
    return _home(post.places[0]) if post.places else ""


def _home(code: str) -> str:
    area = area_by_code(code)
    return area.name if area else ""


def _insist_on_demo() -> None:
    # The secrets of the demo are known to everybody who has read this repository.
    if not current_app.config["CIVIC"].demo:
        raise RuleBroken("This is not a demo (DEMO is not 1), so no demo city is made here.")
