from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from flask import url_for

from civic.kernel.db import db
from civic.projects.models import Update
from tests.conftest import NOON
from tests.factories import keep

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def read(browser):
    """Read a feed as a news reader does."""

    def read(target, **values):
        db.session.commit()
        address = url_for(target, **values) if values else target
        answer = browser.client.get(address)
        assert answer.status_code == 200, answer.text
        return ElementTree.fromstring(answer.data), answer  # noqa: S314

    return read


def said(element, path):
    return [found.text for found in element.findall(path, ATOM)]


class TestAreaFeed:
    def test_it_tells_the_newest_first(self, read, tree, works_in_sepidar):
        root, _answer = read("opendata.area_feed", code=tree.district.code)

        it = works_in_sepidar
        wanted = [it.update.id, it.reached.id, it.project.id, it.count.id]
        assert said(root, "a:entry/a:id") == [f"urn:uuid:{one}" for one in wanted]
        titles = said(root, "a:entry/a:title")
        assert "۲۵ درصد پیشرفت" in titles[0]
        assert titles[3] == "نتیجه سپیدار منتشر شد."
        assert "پی‌کنی تمام شد." in said(root, "a:entry/a:content")[0]
        assert "جمعه ۲۹ آبان ۱۴۰۵" in said(root, "a:entry/a:content")[1]

    def test_its_head_is_complete(self, read, tree, works_in_sepidar):
        root, answer = read("opendata.area_feed", code=tree.sepidar.code)

        assert answer.content_type == "application/atom+xml; charset=utf-8"
        assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "fa"
        assert said(root, "a:id")[0].startswith("urn:uuid:")
        assert said(root, "a:author/a:name") == ["من شهردارم"]
        links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
        assert links == {
            "self": "http://civic.test/a/demo-6-1/feed.atom",
            "alternate": "http://civic.test/a/demo-6-1",
        }
        assert datetime.fromisoformat(said(root, "a:updated")[0]) == NOON - timedelta(hours=1)
        for link in root.findall("a:entry/a:link", ATOM):
            assert link.get("href").startswith("http://civic.test/")

    def test_a_nasty_title_is_only_a_text(self, read, tree, works_in_sepidar):
        root, answer = read("opendata.area_feed", code=tree.sepidar.code)

        title = said(root, "a:entry/a:title")[0]
        assert "<script>alert(1)</script> & ۱۲" in title
        assert "\u202e" not in answer.text
        assert "<script" not in answer.text

    def test_neighbours_and_what_is_not_published_stay_out(self, read, tree, works_in_sepidar):
        works_in_sepidar.count.published_at = None
        keep(works_in_sepidar.count)

        assert not said(read("opendata.area_feed", code=tree.narvan.code)[0], "a:entry/a:id")
        assert len(said(read("opendata.area_feed", code=tree.sepidar.code)[0], "a:entry/a:id")) == 3

    def test_who_has_it_gets_nothing_anew(self, browser, tree, works_in_sepidar):
        first = browser.client.get("/a/demo-6-1/feed.atom")
        headers = {"If-None-Match": first.headers["ETag"]}
        again = browser.client.get("/a/demo-6-1/feed.atom", headers=headers)

        assert "public" in first.headers["Cache-Control"]
        assert (again.status_code, again.data) == (304, b"")

    def test_english_by_the_address(self, read, tree, works_in_sepidar):
        root, _answer = read("/a/demo-6-1/feed.atom?lang=en")
        assert said(root, "a:title") == ["News from Sepidar"]

    def test_fifty_at_most_in_few_statements(self, read, tree, otto, works_in_sepidar, statements):
        project = works_in_sepidar.project.id
        for hour in range(60):
            at = NOON - timedelta(hours=hour + 2)
            db.session.add(
                Update(project_id=project, officer_id=otto.id, text="x", progress=9, at=at)
            )
        db.session.commit()
        with statements() as seen:
            root, _answer = read("opendata.area_feed", code=tree.city.code)
        assert len(said(root, "a:entry/a:id")) == 50
        assert len(seen) <= 8

    def test_no_such_area(self, browser, tree):
        browser.get("/a/nowhere/feed.atom", status=404)


class TestProjectFeed:
    def test_it_tells_of_this_project(self, read, works_in_sepidar, statements):
        with statements() as seen:
            root, _answer = read("opendata.project_feed", project_id=works_in_sepidar.project.id)

        assert len(said(root, "a:entry/a:id")) == 3
        assert "=cmd|'/C calc'!A0 <script>" in said(root, "a:title")[0]
        assert len(seen) <= 8

    def test_no_such_project(self, browser, tree):
        browser.get(f"/projects/{tree.city.id}/feed.atom", status=404)
