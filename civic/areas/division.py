"""From features to a division of the city: parents found or made, doubts reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from shapely.geometry.base import BaseGeometry

from civic.areas.geojson import CODE, Feature
from civic.areas.models import Level
from civic.areas.shapes import joined
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.kernel.text import persian_digits, search_key

# Names given where the files have none; they are data of a Persian city, not texts of a page.
UNNAMED = ("بدون نام", "Unnamed")
NUMBERED = {Level.DISTRICT: ("منطقه {}", "District {}"), Level.ZONE: ("ناحیه {}", "Zone {}")}
LEVELS = list(Level)
ONE_AND_MANY = {
    Level.CITY: ("city", "cities"),
    Level.DISTRICT: ("district", "districts"),
    Level.ZONE: ("zone", "zones"),
    Level.NEIGHBOURHOOD: ("neighbourhood", "neighbourhoods"),
}


@dataclass(frozen=True)
class City:
    """The root of the tree, as the person who imports names it."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class Place:
    """An area to be stored; `parent` and `path` are codes."""

    level: Level
    code: str
    parent: str | None
    path: str
    name: str
    name_en: str | None
    geometry: BaseGeometry
    label: tuple[float, float] | None = None


@dataclass
class Report:
    """What the person who imports should look at; nothing in it is an error."""

    stored: dict[Level, int] = field(default_factory=dict)
    mended: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    repeated: dict[str, list[str]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The report for a terminal."""
        counts = (_how_many(number, ONE_AND_MANY[level]) for level, number in self.stored.items())
        lines = [f"Areas: {', '.join(counts)}."]
        lines.append(f"Outlines mended ({len(self.mended)}): {'; '.join(self.mended) or 'none'}")
        if self.made:
            lines.append(f"Drawn around their parts: {', '.join(self.made)}")
        if self.unnamed:
            lines.append(f"Without a name ({len(self.unnamed)}): {', '.join(self.unnamed)}")
        if self.repeated:
            lines.append(f"Names that occur more than once ({len(self.repeated)}):")
        return lines + [f"  {name}: {', '.join(codes)}" for name, codes in self.repeated.items()]


def _how_many(number: int, words: tuple[str, str]) -> str:
    return f"{number} {words[number != 1]}"


@dataclass(frozen=True)
class Division:
    """All areas, parents first, and the report."""

    places: list[Place]
    report: Report


def divide(features: Iterable[Feature], city: City) -> Division:
    """Make the tree of a city; raises `RuleBroken` for repeated codes and unknown parents."""
    if not CODE.fullmatch(city.code):
        raise RuleBroken(
            N_("The code of the city may have Latin letters, digits, dots and dashes.")
        )
    found = _padded(list(features))
    levels = {level: [it for it in found if it.level is level] for level in LEVELS}
    given = {it.code for it in found}
    levels[Level.ZONE] = levels[Level.ZONE] or _zones_of(levels[Level.NEIGHBOURHOOD])
    below = [*levels[Level.ZONE], *levels[Level.NEIGHBOURHOOD]]
    levels[Level.DISTRICT] = levels[Level.DISTRICT] or _districts_of(below)
    made = [it for it in [*levels[Level.DISTRICT], *levels[Level.ZONE]] if it not in found]
    _refuse_repeated([*found, *made], city)
    _refuse_orphans(levels)
    places = _tree(levels, city)
    return Division(places, _report(found, places, given))


def _padded(found: list[Feature]) -> list[Feature]:
    """Numbers as codes get leading zeros, so that the order of codes is the order of numbers."""
    codes = {it.code for it in found if it.level is Level.DISTRICT}
    codes |= {it.district for it in found} - {""}
    if not codes or not all(code.isdigit() for code in codes):
        return found
    wide = max(len(code) for code in codes)
    return [
        replace(
            it,
            code=it.code.zfill(wide) if it.level is Level.DISTRICT else it.code,
            district=it.district.zfill(wide) if it.district else "",
        )
        for it in found
    ]


def _refuse_repeated(found: list[Feature], city: City) -> None:
    seen: dict[str, Feature] = {}
    for it in found:
        if it.level is not Level.CITY and it.code == city.code:
            it.refuse(
                N_("%(file)s, feature %(feature)s: the property “code” is that of the city."),
            )
        if it.code in seen:
            it.refuse(
                N_(
                    "%(file)s, feature %(feature)s: the property “code” is “%(code)s”, as in"
                    " feature %(other)s of %(other_file)s; a code may occur only once."
                ),
                code=it.code, other=seen[it.code].number, other_file=seen[it.code].file,
            )  # fmt: skip
        seen[it.code] = it


def _districts_of(below: Sequence[Feature]) -> list[Feature]:
    """Districts that no file holds: each the union of what names it."""
    return [
        _around(parts, Level.DISTRICT, code, district="")
        for code, parts in sorted(_grouped(below, "district").items())
    ]


def _zones_of(neighbourhoods: Sequence[Feature]) -> list[Feature]:
    """Zones that no file holds: each the union of the neighbourhoods that name it."""
    groups = _grouped([it for it in neighbourhoods if it.zone], "zone")
    return [
        _around(parts, Level.ZONE, code, district=parts[0].district)
        for code, parts in sorted(groups.items())
    ]


def _grouped(features: Iterable[Feature], key: str) -> dict[str, list[Feature]]:
    groups = defaultdict(list)
    for it in features:
        groups[getattr(it, key)].append(it)
    return groups


def _around(parts: Sequence[Feature], level: Level, code: str, *, district: str) -> Feature:
    shape = joined(it.geometry for it in parts)
    return replace(
        parts[0], level=level, code=code, name="", name_en=None, district=district, zone="",
        geometry=shape, label=None, mended=False,
    )  # fmt: skip


def _refuse_orphans(levels: dict[Level, list[Feature]]) -> None:
    districts = {it.code for it in levels[Level.DISTRICT]}
    zones = {it.code: it.district for it in levels[Level.ZONE]}
    for it in [*levels[Level.ZONE], *levels[Level.NEIGHBOURHOOD]]:
        if it.district not in districts:
            it.refuse(
                N_(
                    "%(file)s, feature %(feature)s: the property “district” is “%(value)s”, and"
                    " there is no such district."
                ),
                value=it.district,
            )
        if it.zone and zones.get(it.zone) != it.district:
            it.refuse(
                N_(
                    "%(file)s, feature %(feature)s: the property “zone” is “%(value)s”, and there"
                    " is no such zone in this district."
                ),
                value=it.zone,
            )


def _tree(levels: dict[Level, list[Feature]], city: City) -> list[Place]:
    drawn = levels[Level.CITY]
    if len(drawn) > 1:
        drawn[1].refuse(N_("%(file)s, feature %(feature)s: there can be only one city."))
    shape = drawn[0].geometry if drawn else joined(it.geometry for it in levels[Level.DISTRICT])
    root = f"{city.code}/"
    places = [Place(Level.CITY, city.code, None, root, city.name, city.name_en or None, shape)]
    paths = {"": root}
    for level in LEVELS[1:]:
        for it in sorted(levels[level], key=lambda it: it.code):
            parent = it.zone or (it.district if level is not Level.DISTRICT else "")
            path = paths[it.code] = f"{paths[parent]}{it.code}/"
            name, name_en = _names(it)
            above = parent or city.code
            places.append(Place(level, it.code, above, path, name, name_en, it.geometry, it.label))
    return places


def _names(it: Feature) -> tuple[str, str | None]:
    if it.level in NUMBERED and it.code.isdigit():
        persian, english = (text.format(int(it.code)) for text in NUMBERED[it.level])
        return it.name or persian_digits(persian), it.name_en or english
    if it.name:
        return it.name, it.name_en
    return UNNAMED


def _report(found: list[Feature], places: list[Place], given: set[str]) -> Report:
    levels = [place.level for place in places]
    report = Report(
        stored={level: levels.count(level) for level in LEVELS if level in levels},
        mended=[f"{it.file}, {it.number} ({it.code})" for it in found if it.mended],
        made=[p.code for p in places if p.level is not Level.CITY and p.code not in given],
        unnamed=[p.code for p in places if p.name == UNNAMED[0]],
    )
    names = defaultdict(list)
    for place in places:
        if place.level is Level.NEIGHBOURHOOD and place.name != UNNAMED[0]:
            names[search_key(place.name)].append(place)
    for alike in names.values():
        if len(alike) > 1:
            report.repeated[alike[0].name] = [place.code for place in alike]
    return report
