"""Limits as they are written on a command line, and as some cities write them into their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from civic.counting.errors import N_, CountingError
from civic.counting.terms.limits import KINDS, Cap, Limits

# META of files in which the city was cut into parts, each with a cap on what is spent there.
PARTS, CAPS = "neighborhoods", "budget_per_neighborhood"


def limit_of(text: str, *, scale: int = 1) -> Limits:
    """Read one limit; money is in currency units, and becomes a whole number of 1/`scale`.

    `conflict:ID,ID` lets at most one of the projects win. `cap:category:NAME:MONEY` and
    `cap:area:NAME:MONEY` say what may be spent on a kind, `number:category:NAME:N` and
    `number:area:NAME:N` how many may win. `prefund:ID` funds a project before the count.
    Raises `CountingError` for anything else.
    """
    kind, _, rest = text.partition(":")
    if kind == "conflict":
        return Limits(conflicts=(frozenset(_ids(rest, text)),))
    if kind == "prefund":
        return Limits(prefunded=tuple(_ids(rest, text)))
    if kind in {"cap", "number"}:
        return Limits(caps=(_cap(kind, rest, scale, text),))
    raise _unreadable(text)


def joined(limits: Iterable[Limits]) -> Limits:
    """All limits as one; money and number of the same kind and name become one cap."""
    given = list(limits)
    caps: dict[tuple[str, str], Cap] = {}
    for cap in (cap for one in given for cap in one.caps):
        key = (cap.kind, cap.name)
        caps[key] = _both(caps[key], cap) if key in caps else cap
    return Limits(
        conflicts=tuple(group for one in given for group in one.conflicts),
        caps=tuple(caps.values()),
        prefunded=tuple(id_ for one in given for id_ in one.prefunded),
    )


def limits_in(meta: Mapping[str, str], areas: Iterable[str], *, scale: int = 1) -> Limits:
    """The limits that an election file itself gives: what may be spent in each part of the city.

    `areas` are those of the projects; a part without a project needs no cap. Raises
    `CountingError` where there are not as many amounts as parts.
    """
    if CAPS not in meta:
        return Limits()
    names, amounts = (
        [part.strip() for part in meta.get(key, "").split(",")] for key in (PARTS, CAPS)
    )
    if len(names) != len(amounts):
        raise CountingError(
            N_("%(key)s does not give one amount for each of %(parts)s."), key=CAPS, parts=PARTS
        )
    known = set(areas)
    return Limits(
        caps=tuple(
            Cap("area", name, cost=_whole(amount, scale, f"{CAPS}:{amount}"))
            for name, amount in zip(names, amounts, strict=True)
            if name in known
        )
    )


def _ids(text: str, whole: str) -> list[str]:
    ids = [id_.strip() for id_ in text.split(",")]
    if not all(ids):
        raise _unreadable(whole)
    return ids


def _cap(kind: str, text: str, scale: int, whole: str) -> Cap:
    group, _, rest = text.partition(":")
    # A name may hold a colon itself; a number cannot.
    name, _, amount = rest.rpartition(":")
    if group not in KINDS or not name:
        raise _unreadable(whole)
    if kind == "number":
        return Cap(group, name, number=_whole(amount, 1, whole))
    return Cap(group, name, cost=_whole(amount, scale, whole))


def _both(one: Cap, other: Cap) -> Cap:
    if one.cost is None and other.number is None:
        return replace(one, cost=other.cost)
    if one.number is None and other.cost is None:
        return replace(one, number=other.number)
    raise CountingError(N_("There are two caps on %(name)s."), name=one.name)


def _whole(amount: str, scale: int, whole: str) -> int:
    digits = amount.strip()
    if not (digits.isascii() and digits.isdecimal()):
        raise _unreadable(whole)
    return int(digits) * scale


def _unreadable(text: str) -> CountingError:
    return CountingError(
        N_(
            "The limit %(text)s cannot be read; write it like conflict:ID,ID or"
            " cap:category:NAME:MONEY or cap:area:NAME:MONEY or number:category:NAME:N or"
            " number:area:NAME:N or prefund:ID."
        ),
        text=text,
    )
