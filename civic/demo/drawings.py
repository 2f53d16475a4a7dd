"""Pictures for the demo, drawn here: flat scenes of a park, a lamp, a pavement; never people."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

from flask import current_app
from PIL import Image, ImageDraw

from civic.demo.chance import chance_of
from civic.kernel.pictures import store_picture
from civic.proposals.states import Category

WIDE, HIGH, GROUND = 800, 560, 400
TURQUOISE, DEEP, SAFFRON, POMEGRANATE = "#0b7a75", "#085e5a", "#e2a33a", "#a8243c"
PISTACHIO, LEAF, PAPER, STONE, INK = "#7fae70", "#3a7435", "#f6f1e3", "#cfc8b6", "#33474c"
SKIES = ("#dcecea", "#f7e6c8", "#cfdfe8", "#274048")
NIGHT = 3

Pen = ImageDraw.ImageDraw


def place_picture(category: Category, variant: int) -> str:
    """Store the picture of a place as it is now, and return its name."""
    return _stored(current_app.config["CIVIC"].home, category, f"place-{variant}", 0)


def works_file(category: Category, variant: int, progress: int) -> BytesIO:
    """The picture of works at a percentage of progress, as somebody would upload it."""
    return BytesIO(_png(category, f"works-{variant}", progress))


@cache
def _png(category: Category, variant: str, progress: int) -> bytes:
    chance = chance_of(category, variant)
    night = category is Category.LIGHTING
    picture = Image.new("RGB", (WIDE, HIGH), SKIES[NIGHT] if night else chance.choice(SKIES[:3]))
    pen = ImageDraw.Draw(picture)
    _mountains(pen, chance, night=night)
    _houses(pen, chance, night=night)
    pen.rectangle((0, GROUND, WIDE, HIGH), fill="#8a9a83" if night else "#dfd8c4")
    SCENES[category](pen, chance)
    if variant.startswith("works") and progress < 100:
        _fence(pen, progress)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@cache
def _stored(home: Path, category: Category, variant: str, progress: int) -> str:
    # Many show the same place; it lies in this home once.
    return store_picture(BytesIO(_png(category, variant, progress)))


def _mountains(pen: Pen, chance: Random, *, night: bool) -> None:
    for shade, height in (("#b7cfd0", 190), ("#9dbcbc", 130)):
        points = [(0, GROUND)]
        for x in range(0, WIDE + 100, 100):
            points.append((x, GROUND - height - chance.randint(-45, 45)))
        pen.polygon([*points, (WIDE, GROUND)], fill="#1f343b" if night else shade)


def _houses(pen: Pen, chance: Random, *, night: bool) -> None:
    x = -20
    while x < WIDE:
        wide, high = chance.randint(70, 130), chance.randint(80, 190)
        wall = "#35505a" if night else chance.choice(("#efe3cd", "#e6d3b3", "#f3eadb", "#e0cbb0"))
        pen.rectangle((x, GROUND - high, x + wide, GROUND), fill=wall)
        for row in range(GROUND - high + 14, GROUND - 20, 34):
            for column in range(x + 12, x + wide - 18, 30):
                lit = night and chance.random() < 0.35
                glass = SAFFRON if lit else ("#22383f" if night else "#9dbcbc")
                pen.rectangle((column, row, column + 14, row + 18), fill=glass)
        x += wide + chance.randint(0, 12)


def _tree(pen: Pen, x: float, y: float, size: float, leaf: str = LEAF) -> None:
    pen.rectangle((x - size * 0.06, y - size * 0.5, x + size * 0.06, y), fill="#6b5138")
    for dx, dy, r in ((0, -0.85, 0.34), (-0.22, -0.65, 0.27), (0.22, -0.65, 0.27)):
        middle = x + dx * size, y + dy * size
        pen.ellipse(_around(*middle, r * size), fill=leaf)


def _around(x: float, y: float, r: float) -> tuple[float, float, float, float]:
    return x - r, y - r, x + r, y + r


def _bench(pen: Pen, x: int, y: int) -> None:
    pen.rectangle((x, y, x + 110, y + 10), fill="#8a5200")
    pen.rectangle((x, y - 30, x + 110, y - 20), fill="#8a5200")
    for leg in (x + 10, x + 92):
        pen.rectangle((leg, y - 30, leg + 8, y + 34), fill=INK)


def _park(pen: Pen, chance: Random) -> None:
    pen.rectangle((0, GROUND, WIDE, HIGH), fill=PISTACHIO)
    pen.polygon([(330, GROUND), (420, GROUND), (640, HIGH), (240, HIGH)], fill=PAPER)
    for x in (90, 210, 560, 700):
        _tree(pen, x, GROUND + 60, chance.randint(170, 230), chance.choice((LEAF, "#4f8a46")))
    _bench(pen, 110, 480)
    for _ in range(26):
        x, y = chance.choice((chance.randint(20, 230), chance.randint(650, 790))), 520
        pen.ellipse(
            _around(x, y + chance.randint(-20, 25), 6), fill=chance.choice((POMEGRANATE, SAFFRON))
        )


def _pavement(pen: Pen, chance: Random) -> None:
    pen.rectangle((0, 470, WIDE, HIGH), fill="#5c6a6d")
    pen.rectangle((0, 456, WIDE, 470), fill=STONE)
    for row in range(2):
        for column in range(-1, 14):
            x = column * 62 + row * 31
            shade = chance.choice(("#d9cfb8", "#cfc4aa", "#e4dbc6"))
            pen.rectangle((x, GROUND + row * 28, x + 58, GROUND + row * 28 + 25), fill=shade)
    for x in range(30, WIDE, 160):
        pen.rectangle((x, 510, x + 80, 520), fill=PAPER)
    for x in (140, 420, 690):
        _tree(pen, x, GROUND + 30, 190)


def _lamps(pen: Pen, chance: Random) -> None:
    pen.polygon([(300, GROUND), (500, GROUND), (720, HIGH), (80, HIGH)], fill="#566a63")
    for x, y in ((130, 500), (250, 430), (560, 430), (680, 500)):
        top = y - 220
        for r, tone in ((70, "#3b4f4b"), (46, "#6d6a48"), (26, SAFFRON)):
            pen.ellipse(_around(x, top, r), fill=tone)
        pen.rectangle((x - 5, top, x + 5, y), fill="#10262c")
    _tree(pen, 400, GROUND + 10, chance.randint(120, 150), "#1f4a3a")


def _library(pen: Pen, chance: Random) -> None:
    pen.rectangle((180, 180, 620, 440), fill=PAPER, outline=DEEP, width=6)
    pen.polygon([(150, 180), (400, 80), (650, 180)], fill=TURQUOISE)
    for shelf in range(3):
        x = 205
        while x < 590:
            wide, high = chance.randint(12, 24), chance.randint(44, 62)
            foot = 270 + shelf * 75
            tone = chance.choice((TURQUOISE, SAFFRON, POMEGRANATE, LEAF, INK))
            pen.rectangle((x, foot - high, x + wide, foot), fill=tone)
            x += wide + 4
        pen.rectangle((195, 270 + shelf * 75, 605, 276 + shelf * 75), fill="#8a5200")
    _bench(pen, 60, 480)


def _playground(pen: Pen, chance: Random) -> None:
    pen.rectangle((0, GROUND, WIDE, HIGH), fill="#c98f5a")
    pen.ellipse((60, 430, 740, 550), fill=TURQUOISE)
    for x in (230, 430):
        pen.line((x, 250, x - 45, 470), fill=INK, width=9)
        pen.line((x, 250, x + 45, 470), fill=INK, width=9)
    pen.line((230, 252, 430, 252), fill=INK, width=9)
    for x in (285, 365):
        pen.line((x, 255, x, 410), fill=INK, width=3)
        pen.rectangle((x - 22, 410, x + 22, 418), fill=POMEGRANATE)
    pen.polygon([(560, 290), (590, 290), (720, 480), (680, 480)], fill=SAFFRON)
    pen.rectangle((535, 290, 560, 480), fill=INK)
    _tree(pen, 80, GROUND + 20, chance.randint(180, 210))


def _crossing(pen: Pen, chance: Random) -> None:
    pen.rectangle((0, 430, WIDE, HIGH), fill="#56646a")
    for x in range(240, 560, 52):
        pen.polygon([(x, 440), (x + 28, 440), (x + 14, HIGH), (x - 22, HIGH)], fill=PAPER)
    for x, tone in ((150, LEAF), (660, SAFFRON)):
        pen.rectangle((x - 5, 230, x + 5, 440), fill=INK)
        pen.rounded_rectangle((x - 22, 160, x + 22, 240), 8, fill=INK)
        pen.ellipse(_around(x, 200, 14), fill=tone)
    x = chance.randint(40, 90)
    pen.rounded_rectangle((x + 540, 350, x + 700, 440), 16, fill=TURQUOISE)
    for wheel in (x + 575, x + 665):
        pen.ellipse(_around(wheel, 440, 20), fill="#10262c")


def _bins(pen: Pen, chance: Random) -> None:
    for place, tone in enumerate((TURQUOISE, SAFFRON, LEAF)):
        x = 190 + place * 150
        pen.polygon([(x, 300), (x + 110, 300), (x + 98, 460), (x + 12, 460)], fill=tone)
        pen.rounded_rectangle((x - 8, 280, x + 118, 304), 8, fill=INK)
        pen.ellipse(_around(x + 55, 370, 24), fill=PAPER)
    pen.rectangle((150, 460, 650, 476), fill=STONE)
    for x in (80, 720):
        _tree(pen, x, GROUND + 50, chance.randint(180, 220))


def _ramp(pen: Pen, chance: Random) -> None:
    pen.rectangle((430, 190, 720, 430), fill=PAPER, outline=DEEP, width=5)
    pen.rectangle((520, 260, 610, 430), fill=TURQUOISE)
    pen.polygon([(60, 500), (520, 430), (720, 430), (720, 500)], fill=STONE)
    pen.line((70, 440, 515, 370), fill=POMEGRANATE, width=8)
    for part in range(6):
        x = 80 + part * 85
        y = 440 - part * 13.4
        pen.line((x, y, x, y + 62), fill=POMEGRANATE, width=6)
    for x in range(60, 700, 40):
        pen.ellipse(_around(x, 528 + chance.randint(-1, 1), 6), fill=SAFFRON)


SCENES: dict[Category, Callable[[Pen, Random], None]] = {
    Category.GREEN: _park,
    Category.STREETS: _pavement,
    Category.LIGHTING: _lamps,
    Category.CULTURE: _library,
    Category.SPORT: _playground,
    Category.TRANSPORT: _crossing,
    Category.SERVICES: _bins,
    Category.ACCESS: _ramp,
}


def _fence(pen: Pen, progress: int) -> None:
    """A hoarding hides what is not done yet, and a crane stands as long as much is left."""
    left = WIDE * progress // 100
    for place, x in enumerate(range(left, WIDE, 64)):
        tone = SAFFRON if place % 2 else PAPER
        pen.polygon([(x, 380), (x + 64, 380), (x + 64, 520), (x, 520)], fill=tone)
    pen.rectangle((left, 372, WIDE, 386), fill=INK)
    if progress < 60:
        pen.rectangle((690, 70, 702, 380), fill=POMEGRANATE)
        pen.rectangle((470, 84, 770, 94), fill=POMEGRANATE)
        pen.line((520, 94, 520, 94 + int(120 * math.sqrt(2))), fill=INK, width=3)
