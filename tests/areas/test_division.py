import json

import pytest

from civic.areas.division import divide
from civic.areas.geojson import File, read_features
from civic.areas.models import Level
from civic.kernel.errors import RuleBroken
from tests.areas.drawing import CITY, as_file, feature, small_city, square

BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[51.3, 35.7], [51.31, 35.71], [51.31, 35.7], [51.3, 35.71], [51.3, 35.7]]],
}


def division_of(*files):
    return divide((it for file in files for it in read_features(file)), CITY)


def real(reference, *names):
    folder = reference / "geo"
    return division_of(*(File(name, (folder / name).read_bytes()) for name in names))


def test_districts_and_city_are_drawn_around_the_neighbourhoods():
    division = division_of(as_file(small_city()))
    assert [place.path for place in division.places] == [
        "shahr/", "shahr/1/", "shahr/2/",
        "shahr/1/1-1/", "shahr/1/1-2/", "shahr/2/2-1/", "shahr/2/2-2/",
    ]  # fmt: skip
    city, first = division.places[:2]
    assert first.geometry.area == pytest.approx(2 * 0.01**2, rel=1e-4)
    assert city.geometry.area == pytest.approx(4 * 0.01**2, rel=1e-4)
    assert (first.name, first.name_en) == ("منطقه ۱", "District 1")
    assert division.report.made == ["1", "2"]


def test_names_are_written_in_persian_letters():
    places = {place.code: place for place in division_of(as_file(small_city())).places}
    assert places["2-1"].name == "یاس"


def test_names_that_occur_twice_are_reported_not_refused():
    alike = feature(square(2), code="1-3", district=1, name_fa="لاله")
    report = division_of(as_file([*small_city(), alike])).report
    assert report.repeated == {"لاله": ["1-1", "1-3", "2-2"]}
    assert "  لاله: 1-1, 1-3, 2-2" in report.lines()


def test_an_area_without_a_name_says_so():
    division = division_of(as_file([feature(code="1-1", district=1, name_fa="?", unnamed=True)]))
    assert division.places[-1].name == "بدون نام"
    assert division.places[-1].name_en == "Unnamed"
    assert division.report.unnamed == ["1-1"]


def test_a_crossed_outline_is_mended_and_reported():
    division = division_of(as_file([feature(BOW_TIE, code="1-1", district=1, name_fa="لاله")]))
    assert division.places[-1].geometry.is_valid
    assert division.report.mended == ["areas.geojson, 1 (1-1)"]


def test_numbers_of_districts_get_zeros_so_that_ten_follows_nine():
    features = [
        feature(square(n), code=f"{n}-1", district=n, name_fa=f"محله {n}") for n in (10, 9, 2)
    ]
    codes = [p.code for p in division_of(as_file(features)).places if p.level is Level.DISTRICT]
    assert codes == ["02", "09", "10"]


def test_zones_stand_between_district_and_neighbourhood():
    features = [
        feature(square(0), code="1-1", district=1, zone="1-a", name_fa="لاله"),
        feature(square(1), code="1-2", district=1, zone="1-a", name_fa="یاس"),
        feature(square(2), code="1-3", district=1, name_fa="سرو"),
    ]
    places = {place.code: place for place in division_of(as_file(features)).places}
    assert places["1-a"].level is Level.ZONE
    assert places["1-2"].path == "shahr/1/1-a/1-2/"
    assert places["1-3"].path == "shahr/1/1-3/"


