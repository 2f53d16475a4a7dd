"""Small made-up cities as GeoJSON: two districts of two square neighbourhoods each."""

from __future__ import annotations

import json
from datetime import date

from civic.areas.actions import Edition
from civic.areas.division import City
from civic.areas.geojson import File

CITY = City("shahr", "شهر", "City")
EDITION = Edition(CITY, "test", date(2020, 3, 20))


def square(column, row=0, size=0.01):
    west, south = 51.3 + column * size, 35.7 + row * size
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry=None, **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": geometry if geometry is not None else square(0),
    }


def small_city():
    return [
        feature(square(0), code="1-1", district=1, name_fa="لاله"),
        feature(square(1), code="1-2", district=1, name_fa="شهرک‌ نفت", name_en="Oil Town"),
        feature(square(0, 1), code="2-1", district=2, name_fa="ياس"),
        feature(square(1, 1), code="2-2", district=2, name_fa="لاله"),
    ]


def as_file(features, name="areas.geojson"):
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return File(name, text.encode())
