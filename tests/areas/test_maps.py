import re

import pytest
from shapely.geometry import MultiPolygon, Polygon, box, shape

from civic.areas.division import City, divide
from civic.areas.geojson import File, read_features
from civic.areas.maps import Pin, Region, draw, path_of
from civic.areas.models import Level
from civic.areas.shapes import outline
from tests.areas.drawing import square


def region(code="a", geometry=None, **more):
    return Region(code, geometry or square(0), more.pop("title", code), **more)


def points(path):
    """The corners of a path of M, l and z, as absolute places."""
    numbers = [int(n) for n in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    corners = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        corners.append((x, y))
    return corners


def test_a_map_is_as_wide_as_the_land_is():
    drawing = draw([region("west", square(0)), region("east", square(3))])
    # A hundredth of a degree is shorter from west to east than from south to north.
    assert drawing.width == 1000
    assert drawing.height == pytest.approx(1000 / (4 * 0.812), rel=0.05)
    west, east = (points(outline.path) for outline in drawing.outlines)
    assert max(x for x, _ in west) < min(x for x, _ in east)


def test_north_is_up():
    drawing = draw([region("south", square(0)), region("north", square(0, 1))])
    south, north = (points(outline.path) for outline in drawing.outlines)
    assert max(y for _, y in north) <= min(y for _, y in south) + 1


def test_every_corner_lies_in_the_frame():
    drawing = draw([region("a", square(0)), region("b", square(5, 9))])
    corners = [corner for outline in drawing.outlines for corner in points(outline.path)]
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in corners)


def test_texts_and_pins_stand_where_they_belong():
    pin = Pin(51.305, 35.705, "Tree")
    drawing = draw([region(text="۱", label=(51.305, 35.705))], [pin])
    (outlined,), (mark,) = drawing.outlines, drawing.marks
    assert (outlined.x, outlined.y) == (mark.x, mark.y)
    assert abs(outlined.x - drawing.width / 2) <= 1


def test_a_map_of_nothing_is_none():
    assert draw([]) is None


def test_holes_are_drawn_and_specks_are_not():
    ring = Polygon(box(0, 0, 100, 100).exterior, [box(40, 40, 60, 60).exterior])
    assert path_of(MultiPolygon([ring, box(200, 200, 202, 202)])).count("M") == 2


def test_even_the_smallest_area_is_drawn():
    assert points(path_of(box(10, 10, 10.2, 10.2))) == [(10, 10), (12, 10), (12, 12), (10, 12)]


@pytest.fixture
def real_places(reference):
    names = ("tehran_neighbourhoods.geojson", "tehran_districts.geojson")
    files = [File(name, (reference / "geo" / name).read_bytes()) for name in names]
    found = (it for file in files for it in read_features(file))
    return divide(found, City("tehran", "تهران")).places


def test_the_real_maps_are_small(real_places):
    def size(places):
        drawing = draw(region(place.code, outline(place.geometry)) for place in places)
        return sum(len(it.path) for it in drawing.outlines)

    districts = [place for place in real_places if place.level is Level.DISTRICT]
    assert size(districts) < 10_000
    for district in districts:
        inside = [
            place
            for place in real_places
            if place.level is Level.NEIGHBOURHOOD and place.parent == district.code
        ]
        assert size(inside) < 8_000


def test_what_is_stored_for_drawing_stays_near_what_was_given(real_places):
    for place in real_places:
        small = shape(outline(place.geometry))
        assert small.is_valid
        assert small.symmetric_difference(place.geometry).area < 0.03 * place.geometry.area


@pytest.fixture
def area_map(app):
    """The macro of templates, drawn alone."""
    from bs4 import BeautifulSoup

    template = app.jinja_env.get_template("components/map.html")

    def drawn(*args, **kwargs):
        with app.test_request_context():
            html = template.make_module({}).area_map(*args, **kwargs)
        return BeautifulSoup(html, "html.parser").svg

    return drawn


def test_values_colour_the_map_and_are_said_with_the_name(area_map):
    drawing = draw(
        [region("1", title="منطقه ۱", href="/1"), region("2", square(1), title="منطقه ۲")]
    )
    values = {"1": {"step": 3, "text": "۱۲ رأی"}, "2": {"step": 0, "text": "بی رأی"}}
    svg = area_map(drawing, "رأی‌ها", chosen="1", values=values)
    assert svg["aria-label"] == "رأی‌ها"
    assert svg.a["class"] == ["map__area", "map__area--step-3", "map__area--chosen"]
    assert svg.a["aria-label"] == svg.a.title.text == "منطقه ۱: ۱۲ رأی"
    assert svg.a["aria-current"] == "true"
    assert svg.select_one("g.map__area--step-0 title").text == "منطقه ۲: بی رأی"


def test_pins_are_points_with_their_names(area_map):
    pins = [Pin(51.305, 35.705, "Tree", "/tree"), Pin(51.301, 35.701, "Lamp")]
    svg = area_map(draw([region()], pins), "Works")
    assert [pin.title.text for pin in svg.select(".map__pin")] == ["Tree", "Lamp"]
    assert svg.select_one("a.map__pin")["href"] == "/tree"
    assert len(svg.select(".map__pin circle")) == 2
