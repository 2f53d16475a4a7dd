import json
from datetime import date

import pytest
from click.testing import CliRunner

from civic.areas.queries import area_by_code, current_version
from civic.cli import cli
from tests.areas.drawing import feature, small_city
from tests.conftest import NOON

CITY = ["--city-code", "shahr", "--city-name", "شهر", "--city-name-en", "City"]


@pytest.fixture
def civic(app, database, at_noon, monkeypatch):
    """The command line on the database of the test."""
    monkeypatch.setattr("civic.app.create_app", lambda: app)
    monkeypatch.setattr("civic.running.embedded_settings", lambda: None)
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def city_file(tmp_path):
    def write(features):
        path = tmp_path / "areas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


def test_areas_are_imported_and_doubts_are_listed(civic, city_file):
    said = civic(
        "import", "areas", city_file(small_city()), *CITY,
        "--source", "نقشه شهر", "--valid-from", "۱۴۰۵/۰۱/۰۱",
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    assert "Names that occur more than once (1):\n  لاله: 1-1, 2-2" in said.output
    assert "Version 1 is stored; it holds from 2026-03-21." in said.output
    version = current_version(NOON)
    assert (version.source, version.valid_from) == ("نقشه شهر", date(2026, 3, 21))
    assert area_by_code("shahr", NOON).name_en == "City"


def test_how_many_areas_of_each_level_and_what_was_mended_is_said(civic, city_file):
    crossed = {
        "type": "Polygon",
        "coordinates": [[[51.3, 35.8], [51.31, 35.81], [51.31, 35.8], [51.3, 35.81], [51.3, 35.8]]],
    }
    features = [*small_city(), feature(crossed, code="2-3", district=2, name_fa="سرو")]
    said = civic("import", "areas", city_file(features), *CITY)
    assert "Areas: 1 city, 2 districts, 5 neighbourhoods.\n" in said.output
    assert "Outlines mended (1): areas.geojson, 5 (2-3)\n" in said.output


def test_where_nothing_was_mended_that_is_said_too(civic, city_file):
    said = civic("import", "areas", city_file(small_city()), *CITY)
    assert "Outlines mended (0): none\n" in said.output


def test_what_is_left_out_is_filled_in(civic, city_file):
    assert civic("import", "areas", city_file(small_city()), *CITY).exit_code == 0
    version = current_version(NOON)
    assert (version.source, version.valid_from) == ("areas.geojson", date(2026, 11, 22))


@pytest.mark.parametrize(
    ("features", "options", "sentence"),
    [
        pytest.param(
            [*small_city(), feature(code="1-1", district=1)], [],
            "areas.geojson, feature 5: the property “code” is “1-1”", id="a code twice",
        ),
        pytest.param(
            small_city(), ["--valid-from", "1405-13-01"],
            "“1405-13-01” is not a day", id="a month too many",
        ),
        pytest.param(
            small_city(), ["--city-code", "city/of"],
            "The code of the city may have", id="a slash in the code",
        ),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence(civic, city_file, features, options, sentence):
    said = civic("import", "areas", city_file(features), *CITY, *options)
    assert said.exit_code == 1
    assert sentence in said.output
    assert "Traceback" not in said.output
    assert current_version(NOON) is None


def test_the_same_file_is_refused(civic, city_file):
    path = city_file(small_city())
    civic("import", "areas", path, *CITY)
    said = civic("import", "areas", path, *CITY)
    assert said.exit_code == 1
    assert "already, as version 1" in said.output
