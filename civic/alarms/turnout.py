"""How many take part hour by hour, for everybody: a page, and files; mounted by the views."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from typing import Any

from flask import Response, request

from civic.alarms import publishing, queries
from civic.alarms.models import TurnoutHour
from civic.alarms.showing import BANDS
from civic.cycles.models import Cycle
from civic.cycles.queries import cycle_by_code, voting_of
from civic.kernel import clock
from civic.kernel.access import public
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, local
from civic.kernel.pages import page

FIVE_MINUTES = "public, max-age=300"
BAND_NAMES = {
    "-17": N_("17 and younger"),
    "95-": N_("95 and older"),
    "unknown": N_("age not known"),
    publishing.CITY_WIDE: N_("Votes about the whole city"),
}


@dataclass
class Hour:
    """What was published of one hour."""

    at: datetime
    people: int | None = None
    area: dict[str, int | None] = field(default_factory=dict)
    age: dict[str, int | None] = field(default_factory=dict)


@public
def turnout(code: str) -> Response:
    """One day of a vote, hour by hour, by district and by age."""
    cycle = _cycle(code)
    hours = by_hour(publishing.hours_of(cycle))
    days = sorted({local(hour.at).date() for hour in hours})
    day = _day(days)
    shown = [hour for hour in hours if local(hour.at).date() == day]
    codes = sorted({one for hour in hours for one in hour.area}, key=lambda one: (len(one), one))
    return page(
        "alarms/turnout.html",
        cycle=cycle,
        voting=voting_of(cycle),
        days=days,
        day=day,
        hours=shown,
        most=max((hour.people or 0 for hour in shown), default=0),
        areas=queries.areas_by_code(set(codes), clock.now()),
        codes=codes,
        bands=[band for band in BANDS if any(band in hour.age for hour in hours)],
        band_names=BAND_NAMES,
        local=local,
    )


@public
def turnout_file(code: str, form: str) -> Response:
    """Every published number of a vote as a table."""
    cycle = _cycle(code)
    rows = [as_row(one) for one in publishing.hours_of(cycle)]
    text = json.dumps(rows, ensure_ascii=False) if form == "json" else _csv(rows)
    answer = Response(text, mimetype="application/json" if form == "json" else "text/csv")
    answer.headers["Cache-Control"] = FIVE_MINUTES
    answer.headers["Content-Disposition"] = f"attachment; filename=turnout-{cycle.code}.{form}"
    return answer


def as_row(one: TurnoutHour) -> dict[str, Any]:
    """A published number for machines; nothing where it was left out."""
    hour = local(one.hour).isoformat()
    return {"hour": hour, "by": one.part, "code": one.code, "people": one.people}


def _csv(rows: Iterable[dict[str, Any]]) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, ("hour", "by", "code", "people"))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def by_hour(rows: Sequence[TurnoutHour]) -> list[Hour]:
    """The published numbers put together by hour, in the order of time."""
    hours: dict[datetime, Hour] = {}
    for row in rows:
        hour = hours.setdefault(row.hour, Hour(row.hour))
        if row.part == "all":
            hour.people = row.people
        else:
            (hour.area if row.part == "area" else hour.age)[row.code] = row.people
    return list(hours.values())


def _day(days: Sequence[date]) -> date | None:
    """The day that is asked for, else the last one."""
    asked = request.args.get("day", "")
    return next((day for day in days if day.isoformat() == asked), days[-1] if days else None)


def _cycle(code: str) -> Cycle:
    found = cycle_by_code(code)
    if found is None or found.imported_from is not None:
        raise NotHere(N_("There is no such cycle."))
    return found
