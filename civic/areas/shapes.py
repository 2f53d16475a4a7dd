"""Geometry of areas: mended, measured, joined, and made small enough to be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

KM_PER_DEGREE = 111.32
# About 10 m: what is stored for drawing. About 60 m: streets between hand-drawn neighbours.
FOR_DRAWING = 0.0001
ACROSS_A_STREET = 0.0006
GRID = 0.000001
# What shapely raises for coordinates of a wrong form.
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    shapely.errors.ShapelyError,
)


def read_shape(geometry: Any) -> tuple[BaseGeometry, bool]:
    """The polygon of a GeoJSON geometry, and whether it had to be mended to be valid."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise RuleBroken(N_("the geometry must be a Polygon or a MultiPolygon."))
    try:
        found = shapely.force_2d(shape(geometry))
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        shapely.errors.ShapelyError,
    ):
        raise RuleBroken(N_("the coordinates of the geometry cannot be read.")) from None
    points = shapely.get_coordinates(found)
    if found.is_empty or not points.size:
        raise RuleBroken(N_("the geometry is empty."))
    # Written so that "not a number" is refused too.
    if not ((abs(points[:, 0]) <= 180) & (abs(points[:, 1]) <= 90)).all():
        raise RuleBroken(N_("the coordinates must be degrees of longitude and latitude (WGS 84)."))
    if found.is_valid:
        return found, False
    mended = only_polygons(shapely.make_valid(found))
    if mended.is_empty:
        raise RuleBroken(N_("the geometry encloses nothing, and cannot be mended."))
    return mended, True


def only_polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The parts of a geometry that enclose something."""
    parts = [part for part in _leaves(geometry) if isinstance(part, Polygon) and part.area]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _leaves(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    for part in getattr(geometry, "geoms", [geometry]):
        if hasattr(part, "geoms"):
            yield from _leaves(part)
        else:
            yield part


def joined(parts: Iterable[BaseGeometry]) -> BaseGeometry:
    """One shape around all parts; the streets that hand-drawn parts leave open are closed."""
    whole = shapely.unary_union(list(parts))
    closed = whole.buffer(ACROSS_A_STREET, join_style="mitre").buffer(
        -ACROSS_A_STREET, join_style="mitre"
    )
    return shapely.set_precision(only_polygons(closed.union(whole)), GRID)


def outline(geometry: BaseGeometry) -> dict[str, Any]:
    """The shape as it is stored for drawing."""
    simple = shapely.set_precision(geometry.simplify(FOR_DRAWING), GRID)
    return mapping(only_polygons(simple) if simple.area else geometry)


def square_km(geometry: BaseGeometry) -> float:
    """The size of a shape given in degrees; exact enough for a city."""
    latitude = math.radians(geometry.centroid.y)
    return round(geometry.area * KM_PER_DEGREE**2 * math.cos(latitude), 3)
