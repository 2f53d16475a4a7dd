"""Stored areas as a drawing, named and linked for the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from civic.areas.maps import Drawing, Pin, Region, draw
from civic.areas.models import Area, Level
from civic.areas.names import area_name
from civic.kernel.i18n import digits

Label = Callable[[int, Area], str]


def district_number(_position: int, area: Area) -> str:
    """Districts are known by their number; other areas carry nothing."""
    if area.level is not Level.DISTRICT:
        return ""
    return digits(int(area.code)) if area.code.isdigit() else area_name(area)


def position(place: int, _area: Area) -> str:
    """The place of the area in the list beside the map, counted from one."""
    return digits(place)


def no_link(_area: Area) -> str:
    """An area that leads nowhere."""
    return ""


def map_of(
    areas: Iterable[Area],
    link: Callable[[Area], str] = no_link,
    *,
    label: Label = district_number,
    pins: Iterable[Pin] = (),
) -> Drawing | None:
    """Draw areas loaded with their outlines (`queries.drawn`); nothing if none has one."""
    return draw(
        (
            Region(
                code=area.code,
                geometry=area.outline,
                title=area_name(area),
                href=link(area),
                text=label(place, area),
                label=(area.label_lon, area.label_lat)
                if area.label_lon is not None and area.label_lat is not None
                else None,
            )
            for place, area in enumerate(areas, start=1)
            if area.outline
        ),
        pins,
    )