FIRST = feature(code="1-1", district=1, name_fa="لاله")


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        pytest.param(
            feature(code="1-1", district=1, name_fa="یاس"),
            "areas.geojson, feature 2: the property “code” is “1-1”, as in feature 1",
            id="a code twice",
        ),
        pytest.param(
            feature(code="1-2", name_fa="یاس"),
            "areas.geojson, feature 2: the property “district” is missing.",
            id="no district",
        ),
        pytest.param(
            feature(code="1/2", district=1),
            "areas.geojson, feature 2: the property “code” is “1/2”; a code has",
            id="a code with a slash",
        ),
        pytest.param(
            feature(code="1-2", district=1, name_fa=["یاس"]),
            "areas.geojson, feature 2: the property “name_fa” must be a text",
            id="a list for a name",
        ),
        pytest.param(
            feature(code="1-2", district=1, level="village"),
            "areas.geojson, feature 2: the property “level” is “village”",
            id="an unknown level",
        ),
        pytest.param(
            feature({"type": "Point", "coordinates": [51.3, 35.7]}, code="1-2", district=1),
            "areas.geojson, feature 2, “geometry”: the geometry must be a Polygon",
            id="a point",
        ),
        pytest.param(
            feature(square(0, size=6000), code="1-2", district=1),
            "areas.geojson, feature 2, “geometry”: the coordinates must be degrees",
            id="metres for degrees",
        ),
        pytest.param(
            feature({"type": "Polygon", "coordinates": [[[51.3], 7]]}, code="1-2", district=1),
            "areas.geojson, feature 2, “geometry”: the coordinates of the geometry cannot",
            id="broken coordinates",
        ),
        pytest.param(
            feature({"type": "Polygon", "coordinates": []}, code="1-2", district=1),
            "areas.geojson, feature 2, “geometry”: the geometry is empty.",
            id="no coordinates",
        ),
        pytest.param(
            feature(
                {"type": "Polygon", "coordinates": [[[51, 35], [52, 36], [51, 35], [51, 35]]]},
                code="1-2", district=1,
            ),
            "areas.geojson, feature 2, “geometry”: the geometry encloses nothing",
            id="a line",
        ),
        pytest.param(
            feature(code="1-2", district=1, name_fa="x" * 121),
            "areas.geojson, feature 2: the name is longer than 120 letters.",
            id="a long name",
        ),
        pytest.param(
            feature(code="shahr", district=1),
            "areas.geojson, feature 2: the property “code” is that of the city.",
            id="the code of the city",
        ),
        pytest.param(
            feature(code="1-2", district="1-1"),
            "areas.geojson, feature 2: the property “code” is “1-1”",
            id="a neighbourhood for a district",
        ),
        pytest.param("x", "areas.geojson, feature 2: this is not a feature", id="a text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(broken, sentence):
    with pytest.raises(RuleBroken) as refusal:
        division_of(as_file([FIRST, broken]))
    assert str(refusal.value).startswith(sentence)


def test_a_district_must_be_known_where_districts_are_given():
    districts = as_file([feature(district=1, name_fa="منطقه 1")], "districts.geojson")
    orphan = as_file([feature(code="7-1", district=7, name_fa="یاس")])
    with pytest.raises(RuleBroken, match="feature 1: the property “district” is “7”, and there"):
        division_of(districts, orphan)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "a.geojson: the file is not UTF-8 text."),
        (b'{"type":\n oh}', r"a.geojson: the file is not valid JSON \(line 2\)."),
        (json.dumps([1]).encode(), "a.geojson: the file is not a FeatureCollection."),
        (
            json.dumps({"type": "FeatureCollection", "features": []}).encode(),
            "a.geojson: the file holds no features.",
        ),
    ],
)
def test_what_is_not_geojson_is_refused(content, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        division_of(File("a.geojson", content))


def test_the_real_city(reference):
    division = real(reference, "tehran_neighbourhoods.geojson", "tehran_districts.geojson")
    counts = [sum(p.level is level for p in division.places) for level in Level]
    assert counts == [1, 22, 0, 373]
    assert len(division.report.repeated) == 12
    assert division.report.repeated["شهرک نفت"] == ["01-20", "05-25"]
    assert division.report.unnamed == ["04-09", "06-09", "11-08", "18-02"]
    assert division.report.made == []


def test_the_real_city_without_districts_gets_them_whole(reference):
    division = real(reference, "tehran_neighbourhoods.geojson")
    districts = [p for p in division.places if p.level is Level.DISTRICT]
    assert [p.code for p in districts] == [f"{n:02}" for n in range(1, 23)]
    assert all(p.geometry.geom_type == "Polygon" for p in districts)
