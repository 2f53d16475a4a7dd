"""The ground of the demo city: neighbourhoods drawn here, named after those of two districts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import shapely
from shapely.geometry import MultiPoint, Polygon, mapping

from civic.areas.actions import edition_of, import_areas_from_console
from civic.areas.geojson import File
from civic.areas.models import Area
from civic.areas.queries import areas_of
from civic.departments.models import Department
from civic.kernel.db import db

CITY = "tehran-demo"
CITY_NAMES = {"city_code": CITY, "city_name": "تهران (نمونه)", "city_name_en": "Tehran (demo)"}
SOURCE = "برای شهر نمونه کشیده شده است؛ تنها نام محله‌ها واقعی است"
# Kilometres east and north of this corner, and what they are in degrees there.
WEST, SOUTH = 51.385, 35.698
LON_PER_KM, LAT_PER_KM = 1 / 90.4, 1 / 111.3

Spot = tuple[float, float]


class Quarter(NamedTuple):
    """A neighbourhood: its name, and a spot in its middle, in kilometres."""

    code: str
    name: str
    name_en: str
    middle: Spot


class District(NamedTuple):
    """A district: its outline in kilometres and the neighbourhoods in it."""

    code: str
    name: str
    name_en: str
    outline: Sequence[Spot]
    quarters: Sequence[Quarter]


DISTRICTS = (
    District(
        "demo-6", "منطقه ۶ (نمونه)", "District 6 (demo)",
        ((0.0, 0.0), (5.0, 0.1), (5.0, 4.4), (3.2, 4.8), (1.0, 4.6), (0.1, 3.1)),
        (
            Quarter("demo-6-01", "یوسف‌آباد", "Yusefabad", (1.2, 3.8)),
            Quarter("demo-6-02", "امیرآباد", "Amirabad", (0.6, 2.4)),
            Quarter("demo-6-03", "ساعی", "Saei", (2.7, 4.0)),
            Quarter("demo-6-04", "گاندی", "Gandhi", (4.1, 4.0)),
            Quarter("demo-6-05", "فاطمی", "Fatemi", (1.9, 2.8)),
            Quarter("demo-6-06", "بهجت‌آباد", "Behjatabad", (3.0, 2.4)),
            Quarter("demo-6-07", "سنایی", "Sanaei", (4.3, 2.5)),
            Quarter("demo-6-08", "پارک لاله", "Laleh Park", (1.6, 1.7)),
            Quarter("demo-6-09", "نصرت", "Nosrat", (0.6, 0.9)),
            Quarter("demo-6-10", "کشاورز", "Keshavarz", (1.9, 0.6)),
            Quarter("demo-6-11", "میدان ولیعصر", "Valiasr Square", (3.1, 1.2)),
            Quarter("demo-6-12", "ایرانشهر", "Iranshahr", (4.3, 0.9)),
        ),
    ),
    District(
        "demo-7", "منطقه ۷ (نمونه)", "District 7 (demo)",
        ((5.0, 0.1), (7.9, 0.0), (8.4, 1.8), (8.2, 3.7), (6.4, 4.3), (5.0, 4.4)),
        (
            Quarter("demo-7-01", "نیلوفر", "Niloufar", (5.9, 3.6)),
            Quarter("demo-7-02", "سهروردی", "Sohrevardi", (5.9, 2.0)),
            Quarter("demo-7-03", "نظام‌آباد", "Nezamabad", (7.5, 3.0)),
            Quarter("demo-7-04", "بهار", "Bahar", (6.1, 0.7)),
            Quarter("demo-7-05", "گرگان", "Gorgan", (7.4, 1.2)),
        ),
    ),
)  # fmt: skip

OFFICES = {
    "works": ("معاونت فنی و عمرانی", "Works and construction"),
    "services": ("معاونت خدمات شهری", "Urban services"),
    "green": ("اداره فضای سبز", "Green space"),
    "culture": ("معاونت فرهنگی و اجتماعی", "Culture and society"),
    "traffic": ("معاونت حمل‌ونقل و ترافیک", "Transport and traffic"),
}


def lay_out(*, at: datetime) -> dict[str, Area]:
    """Import the areas as from a file, and return them by code."""
    drawn = json.dumps(
        {"type": "FeatureCollection", "features": list(_features())}, ensure_ascii=False
    )
    files = [File("tehran-demo.geojson", drawn.encode())]
    edition = edition_of(files, source=SOURCE, valid_from="", at=at, **CITY_NAMES)
    version, _report = import_areas_from_console(files, edition, at=at)
    return {area.code: area for area in areas_of(version)}


def set_up_departments(areas: dict[str, Area]) -> dict[str, Department]:
    """The departments of each district and of the city, by code."""
    made = {}
    for area_code in (*(district.code for district in DISTRICTS), CITY):
        area = areas[area_code]
        for office, (name, name_en) in OFFICES.items():
            code = f"{area_code}-{office}"
            made[code] = Department(
                code=code, name=f"{name} {area.name}", name_en=f"{name_en}, {area.name_en}",
                area_id=area.id, area=area,
            )  # fmt: skip
    db.session.add_all(made.values())
    db.session.flush()
    return made


def _features() -> Iterator[dict[str, Any]]:
    for district in DISTRICTS:
        names = {"name": district.name, "name_en": district.name_en}
        shape = Polygon(district.outline)
        yield _feature({"level": "district", "code": district.code, **names}, shape)
        for quarter, cell in _cells(district.quarters, shape):
            names = {"name": quarter.name, "name_en": quarter.name_en, "district": district.code}
            yield _feature({"level": "neighbourhood", "code": quarter.code, **names}, cell)


def _cells(quarters: Sequence[Quarter], shape: Polygon) -> Iterator[tuple[Quarter, Polygon]]:
    """Every place belongs to the neighbourhood whose middle is nearest."""
    middles = MultiPoint([quarter.middle for quarter in quarters])
    cells = shapely.voronoi_polygons(middles, extend_to=shape)
    for quarter in quarters:
        middle = shapely.Point(quarter.middle)
        cell = next(cell for cell in cells.geoms if cell.covers(middle))
        yield quarter, cell.intersection(shape)


def _feature(properties: dict[str, str], shape: Polygon) -> dict[str, Any]:
    drawn = shapely.transform(shapely.segmentize(shape, 0.15), lambda xy: [_bent(*p) for p in xy])
    return {"type": "Feature", "properties": properties, "geometry": mapping(drawn)}


def _bent(east: float, north: float) -> Spot:
    # Streets are not ruled; bending the whole plane keeps shared borders shared.
    x = east + 0.10 * math.sin(1.9 * north) + 0.03 * math.sin(6.1 * north + east)
    y = north + 0.10 * math.sin(1.4 * east + 0.6) + 0.03 * math.sin(5.3 * east - north)
    return round(WEST + x * LON_PER_KM, 6), round(SOUTH + y * LAT_PER_KM, 6)
