import pytest
from flask_babel import force_locale

from civic.areas.actions import import_areas_from_console
from civic.areas.models import Level
from civic.areas.names import area_name, level_name
from civic.areas.queries import (
    ancestors,
    area_by_code,
    areas_of,
    children,
    current_version,
    drawn,
    neighbourhoods_of,
    search_areas,
    tree,
)
from tests.areas.drawing import EDITION, as_file, feature, small_city, square
from tests.conftest import NOON


@pytest.fixture
def shahr(database):
    zoned = feature(square(5), code="3-1", district=3, zone="3-a", name_fa="سیزده آبان")
    return import_areas_from_console([as_file([*small_city(), zoned])], EDITION, at=NOON).version


def codes(areas):
    return [area.code for area in areas]


def test_no_version_before_the_first(database):
    assert current_version(NOON) is None
    assert area_by_code("shahr", NOON) is None


def test_up_and_down_the_tree(shahr):
    district, neighbourhood = area_by_code("3", NOON), area_by_code("3-1", NOON)
    assert codes(children(district)) == ["3-a"]
    assert codes(neighbourhoods_of(district)) == ["3-1"]
    assert codes(ancestors(neighbourhood)) == ["shahr", "3", "3-a"]
    assert codes(ancestors(area_by_code("shahr", NOON))) == []
    assert len(areas_of(shahr)) == 10


def test_the_tree_is_read_in_one_statement(shahr, statements):
    with statements() as seen:
        root = tree(shahr)
    assert len(seen) == 1
    assert [branch.area.code for branch in root.parts] == ["1", "2", "3"]
    assert root.parts[2].parts[0].parts[0].area.code == "3-1"


def test_outlines_come_with_the_areas_to_draw(shahr, statements):
    with statements() as seen:
        outlines = [
            area.outline["type"] for area in drawn(area_by_code("1", NOON), Level.NEIGHBOURHOOD)
        ]
    assert outlines == ["Polygon", "Polygon"]
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("شهرک نفت", "1-2"),
        ("شهركنفت", "1-2"),
        ("oil", "1-2"),
        ("يا س", "2-1"),
        ("سيزده‌آبان", "3-1"),
        ("سیزدهابان", "3-1"),
        ("منطقه ۲", "2"),
        ("2-2", "2-2"),
        ("شهرک تفت", "1-2"),
    ],
)
def test_search_forgives_how_people_type(shahr, typed, first):
    assert codes(search_areas(typed, shahr))[:1] == [first]


@pytest.mark.parametrize("typed", ["", " ", "%", "قلعه مرغی"])
def test_search_finds_nothing_where_nothing_is_meant(shahr, typed):
    assert search_areas(typed, shahr) == []


def test_names_in_the_language_of_the_reader(shahr):
    with force_locale("fa"):
        assert area_name(area_by_code("1", NOON)) == "منطقه ۱"
        assert level_name(Level.DISTRICT) == "منطقه"
    with force_locale("en"):
        assert area_name(area_by_code("1", NOON)) == "District 1"
        assert area_name(area_by_code("1-1", NOON)) == "لاله"
        assert level_name(Level.DISTRICT) == "District"
