"""Finding areas: by code, by place in the tree, by name as people type it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, UnaryExpression, case, func, or_, select
from sqlalchemy.orm import undefer

from civic.areas.models import Area, AreaVersion, Level
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.kernel.text import likeness, search_key

ALIKE = 0.45


class Branch(NamedTuple):
    """An area with what lies directly in it."""

    area: Area
    parts: list[Branch]

    @property
    def neighbourhoods(self) -> list[Area]:
        """The neighbourhoods in this branch, whatever levels lie between."""
        if self.area.level is Level.NEIGHBOURHOOD:
            return [self.area]
        return [area for part in self.parts for area in part.neighbourhoods]


def current_version(at: datetime) -> AreaVersion | None:
    """The division that holds at this moment; of two from the same day the later import."""
    return db.session.scalar(
        select(AreaVersion)
        .where(AreaVersion.valid_from <= _day(at))
        .order_by(*_newest_first())
        .limit(1)
    )


def _day(at: datetime) -> date:
    return local(at).date()


def version_in_force(at: datetime) -> Select[Any]:
    """The id of the division that holds at this moment, to be asked within another statement."""
    return (
        select(AreaVersion.id)
        .where(AreaVersion.valid_from <= _day(at))
        .order_by(*_newest_first())
        .limit(1)
    )


def _newest_first() -> tuple[UnaryExpression[Any], ...]:
    return AreaVersion.valid_from.desc(), AreaVersion.number.desc()


def version_of_files(sha256: str) -> AreaVersion | None:
    """The version that was made of the files with this fingerprint."""
    return db.session.scalar(select(AreaVersion).where(AreaVersion.sha256 == sha256))


def area_by_code(code: str, at: datetime | None = None) -> Area | None:
    """The area of this code in the newest version valid now (or `at`) that has it.

    An area that a later division has given up is found too: its pages stay readable.
    """
    return db.session.scalar(
        select(Area)
        .join(AreaVersion, AreaVersion.id == Area.version_id)
        .where(Area.code == code, AreaVersion.valid_from <= _day(at or clock.now()))
        .order_by(*_newest_first())
        .limit(1)
    )


def areas_of(version: AreaVersion) -> Sequence[Area]:
    """Every area of a version in the order of the tree, the city first."""
    return db.session.scalars(
        select(Area).where(Area.version_id == version.id).order_by(Area.path)
    ).all()


def tree(version: AreaVersion) -> Branch | None:
    """The whole tree of a version in one statement."""
    return grown(areas_of(version))


def grown(areas: Iterable[Area]) -> Branch | None:
    """The tree of areas that are given parents first."""
    branches: dict[object, Branch] = {}
    for area in areas:
        branches[area.id] = branch = Branch(area, [])
        if area.parent_id in branches:
            branches[area.parent_id].parts.append(branch)
    return next(iter(branches.values()), None)


def children(area: Area) -> Sequence[Area]:
    """What lies directly in an area, in the order of codes."""
    return db.session.scalars(
        select(Area).where(Area.parent_id == area.id).order_by(Area.path)
    ).all()


def ancestors(area: Area) -> Sequence[Area]:
    """The areas above this one, the city first."""
    codes = area.path.strip("/").split("/")[:-1]
    return db.session.scalars(
        select(Area)
        .where(Area.version_id == area.version_id, Area.code.in_(codes))
        .order_by(Area.path)
    ).all()


def neighbourhoods_of(area: Area) -> Sequence[Area]:
    """The neighbourhoods of a district, zone or city, whatever levels lie between."""
    return db.session.scalars(
        _within(area).where(Area.level == Level.NEIGHBOURHOOD).order_by(Area.path)
    ).all()


def _within(area: Area) -> Select[Area]:
    return select(Area).where(
        Area.version_id == area.version_id, Area.path.startswith(area.path, autoescape=True)
    )


def drawn(area: Area, level: Level) -> Sequence[Area]:
    """The parts of an area on one level (itself, if it is of that level), with outlines."""
    return db.session.scalars(
        _within(area).where(Area.level == level).options(undefer(Area.outline)).order_by(Area.path)
    ).all()


def search_areas(text: str, version: AreaVersion, limit: int = 20) -> Sequence[Area]:
    """Areas by name, number or code, best first; forgives letters, half-spaces and slips."""
    key = search_key(text)
    if not key:
        return []
    every = select(Area).where(Area.version_id == version.id)
    found = db.session.scalars(
        every.where(or_(*_says(key), Area.code == text.strip()))
        .order_by(_nearness(key), Area.path)
        .limit(limit)
    ).all()
    return found or _alike(text, db.session.scalars(every).all(), limit)


def _says(key: str) -> tuple[ColumnElement[bool], ...]:
    # Without blanks, since nobody is sure where a name has one: شهرک نفت, شهرکنفت.
    joined = func.replace(Area.name_key, " ", "")
    return (
        joined.contains(key.replace(" ", ""), autoescape=True),
        func.lower(Area.name_en).contains(key, autoescape=True),
    )


def _nearness(key: str) -> ColumnElement[int]:
    english = func.lower(Area.name_en)
    return case(
        (or_(Area.name_key == key, english == key, Area.code == key), 0),
        (Area.name_key.startswith(key, autoescape=True), 1),
        (Area.name_key.contains(f" {key}", autoescape=True), 2),
        else_=3,
    )


def _alike(text: str, areas: Iterable[Area], limit: int) -> list[Area]:
    """The areas whose names come near, for a slip of the finger."""
    ranked = [
        (max(likeness(text, area.name), likeness(text, area.name_en or "")), area) for area in areas
    ]
    near = [(score, area) for score, area in ranked if score >= ALIKE]
    return [area for _, area in sorted(near, key=lambda pair: -pair[0])][:limit]
