from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from civic.areas.actions import import_areas, import_areas_from_console
from civic.areas.geojson import File
from civic.areas.models import Area, AreaVersion
from civic.areas.queries import area_by_code, current_version
from civic.audit.models import AuditEntry
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from tests.areas.drawing import EDITION, as_file, feature, small_city
from tests.conftest import NOON


def count(kind):
    return db.session.scalar(select(func.count()).select_from(kind))


def test_an_import_stores_the_tree_and_is_written_down(database, adam):
    before = count(Area)
    version, _ = import_areas(adam, [as_file(small_city())], EDITION, at=NOON)
    assert count(Area) == before + 7
    oil = area_by_code("1-2", NOON)
    assert (oil.name, oil.name_en, oil.path) == ("شهرک‌ نفت", "Oil Town", "shahr/1/1-2/")
    assert oil.geometry["type"] == "Polygon"
    assert oil.min_lon < oil.label_lon < oil.max_lon
    assert oil.area_km2 == pytest.approx(1.0, abs=0.02)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.event, entry.actor_name, entry.area_code) == ("area:import", "Adam", "shahr")
    assert entry.details["number"] == version.number == 2
    assert entry.details["areas"] == 7


def test_the_console_acts_as_the_platform(database):
    version, _ = import_areas_from_console([as_file(small_city())], EDITION, at=NOON)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_id, entry.subject_id) == (None, str(version.id))


def test_only_administrators_import(database, hedi):
    with pytest.raises(NotAllowed, match="Only administrators"):
        import_areas(hedi, [as_file(small_city())], EDITION, at=NOON)


def test_the_next_import_is_the_next_version_and_the_old_one_stays(database):
    first, _ = import_areas_from_console([as_file(small_city())], EDITION, at=NOON)
    later = replace(EDITION, valid_from=date(2026, 11, 1))
    second, _ = import_areas_from_console([as_file(small_city()[:3])], later, at=NOON)
    coming = replace(EDITION, valid_from=date(2027, 3, 21))
    import_areas_from_console([as_file(small_city()[:2])], coming, at=NOON)
    assert (first.number, second.number) == (1, 2)
    assert current_version(NOON).id == second.id
    assert area_by_code("1-1", NOON).version_id == second.id
    # Given up by the second, and still readable.
    assert area_by_code("2-2", NOON).version_id == first.id


def test_the_same_files_are_refused_in_any_order(database):
    parts = [as_file(small_city()[:2], "one"), as_file(small_city()[2:], "two")]
    import_areas_from_console(parts, EDITION, at=NOON)
    with pytest.raises(RuleBroken, match=r"imported on .* already, as version 1"):
        import_areas_from_console(parts[::-1], EDITION, at=NOON)
    assert count(AreaVersion) == 1


def test_one_broken_feature_of_many_and_nothing_is_stored(database, reference):
    content = (reference / "geo/tehran_neighbourhoods.geojson").read_text()
    broken = content.replace('"code":"07-15"', '"code":"07-14"', 1)
    assert broken != content
    with pytest.raises(RuleBroken, match=r"t\.geojson, feature \d+: the property “code”"):
        import_areas_from_console([File("t.geojson", broken.encode())], EDITION, at=NOON)
    assert (count(Area), count(AreaVersion), count(AuditEntry)) == (0, 0, 0)


def test_a_failure_while_storing_undoes_the_whole_import(database, monkeypatch):
    def fail(*_args, **_details):
        raise RuntimeError("the log is full")

    monkeypatch.setattr("civic.areas.actions.record", fail)
    with pytest.raises(RuntimeError):
        import_areas_from_console([as_file(small_city())], EDITION, at=NOON)
    assert (count(Area), count(AreaVersion)) == (0, 0)


def test_feature_two_hundred_is_named(database, reference):
    import json

    collection = json.loads((reference / "geo/tehran_neighbourhoods.geojson").read_text())
    collection["features"][199] = feature(code="x", name_fa="بی‌منطقه")
    with pytest.raises(RuleBroken, match="feature 200: the property “district” is missing"):
        import_areas_from_console([as_file(collection["features"])], EDITION, at=NOON)
    assert (count(Area), count(AreaVersion)) == (0, 0)


def test_the_real_city_is_stored_whole(database, reference):
    names = ("tehran_neighbourhoods.geojson", "tehran_districts.geojson")
    files = [File(name, (reference / "geo" / name).read_bytes()) for name in names]
    _, report = import_areas_from_console(files, EDITION, at=NOON)
    assert count(Area) == 396
    assert len(report.repeated) == 12


def test_divisions_of_other_cities_do_not_count_when_versions_are_numbered(database):
    foreign = {"valid_from": date(1900, 1, 1), "source": "x", "imported_at": NOON}
    db.session.add(AreaVersion(number=-3, sha256="9" * 64, **foreign))
    version, _ = import_areas_from_console([as_file(small_city())], EDITION, at=NOON)
    assert version.number == 1
