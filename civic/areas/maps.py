"""Maps as paths for SVG: plain geometry in, short strings out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

# The longer side of every drawing, in its own units; lines are simplified to what shows.
SIDE = 1000
MARGIN = 8
SLACK = 0.8
# Islands smaller than this many square units would not be seen.
SPECK = 12


@dataclass(frozen=True)
class Region:
    """What is to be drawn: a GeoJSON geometry in degrees, and what to write on it."""

    code: str
    geometry: dict[str, Any]
    title: str
    href: str = ""
    text: str = ""
    label: tuple[float, float] | None = None


@dataclass(frozen=True)
class Pin:
    """A point to be marked, in degrees."""

    lon: float
    lat: float
    title: str
    href: str = ""


@dataclass(frozen=True)
class Outline:
    """A region as it is drawn; x and y say where its text stands."""

    code: str
    path: str
    title: str
    href: str
    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Mark:
    """A pin as it is drawn."""

    x: int
    y: int
    title: str
    href: str


@dataclass(frozen=True)
class Drawing:
    """A whole map, for the macro `area_map`."""

    width: int
    height: int
    outlines: list[Outline]
    marks: list[Mark]


class _Projection:
    """Degrees to units: equirectangular, true to shape at the middle latitude."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.west, south, east, self.north = bounds
        self.squeeze = math.cos(math.radians((south + self.north) / 2))
        across, down = (east - self.west) * self.squeeze, self.north - south
        self.scale = (SIDE - 2 * MARGIN) / (max(across, down) or 1)
        self.width = math.ceil(across * self.scale) + 2 * MARGIN
        self.height = math.ceil(down * self.scale) + 2 * MARGIN

    def points(self, lon_lat: np.ndarray) -> np.ndarray:
        return np.column_stack(
            (
                (lon_lat[:, 0] - self.west) * self.squeeze * self.scale + MARGIN,
                (self.north - lon_lat[:, 1]) * self.scale + MARGIN,
            )
        )

    def point(self, lon: float, lat: float) -> tuple[int, int]:
        x, y = self.points(np.array([[lon, lat]]))[0]
        return round(x), round(y)


def draw(regions: Iterable[Region], pins: Iterable[Pin] = ()) -> Drawing | None:
    """Draw regions and pins into one frame that fits the regions; nothing without regions."""
    shapes = [(region, shape(region.geometry)) for region in regions]
    if not shapes:
        return None
    frame = _Projection(shapely.total_bounds([found for _, found in shapes]).tolist())
    return Drawing(
        width=frame.width,
        height=frame.height,
        outlines=[_outline(region, found, frame) for region, found in shapes],
        marks=[Mark(*frame.point(pin.lon, pin.lat), pin.title, pin.href) for pin in pins],
    )


def _outline(region: Region, found: BaseGeometry, frame: _Projection) -> Outline:
    x, y = frame.point(*region.label) if region.label else (0, 0)
    if not region.label:
        middle = found.representative_point()
        x, y = frame.point(middle.x, middle.y)
    path = path_of(shapely.transform(found, frame.points))
    return Outline(region.code, path, region.title, region.href, region.text, x, y)


def path_of(geometry: BaseGeometry) -> str:
    """The path of polygons in units, with whole-number steps from point to point."""
    simple = geometry.simplify(SLACK)
    parts = list(getattr(simple, "geoms", [simple]))
    largest = max(parts, key=lambda part: part.area)
    return "".join(
        _ring(ring)
        for part in parts
        if isinstance(part, Polygon) and (part is largest or part.area > SPECK)
        for ring in (part.exterior, *part.interiors)
    )


def _ring(ring: BaseGeometry) -> str:
    points = np.rint(shapely.get_coordinates(ring)).astype(int)[:-1]
    steps = np.diff(points, axis=0).tolist()
    if len(steps) < 3:
        # Too small for its own form, but it must not vanish.
        steps = [[2, 0], [0, 2], [-2, 0]]
    # A minus sign separates as well as a blank.
    lines = " ".join(f"{x} {y}" for x, y in steps if x or y).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{lines}z"
