"""When a pattern is worth a look: sums in, findings out; no finding hinders anybody.

Every threshold says why it lies where it lies; docs/decisions holds the whole argument.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from civic.alarms.kinds import AlarmKind, Gravity

HOUR = timedelta(hours=1)
# A family with two pots casts a dozen votes; nobody looks at less than forty.
NETWORK_VOTES = 40
# Who changes their mind casts twice; in Wrocław one phone stood for five votes.
VOTES_PER_PHONE_AND_POT = 2.5
# Hundreds of people behind one address are usually a mobile operator: worth a line, no letter.
NETWORK_PEOPLE = 200
# People who share a computer, in a library or at a table in the street.
DEVICE_PEOPLE = 40
FEW_DEVICES = 2
# Ninety-seven people of one age voted in Wrocław within five hours.
AGE_SPAN = 5
AGE_PEOPLE = 40
AGE_TIMES = 5
# Without a past to compare with, one age in forty is already many.
AGE_SHARE = 1 / 40
AGE_PAST = 200
# An evening at the mosque or the school makes an hour three or four times the usual.
AREA_PEOPLE = 50
AREA_TIMES = 6
AREA_GRAVE_TIMES = 12
AREA_PAST_HOURS = 12
# The whole city rises in the last hours; an area is compared with its own past and with that.
AREA_TIMES_CITY = 3
# No vote of this kind has ever had six of ten take part.
AREA_FULL = 0.6
AREA_FULL_PEOPLE = 50
# A phone has one account, and an account one person; two may be a paper that was taken back.
PHONE_PERSONS = 3
# Of a hundred people some ten mistype; guessing is when most are wrong.
WRONG_CODES = 100
WRONG_SHARE = 0.5
SENT_CODES = 200
USED_SHARE = 0.5
# One conversation at the table takes some five minutes.
ASSISTED_IN_AN_HOUR = 15
ASSISTED_TIMES = 3
ASSISTED_VOTES = 30
ASSISTED_SHARE = 0.3


@dataclass(frozen=True)
class Finding:
    """A pattern with its numbers; `mark` keeps one finding from being raised twice."""

    kind: AlarmKind
    mark: str
    weight: int
    numbers: dict[str, int]
    first_hour: datetime
    last_hour: datetime
    gravity: Gravity = Gravity.ALARM
    area_code: str | None = None


@dataclass(frozen=True)
class Network:
    """Votes out of one piece of the network on one day; `pairs` are phones times pots."""

    mark: str
    votes: int
    phones: int
    pairs: int
    devices: int
    first_hour: datetime
    last_hour: datetime


@dataclass(frozen=True)
class Codes:
    """Codes of the last two hours; `settled` are those sent long enough ago to be typed."""

    sent: int
    settled: int
    right: int
    wrong: int
    networks: int
    first_hour: datetime
    last_hour: datetime


@dataclass(frozen=True)
class Assisted:
    """What one assistant helped with, by hour and by area."""

    mark: str
    by_hour: Mapping[datetime, int]
    by_area: Mapping[str, int] = field(default_factory=dict)


def busy_networks(networks: Iterable[Network]) -> Iterator[Finding]:
    """Many votes of few phones are an alarm; many people behind one address are a note."""
    for one in networks:
        numbers = {
            "votes": one.votes, "phones": one.phones, "devices": one.devices,
        }  # fmt: skip
        span = (one.first_hour, one.last_hour)
        shared = one.phones >= DEVICE_PEOPLE and one.devices <= FEW_DEVICES
        if one.votes >= NETWORK_VOTES and one.votes >= VOTES_PER_PHONE_AND_POT * one.pairs:
            yield Finding(AlarmKind.ONE_NETWORK, one.mark, one.votes, numbers, *span)
        elif one.phones >= NETWORK_PEOPLE or shared:
            yield Finding(
                AlarmKind.BUSY_NETWORK, one.mark, one.phones, numbers, *span, Gravity.NOTE
            )


def age_bursts(
    by_hour: Mapping[tuple[datetime, int], int], past: Mapping[int, int]
) -> Iterator[Finding]:
    """People of one age within five hours, far above their share before and above one in forty."""
    hours = sorted({hour for hour, _ in by_hour})
    before = sum(past.values())
    found: dict[str, Finding] = {}
    for last in hours:
        span = [hour for hour in hours if last - AGE_SPAN * HOUR < hour <= last]
        sums: dict[int, int] = defaultdict(int)
        for (hour, age), people in by_hour.items():
            if hour in span:
                sums[age] += people
        everybody = sum(sums.values())
        for age, people in sums.items():
            share = past.get(age, 0) / before if before >= AGE_PAST else 0
            usual = max(share, AGE_SHARE) * everybody
            if people >= AGE_PEOPLE and people >= AGE_TIMES * usual:
                mark = f"{age}:{last.date()}"
                numbers = {"people": people, "age": age, "of": everybody, "hours": AGE_SPAN}
                new = Finding(AlarmKind.SAME_AGE, mark, people, numbers, span[0], last)
                found[mark] = max(found.get(mark, new), new, key=lambda one: one.weight)
    yield from found.values()


def area_bursts(by_hour: Mapping[tuple[datetime, str], int], now: datetime) -> Iterator[Finding]:
    """An hour of an area far above its usual one, more than the whole city has risen."""
    hours = sorted({hour for hour, _ in by_hour})
    if not hours:
        return
    city: dict[datetime, int] = defaultdict(int)
    areas: dict[str, dict[datetime, int]] = defaultdict(dict)
    for (hour, area), people in by_hour.items():
        city[hour] += people
        areas[area][hour] = people
    for area, counts in areas.items():
        for hour in (now, now - HOUR):
            people = counts.get(hour, 0)
            past = _usual(counts, hours[0], hour)
            if past is None or people < max(AREA_PEOPLE, AREA_TIMES * past):
                continue
            others = {one: n - counts.get(one, 0) for one, n in city.items()}
            rise = others.get(hour, 0) / max(_usual(others, hours[0], hour) or 1, 1)
            if people >= AREA_TIMES_CITY * rise * max(past, 1):
                grave = people >= AREA_GRAVE_TIMES * past
                numbers = {"people": people, "usual": round(past)}
                yield Finding(
                    AlarmKind.AREA_BURST, f"{area}:{hour:%Y-%m-%d}", people, numbers, hour, hour,
                    Gravity.ALARM if grave else Gravity.NOTE, area,
                )  # fmt: skip


def _usual(counts: Mapping[datetime, int], begin: datetime, hour: datetime) -> float | None:
    """The mean of the hours before one, those without anybody too; nothing after too few."""
    before = int((hour - begin) / HOUR)
    if before < AREA_PAST_HOURS:
        return None
    return sum(n for at, n in counts.items() if at < hour) / before


def full_areas(
    people: Mapping[str, int], entitled: Mapping[str, int], span: tuple[datetime, datetime]
) -> Iterator[Finding]:
    """Areas in which more took part than anywhere in the world, of those entitled to."""
    for area, took_part in people.items():
        of = entitled.get(area, 0)
        if of and took_part >= AREA_FULL_PEOPLE and took_part > AREA_FULL * of:
            numbers = {"people": took_part, "of": of}
            yield Finding(AlarmKind.AREA_FULL, area, took_part, numbers, *span, Gravity.ALARM, area)


def shared_phones(
    persons: Sequence[int], day: str, span: tuple[datetime, datetime]
) -> Iterator[Finding]:
    """Phones that stood for several persons in one vote; `persons` has a number for each."""
    many = [number for number in persons if number >= PHONE_PERSONS]
    if many:
        numbers = {"phones": len(many), "votes": sum(many)}
        yield Finding(AlarmKind.ONE_PHONE, day, sum(many), numbers, *span)


def odd_codes(codes: Codes) -> Iterator[Finding]:
    """Guessed codes, and codes that nobody uses: somebody pumps messages or sprays guesses."""
    span = (codes.first_hour, codes.last_hour)
    mark = f"{codes.last_hour:%Y-%m-%d}"
    tried = codes.right + codes.wrong
    if codes.wrong >= WRONG_CODES and codes.wrong >= WRONG_SHARE * tried:
        numbers = {"wrong": codes.wrong, "right": codes.right, "networks": codes.networks}
        yield Finding(AlarmKind.CODES_GUESSED, mark, codes.wrong, numbers, *span)
    if codes.settled >= SENT_CODES and codes.right < USED_SHARE * codes.settled:
        numbers = {"sent": codes.sent, "right": codes.right, "networks": codes.networks}
        yield Finding(AlarmKind.CODES_UNUSED, mark, codes.sent, numbers, *span)


def odd_assistants(assistants: Sequence[Assisted], by_area: Mapping[str, int]) -> Iterator[Finding]:
    """Assistants far faster than their peers, or behind a large share of one area's votes."""
    peaks = {one.mark: max(one.by_hour.values()) for one in assistants if one.by_hour}
    for one in assistants:
        if not one.by_hour:
            continue
        hours = sorted(one.by_hour)
        peers = [peak for mark, peak in peaks.items() if mark != one.mark]
        usual = median(peers) if peers else 0
        area, votes = max(one.by_area.items(), key=lambda item: item[1], default=("", 0))
        of = by_area.get(area, 0)
        fast = peaks[one.mark] >= max(ASSISTED_IN_AN_HOUR, ASSISTED_TIMES * usual)
        large = votes >= ASSISTED_VOTES and votes >= ASSISTED_SHARE * of
        if fast or large:
            numbers = {
                "votes": sum(one.by_hour.values()), "hour": peaks[one.mark], "usual": round(usual),
                "area": votes, "of": of,
            }  # fmt: skip
            yield Finding(
                AlarmKind.ASSISTANT, one.mark, numbers["votes"], numbers, hours[0], hours[-1],
                Gravity.ALARM, area or None,
            )  # fmt: skip
