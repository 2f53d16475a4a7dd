"""Importing a division of the city: a new version beside the older ones, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from shapely.geometry import mapping
from sqlalchemy import func, select

from civic.areas.days import read_day
from civic.areas.division import City, Division, Place, Report, divide
from civic.areas.geojson import File, read_features
from civic.areas.models import Area, AreaVersion
from civic.areas.policy import may_import_areas
from civic.areas.queries import version_of_files
from civic.areas.shapes import outline, square_km
from civic.audit.actions import record
from civic.audit.events import Event
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import local
from civic.kernel.roles import N_, PLATFORM, Actor
from civic.kernel.text import search_key, tidy


@dataclass(frozen=True)
class Edition:
    """Which city the files divide, who says so, and from which day on it holds."""

    city: City
    source: str
    valid_from: date


def edition_of(
    files: Sequence[File], *, source: str, valid_from: str, at: datetime, **city: str
) -> Edition:
    """The edition as it is typed on the command line; what is left out is filled in."""
    return Edition(
        city=City(tidy(city["city_code"]), tidy(city["city_name"]), tidy(city.get("city_name_en"))),
        source=tidy(source) or ", ".join(file.name for file in files)[:300],
        valid_from=read_day(valid_from) if valid_from else local(at).date(),
    )


class Imported(NamedTuple):
    """The new version and what to look at in it."""

    version: AreaVersion
    report: Report


@transactional
def import_areas(
    actor: Actor, files: Sequence[File], edition: Edition, *, at: datetime
) -> Imported:
    """Store the areas of GeoJSON files as the next version; raises `RuleBroken` with the place."""
    may_import_areas.require(actor)
    return _import(actor, files, edition, at)


@transactional
def import_areas_from_console(files: Sequence[File], edition: Edition, *, at: datetime) -> Imported:
    """The same for the command line: whoever may run it already holds the whole machine."""
    return _import(PLATFORM, files, edition, at)


def _import(actor: Actor, files: Sequence[File], edition: Edition, at: datetime) -> Imported:
    division = divide((it for file in files for it in read_features(file)), edition.city)
    fingerprint = _fingerprint(files)
    earlier = version_of_files(fingerprint)
    if earlier is not None:
        raise RuleBroken(
            N_("These files were imported on %(day)s already, as version %(number)s."),
            day=local(earlier.imported_at).date(), number=earlier.number,
        )  # fmt: skip
    version = _store(division, edition, fingerprint, at)
    record(
        actor, Event.AREA_IMPORT, version, at=at, area_code=edition.city.code,
        number=version.number, areas=len(division.places), sha256=fingerprint,
        files=[file.name for file in files],
    )  # fmt: skip
    return Imported(version, division.report)


def _fingerprint(files: Sequence[File]) -> str:
    """One hash for all files, whatever their order."""
    each = sorted(hashlib.sha256(file.content).hexdigest() for file in files)
    return each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()


def _store(division: Division, edition: Edition, fingerprint: str, at: datetime) -> AreaVersion:
    version = AreaVersion(
        id=uuid4(),
        # Divisions that came with imported elections have numbers below one.
        number=1 + max(0, db.session.scalar(select(func.max(AreaVersion.number))) or 0),
        valid_from=edition.valid_from,
        source=edition.source,
        sha256=fingerprint,
        imported_at=at,
    )
    db.session.add(version)
    db.session.flush()
    ids: dict[str, UUID] = {}
    for place in division.places:
        ids[place.code] = uuid4()
        parent = ids[place.parent] if place.parent else None
        db.session.add(_area(place, ids[place.code], parent, version.id))
    db.session.flush()
    return version


def _area(place: Place, id_: UUID, parent_id: UUID | None, version_id: UUID) -> Area:
    middle = place.geometry.representative_point()
    min_lon, min_lat, max_lon, max_lat = place.geometry.bounds
    label_lon, label_lat = place.label or (middle.x, middle.y)
    return Area(
        id=id_, version_id=version_id, parent_id=parent_id, code=place.code, level=place.level,
        path=place.path, name=place.name, name_en=place.name_en, name_key=search_key(place.name),
        geometry=mapping(place.geometry), outline=outline(place.geometry),
        min_lon=min_lon, min_lat=min_lat, max_lon=max_lon, max_lat=max_lat,
        label_lon=label_lon, label_lat=label_lat, area_km2=square_km(place.geometry),
    )  # fmt: skip
