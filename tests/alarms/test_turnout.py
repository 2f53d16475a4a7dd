import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from civic.alarms import publishing
from civic.alarms.models import TurnoutHour
from civic.areas.models import Level
from civic.kernel.db import db
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def districts(tree):
    """Two more districts, one of them tiny."""
    made = [
        factories._area(tree.version, tree.city, code, Level.DISTRICT, code, code)
        for code in ("demo-7", "demo-8")
    ]
    factories.keep(*made)
    return made


@pytest.fixture
def published(cycle, day):
    """The hour of the morning as everybody reads it, alone."""

    def publishing_it():
        publishing.publish_hours(cycle, at=day + HOUR)
        rows = db.session.scalars(select(TurnoutHour).where(TurnoutHour.hour == day)).all()
        return {(row.part, row.code): row.people for row in rows}

    return publishing_it


class TestPublishing:
    def test_numbers_are_tens_and_small_ones_hidden_with_another(
        self, vote, day, published, districts
    ):
        for area, people in (("demo-6-1", 57), ("demo-7", 23), ("demo-8", 4)):
            for _ in range(people):
                vote(day, area=area, age=40)
        found = published()
        assert found["area", "demo-6"] == 50
        # 4 is hidden, and 23 with it: the total would have told it.
        assert (found["area", "demo-7"], found["area", "demo-8"]) == (None, None)
        assert (found["all", ""], found["age", "35-49"]) == (80, 80)

    def test_no_neighbourhood_and_no_minute_is_told(self, vote, day, published):
        for n in range(60):
            vote(day + timedelta(minutes=n))
        codes = {code for part, code in published() if part == "area"}
        assert codes == {"demo-6"}
        hours = db.session.scalars(select(TurnoutHour.hour)).all()
        # Tehran is half an hour off the hours of UTC.
        assert {(hour.minute, hour.second) for hour in hours} == {(30, 0)}

    def test_only_whole_past_hours_and_each_once(self, cycle, vote, day):
        for _ in range(30):
            vote(day)
        publishing.publish_hours(cycle, at=day + HOUR - timedelta(seconds=1))
        assert day not in db.session.scalars(select(TurnoutHour.hour)).all()
        assert publishing.publish_hours(cycle, at=day + HOUR) == 1
        vote(day)
        assert publishing.publish_hours(cycle, at=day + HOUR) == 0
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(TurnoutHour.__table__.delete())

    def test_who_votes_about_three_pots_is_one_person_in_one_hour(self, cycle, vote, day):
        for n in range(20):
            for later, area in ((0, "demo-6-1"), (0, "demo-6"), (1, "demo")):
                vote(day + later * HOUR, area=area, phone=f"p{n}", age=30)
        publishing.publish_hours(cycle, at=day + 2 * HOUR)
        rows = db.session.scalars(select(TurnoutHour).where(TurnoutHour.people.is_not(None))).all()
        assert sorted((row.hour, row.part, row.code, row.people) for row in rows) == [
            (day, "age", "25-34", 20), (day, "all", "", 20), (day, "area", "demo-6", 20),
        ]  # fmt: skip

    def test_wroclaw_would_have_been_seen_on_the_first_day(self, vote, day, published):
        for _ in range(97):
            vote(day, age=97)
        for n in range(223):
            vote(day, age=20 + n % 60)
        assert published()["age", "95-"] == 90


class TestPages:
    def test_a_visitor_reads_it_in_eight_statements(
        self, browser, cycle, vote, day, published, statements
    ):
        for _ in range(45):
            vote(day, age=40)
        published()
        with statements() as seen:
            page = browser.get("alarms.turnout", code=cycle.code, lang="en")
        assert len(seen) <= 8
        assert page.select("svg.turnout__chart rect")
        assert "40" in [cell.text.strip() for cell in page.select("td")]
        assert "Segovia" in page.text

    def test_before_the_first_hour_it_says_what_will_come(self, browser, cycle):
        assert browser.get("alarms.turnout", code=cycle.code).select(".empty")

    def test_the_files_hold_the_same(self, browser, cycle, vote, day, published):
        for _ in range(45):
            vote(day, age=40)
        found = published()
        text = browser.get("alarms.turnout_file", code=cycle.code, form="csv").response.text
        rows = [row for row in csv.DictReader(StringIO(text)) if row["people"]]
        assert {(row["by"], row["code"]): int(row["people"]) for row in rows} == found
        again = json.loads(
            browser.get("alarms.turnout_file", code=cycle.code, form="json").response.text
        )
        assert [row for row in again if row["people"]] == [
            {**row, "people": int(row["people"])} for row in rows
        ]
