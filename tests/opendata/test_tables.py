import csv
import io
import json

from flask import url_for

from civic.proposals.states import State
from tests.factories import keep, make_cycle, make_proposal
from tests.opendata.conftest import NASTY


def rows_of(answer):
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


class TestProposals:
    def test_the_table_has_what_is_public_and_no_person(self, browser, rosa, tree, at_noon):
        cycle = make_cycle(tree.city)
        for state in (State.DRAFT, State.SUBMITTED, State.FEASIBLE):
            make_proposal(rosa, cycle, tree.sepidar, state=state, title=f"طرح {state}", cost=900)
        answer = browser.get("opendata.proposals", code=cycle.code, form="csv").response

        rows = rows_of(answer)
        assert [row["state"] for row in rows] == ["submitted", "feasible"]
        assert (rows[1]["cost"], rows[1]["area_code"]) == ("900", "demo-6-1")
        assert [row["problem"] for row in rows] == ["", "شب‌ها تاریک است."]
        assert "Rosa" not in answer.text
        assert str(rosa.id) not in answer.text

    def test_a_nasty_title_computes_nothing(self, browser, rosa, tree, at_noon):
        cycle = make_cycle(tree.city)
        make_proposal(rosa, cycle, tree.sepidar, title=NASTY, state=State.FEASIBLE)

        [row] = rows_of(browser.get("opendata.proposals", code=cycle.code, form="csv").response)
        assert row["title"] == "'=cmd|'/C calc'!A0 <script>alert(1)</script> & ۱۲"

    def test_the_same_as_json_with_its_licence(self, browser, rosa, tree, at_noon):
        cycle = make_cycle(tree.city)
        make_proposal(rosa, cycle, tree.sepidar, title="«نور»", state=State.ACCEPTED)
        answer = browser.get("opendata.proposals", code=cycle.code, form="json").response

        read = json.loads(answer.data)
        assert (read["cycle"], read["licence"]) == (cycle.code, "CC BY 4.0")
        assert read["proposals"][0]["title"] == "«نور»"
        assert "author_id" not in read["proposals"][0]

    def test_who_has_it_gets_it_again_only_when_it_changed(self, browser, rosa, tree, at_noon):
        cycle = make_cycle(tree.city)
        proposal = make_proposal(rosa, cycle, tree.sepidar)
        path = f"/open-data/{cycle.code}/proposals.csv"
        tag = {"If-None-Match": browser.get(path).response.headers["ETag"]}
        assert browser.client.get(path, headers=tag).status_code == 304

        proposal.supports += 1
        keep(proposal)

        assert browser.client.get(path, headers=tag).status_code == 200

    def test_no_such_cycle(self, browser, tree):
        browser.get("/open-data/1300/proposals.csv", status=404)


def test_projects_come_with_their_money(browser, works_in_sepidar, statements):
    with statements() as seen:
        [row] = rows_of(browser.get("opendata.projects").response)
    money = {name: row[name] for name in ("voted", "approved", "contracted", "paid")}
    assert money == {"voted": "400", "approved": "0", "contracted": "0", "paid": "100"}
    assert (row["stage"], row["votes"], row["department"]) == ("funded", "340", "works")
    assert row["title"].startswith("'=cmd")
    assert len(seen) <= 8


def test_areas_are_features_with_their_parents(browser, tree, at_noon):
    answer = browser.get("opendata.areas").response

    read = json.loads(answer.data)
    told = {one["properties"]["code"]: one["properties"] for one in read["features"]}
    assert told["demo-6-1"] == {
        "code": "demo-6-1", "name": "سپیدار", "name_en": "Sepidar", "level": "neighbourhood",
        "parent": "demo-6",
    }  # fmt: skip
    assert told["demo"]["parent"] is None
    assert answer.content_type == "application/geo+json"


class TestIndex:
    def test_it_leads_to_everything_and_explains_it(self, browser, works_in_sepidar, statements):
        with statements() as seen:
            page = browser.get("opendata.index")

        links = {link["href"] for link in page.select("main a")}
        code = works_in_sepidar.cycle.code
        pot_id = works_in_sepidar.count.pot_id
        assert {
            "/a/demo/feed.atom", "/a/demo-6/feed.atom", f"/open-data/{code}/proposals.csv",
            f"/open-data/{code}/proposals.json", "/open-data/projects.csv",
            "/open-data/areas.geojson", "https://creativecommons.org/licenses/by/4.0/",
            url_for("results.file", pot_id=pot_id, kind="pb", _external=False),
        } <= links  # fmt: skip
        assert len(page.select("#dictionary tbody tr")) == 33
        assert len(seen) <= 8

    def test_before_anything_was_imported(self, browser):
        page = browser.get("opendata.index")
        assert page.select_one("#licence")
        browser.get("opendata.areas", status=404)
