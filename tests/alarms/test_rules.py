from datetime import UTC, datetime, timedelta

import pytest

from civic.alarms import rules, showing
from civic.alarms.kinds import AlarmKind, Gravity
from civic.alarms.rules import Assisted, Codes, Network

HOUR = timedelta(hours=1)
NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)


def network(**numbers):
    values = {"votes": 0, "phones": 0, "pairs": 0, "devices": 0} | numbers
    return Network("n", first_hour=NINE, last_hour=NINE, **values)


def codes(**numbers):
    values = {"sent": 0, "settled": 0, "right": 0, "wrong": 0, "networks": 1} | numbers
    return Codes(first_hour=NINE, last_hour=NINE + HOUR, **values)


class TestNetworks:
    @pytest.mark.parametrize(
        ("numbers", "found"),
        [
            # Wrocław: 320 votes, 65 phones.
            ({"votes": 320, "phones": 65, "pairs": 65, "devices": 3}, "alarm"),
            ({"votes": 40, "phones": 16, "pairs": 16, "devices": 1}, "alarm"),
            ({"votes": 39, "phones": 5, "pairs": 5, "devices": 1}, None),
            # A mobile operator: everybody votes about three pots, some twice.
            ({"votes": 950, "phones": 300, "pairs": 900, "devices": 9}, "note"),
            # A library: forty people, one computer.
            ({"votes": 40, "phones": 40, "pairs": 40, "devices": 1}, "note"),
            ({"votes": 39, "phones": 39, "pairs": 39, "devices": 1}, None),
            ({"votes": 150, "phones": 150, "pairs": 150, "devices": 60}, None),
        ],
    )
    def test_votes_of_one_network(self, numbers, found):
        findings = list(rules.busy_networks([network(**numbers)]))
        assert [one.gravity for one in findings] == ([Gravity(found)] if found else [])


class TestAges:
    def test_ninety_seven_of_one_age_among_320(self):
        by_hour = {(NINE + n * HOUR, 97): 19 + (n < 2) for n in range(5)}
        by_hour |= {(NINE + n * HOUR, age): 1 for n in range(5) for age in range(20, 64)}
        (found,) = rules.age_bursts(by_hour, {})
        assert (found.numbers["people"], found.numbers["age"]) == (97, 97)
        assert (found.first_hour, found.last_hour) == (NINE, NINE + 4 * HOUR)

    def test_an_age_that_was_always_many_is_none(self):
        by_hour = {(NINE, 18): 60, (NINE, 40): 60}
        past = {18: 300, 40: 700}
        assert len(list(rules.age_bursts(by_hour, {}))) == 2
        assert list(rules.age_bursts(by_hour, past)) == []

    def test_the_same_over_ten_hours_is_none(self):
        by_hour = {(NINE + n * HOUR, 70): 7 for n in range(10)}
        assert list(rules.age_bursts(by_hour, {})) == []


class TestAreas:
    def past(self, **areas):
        return {(NINE + n * HOUR, code): n_ for code, n_ in areas.items() for n in range(24)}

    @pytest.mark.parametrize(("people", "found"), [(59, None), (60, "note"), (120, "alarm")])
    def test_an_hour_far_above_its_usual(self, people, found):
        now = NINE + 24 * HOUR
        by_hour = self.past(a=10, b=100) | {(now, "a"): people, (now, "b"): 100}
        findings = list(rules.area_bursts(by_hour, now))
        assert [one.gravity for one in findings] == ([Gravity(found)] if found else [])

    def test_the_last_evening_of_the_whole_city_is_none(self):
        now = NINE + 24 * HOUR
        by_hour = self.past(a=10, b=100) | {(now, "a"): 80, (now, "b"): 800}
        assert list(rules.area_bursts(by_hour, now)) == []

    def test_nothing_is_usual_before_half_a_day(self):
        by_hour = {(NINE, "a"): 1, (NINE + HOUR, "a"): 500}
        assert list(rules.area_bursts(by_hour, NINE + HOUR)) == []

    def test_more_than_six_of_ten(self):
        span, entitled = (NINE, NINE), {"a": 100, "b": 100, "c": 0}
        found = rules.full_areas({"a": 61, "b": 60, "c": 400}, entitled, span)
        assert [(one.kind, one.area_code) for one in found] == [(AlarmKind.AREA_FULL, "a")]


class TestCodesAndPhones:
    @pytest.mark.parametrize(
        ("numbers", "found"),
        [
            ({"wrong": 100, "right": 100}, [AlarmKind.CODES_GUESSED]),
            ({"wrong": 100, "right": 101}, []),
            ({"wrong": 99}, []),
            ({"sent": 400, "settled": 200, "right": 99}, [AlarmKind.CODES_UNUSED]),
            ({"sent": 400, "settled": 200, "right": 100}, []),
            ({"sent": 400, "settled": 199}, []),
        ],
    )
    def test_codes(self, numbers, found):
        assert [one.kind for one in rules.odd_codes(codes(**numbers))] == found

    def test_one_phone_for_many(self):
        (found,) = rules.shared_phones([5, 3, 2], "day", (NINE, NINE))
        assert found.numbers == {"phones": 2, "votes": 8}
        assert list(rules.shared_phones([2, 1], "day", (NINE, NINE))) == []


class TestAssistants:
    def test_far_faster_than_the_others(self):
        team = [Assisted(str(n), {NINE: 6 + n}, {f"a{n}": 6 + n}) for n in range(4)]
        fast = Assisted("fast", {NINE: 24}, {"x": 24})
        assert [one.mark for one in rules.odd_assistants([*team, fast], {})] == ["fast"]
        assert list(rules.odd_assistants(team, {"a0": 1_000})) == []

    def test_behind_a_third_of_an_area(self):
        slow = Assisted("slow", {NINE + n * HOUR: 5 for n in range(6)}, {"x": 30})
        assert list(rules.odd_assistants([slow], {"x": 101})) == []
        (found,) = rules.odd_assistants([slow], {"x": 100})
        assert (found.area_code, found.numbers["area"]) == ("x", 30)


class TestShowing:
    @pytest.mark.parametrize(
        ("age", "band"),
        [(0, "-17"), (17, "-17"), (18, "18-24"), (94, "80-94"), (95, "95-"), (200, "95-"),
         (None, "unknown")],
    )  # fmt: skip
    def test_bands(self, age, band):
        assert showing.age_band(age) == band
        assert band in showing.BANDS

    def test_small_numbers_and_their_complement_are_left_out(self):
        assert showing.in_tens({"a": 57, "b": 9, "c": 12}) == {"a": 50, "b": None, "c": None}
        assert showing.in_tens({"a": 57, "b": 23}) == {"a": 50, "b": 20}
        assert showing.in_tens({"a": 9}) == {"a": None}

    def test_the_lot_is_the_same_for_everybody_and_calls_nobody_twice(self):
        from uuid import UUID

        people = {UUID(int=n): UUID(int=10_000 + n % 400) for n in range(1_000)}
        first = showing.drawn(people, "seed")
        assert first == showing.drawn(dict(reversed(people.items())), "seed")
        assert len(first) == len({people[one] for one in first}) == 300
        assert first != showing.drawn(people, "another seed")
