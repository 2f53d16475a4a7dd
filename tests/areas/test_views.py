import pytest

from civic.areas.actions import import_areas_from_console
from civic.areas.geojson import File
from tests.areas.drawing import EDITION, as_file, feature, small_city, square
from tests.conftest import NOON


@pytest.fixture
def shahr(database, at_noon):
    import_areas_from_console([as_file(small_city())], EDITION, at=NOON)


@pytest.fixture
def tehran(database, at_noon, reference):
    names = ("tehran_neighbourhoods.geojson", "tehran_districts.geojson")
    files = [File(name, (reference / "geo" / name).read_bytes()) for name in names]
    import_areas_from_console(files, EDITION, at=NOON)


def texts(page, selector):
    return [element.get_text(" ", strip=True) for element in page.select(selector)]


def test_before_the_first_import_the_page_says_what_will_come(browser, at_noon):
    page = browser.get("areas.index")
    assert page.h1.text == "نقشه شهر"
    assert "هنوز نقشه‌ای نیست" in page.select_one(".empty").text
    assert not page.select("code")


def test_administrators_read_how_areas_are_imported(browser, database, at_noon, adam):
    from civic.areas.models import AreaVersion
    from civic.kernel.db import db

    # The tree of the cast is a division from 2020; before it there was none.
    db.session.query(AreaVersion).update({"valid_from": EDITION.valid_from.replace(year=2030)})
    page = browser.sign_in(adam).get("areas.index")
    assert page.select_one("code").text == "civic import areas FILE.geojson"


def test_the_city_as_map_and_as_list(browser, shahr):
    page = browser.get("areas.index")
    assert page.h1.text == "شهر"
    assert texts(page, "svg.map a title") == ["منطقه ۱", "منطقه ۲"]
    assert texts(page, "svg.map text") == ["۱", "۲"]
    assert texts(page, "summary") == ["منطقه ۱", "منطقه ۲"]
    # What the map says is said beside it: every link of the map is a link of the list.
    drawn = {link["href"] for link in page.select("svg.map a")}
    assert drawn <= {link["href"] for link in page.select("#places a")}


def test_a_district_as_map_and_as_list(browser, shahr):
    page = browser.get("areas.index", district="1")
    assert page.h1.text == "منطقه ۱"
    assert texts(page, "#places li") == ["لاله", "شهرک‌ نفت"]
    assert texts(page, "svg.map title") == ["لاله", "شهرک‌ نفت"]
    assert page.select_one("svg.map a")["href"] == "/a/1-1"
    assert texts(page, ".crumbs a") == ["شهر"]


def test_an_unknown_district_is_not_here(browser, shahr):
    assert "منطقه‌ای با این شماره" in browser.get("areas.index", 404, district="9").text


def test_names_are_english_where_they_have_an_english_one(browser, shahr):
    page = browser.get("areas.index", lang="en", district="1")
    assert page.h1.text == "District 1"
    assert texts(page, "#places h2") == ["2 neighbourhoods"]
    assert texts(page, "#places li") == ["لاله", "Oil Town"]
    marked = page.select_one("#places bdi[lang=fa]")
    assert marked.text == "لاله"


def test_search_without_javascript(browser, shahr):
    page = browser.get("areas.index", q="شهركنفت")
    assert texts(page, "#found li") == ["شهرک‌ نفت منطقه ۱"]
    assert page.select_one("#q")["value"] == "شهرکنفت"


def test_live_search_brings_only_the_list(browser, shahr):
    page = browser.get("areas.index", htmx=True, q="لاله")
    assert not page.select("html, svg, form")
    assert texts(page, "li") == ["لاله منطقه ۱", "لاله منطقه ۲"]


def test_search_that_finds_nothing_says_what_to_do(browser, shahr):
    page = browser.get("areas.index", q="قلعه مرغی")
    assert "بخشی از نام" in page.select_one("#found").text


def test_what_is_searched_is_text_and_never_markup(browser, shahr):
    page = browser.get("areas.index", q="<b>x</b>")
    assert not page.select("#found b")


def test_a_name_cannot_bring_markup_into_the_map(browser, database, at_noon):
    evil = feature(square(0), code="1-1", district=1, name_fa='"><script>x</script>')
    import_areas_from_console([as_file([evil])], EDITION, at=NOON)
    page = browser.get("areas.index", district="1")
    assert len(page.select("svg.map a")) == 1
    assert not page.select("svg script, #places script")


def test_the_real_city_in_few_statements_and_few_bytes(browser, tehran, statements):
    for district, limit in ((None, 25_000), ("1", 15_000), ("2", 15_000)):
        with statements() as seen:
            page = browser.get("areas.index", district=district)
        assert len(seen) <= 8
        assert 1_000 < len(str(page.select_one("svg.map"))) < limit
    with statements() as seen:
        browser.get("areas.index", q="تفرشش")
    assert len(seen) <= 8


def test_the_real_districts_are_asked_for_as_people_say_them(browser, tehran):
    assert browser.get("areas.index", district="۶").h1.text == "منطقه ۶"
    page = browser.get("areas.index")
    assert len(page.select("svg.map a")) == 22
    assert len(page.select("#places li")) == 373
    assert texts(page, "svg.map text")[:3] == ["۱", "۲", "۳"]
