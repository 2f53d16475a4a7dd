"""Reading areas from GeoJSON files; whatever is wrong is said with file, feature and property."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from civic.areas.models import Level
from civic.areas.shapes import read_shape
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.kernel.text import latin_digits, persian_digits, tidy

NAMES, CODES = ("name_fa", "name"), ("code", "id")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LONGEST_NAME = 120


@dataclass(frozen=True)
class File:
    """A file as it was handed in."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Feature:
    """One area as its file describes it; parents are given by code."""

    file: str
    number: int
    level: Level
    code: str
    name: str
    name_en: str | None
    district: str
    zone: str
    geometry: BaseGeometry
    label: tuple[float, float] | None
    mended: bool

    def refuse(self, message: str, **params: Any) -> NoReturn:
        """Raise the refusal `message`, which names the file and the feature."""
        raise RuleBroken(message, file=self.file, feature=self.number, **params)


def read_features(file: File) -> Iterator[Feature]:
    """Every feature of a file; raises `RuleBroken` at the first that cannot be used."""
    for number, found in enumerate(_features(file), start=1):
        yield _Reader(file.name, number, found).read()


def _features(file: File) -> list[Any]:
    try:
        found = json.loads(file.content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RuleBroken(N_("%(file)s: the file is not UTF-8 text."), file=file.name) from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise RuleBroken(
            N_("%(file)s: the file is not valid JSON (line %(line)s)."),
            file=file.name, line=getattr(error, "lineno", 1),
        ) from None  # fmt: skip
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise RuleBroken(N_("%(file)s: the file is not a FeatureCollection."), file=file.name)
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise RuleBroken(N_("%(file)s: the file holds no features."), file=file.name)
    return features


class _Reader:
    """One feature under the magnifying glass, with its place in the file for the refusals."""

    def __init__(self, file: str, number: int, found: Any) -> None:
        self.file, self.number = file, number
        if not isinstance(found, dict) or not isinstance(found.get("properties"), dict):
            self.refuse(N_("%(file)s, feature %(feature)s: this is not a feature with properties."))
        self.found, self.given = found, found["properties"]

    def refuse(self, message: str, **params: Any) -> NoReturn:
        raise RuleBroken(message, file=self.file, feature=self.number, **params)

    def read(self) -> Feature:
        level = self.level()
        district, zone = self.code("district"), self.code("zone")
        code = self.code(*CODES) or self.code_of(self.found.get("id"), "id")
        if level is Level.DISTRICT:
            code = self.code("code") or district or code
        if level in {Level.NEIGHBOURHOOD, Level.ZONE} and not district:
            self.missing("district")
        geometry, mended = self.geometry()
        return Feature(
            file=self.file, number=self.number, level=level, code=code or self.missing("code"),
            name=self.name(*NAMES), name_en=self.name("name_en") or None,
            district=district, zone=zone, geometry=geometry, label=self.label(geometry),
            mended=mended,
        )  # fmt: skip

    def missing(self, key: str) -> NoReturn:
        self.refuse(
            N_("%(file)s, feature %(feature)s: the property “%(property)s” is missing."),
            property=key,
        )

    def level(self) -> Level:
        given = self.text("level").lower()
        if given in set(Level):
            return Level(given)
        if given:
            self.refuse(
                N_(
                    "%(file)s, feature %(feature)s: the property “level” is “%(value)s”; it may"
                    " be city, district, zone or neighbourhood."
                ),
                value=given[:40],
            )
        return Level.NEIGHBOURHOOD if self.text("code") else Level.DISTRICT

    def text(self, *keys: str) -> str:
        """The first of these properties that says something."""
        for key in keys:
            value = self.given.get(key)
            if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int))):
                self.refuse(
                    N_(
                        "%(file)s, feature %(feature)s: the property “%(property)s” must be a text"
                        " or a whole number."
                    ),
                    property=key,
                )
            if said := tidy(str(value if value is not None else "")):
                return said
        return ""

    def code(self, *keys: str) -> str:
        return next((self.code_of(said, key) for key in keys if (said := self.text(key))), "")

    def code_of(self, value: Any, key: str) -> str:
        if value is None:
            return ""
        code = latin_digits(tidy(str(value)))
        if not CODE.fullmatch(code):
            self.refuse(
                N_(
                    "%(file)s, feature %(feature)s: the property “%(property)s” is “%(value)s”; a"
                    " code has at most 40 Latin letters, digits, dots and dashes."
                ),
                property=key, value=code[:60],
            )  # fmt: skip
        return code

    def name(self, *keys: str) -> str:
        name = "" if self.given.get("unnamed") is True else self.text(*keys)
        name = " ".join(name.split())
        if len(name) > LONGEST_NAME:
            self.refuse(
                N_("%(file)s, feature %(feature)s: the name is longer than %(most)s letters."),
                most=LONGEST_NAME,
            )
        return name if keys == ("name_en",) else persian_digits(name)

    def geometry(self) -> tuple[BaseGeometry, bool]:
        try:
            return read_shape(self.found.get("geometry"))
        except RuleBroken as error:
            self.refuse(
                N_("%(file)s, feature %(feature)s, “geometry”: %(reason)s"), reason=error.message
            )

    def label(self, geometry: BaseGeometry) -> tuple[float, float] | None:
        """Where the file wants the name, if that is a place inside."""
        place = self.given.get("label_lon"), self.given.get("label_lat")
        if all(isinstance(value, float) for value in place) and geometry.covers(Point(*place)):
            return place
        return None
