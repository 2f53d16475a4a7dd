from collections import namedtuple
from datetime import date

import pytest

from civic.kernel.errors import RuleBroken
from civic.projects import rules
from civic.projects.money import Entry, Money, check_entry, money_of
from civic.projects.stages import MoneyKind, Stage

DAY = date(2026, 11, 22)
BEFORE, AFTER = date(2026, 11, 4), date(2026, 12, 1)
Station = namedtuple("Station", "stage planned_on expected_on reached_on", defaults=(None,) * 3)
Line = namedtuple("Line", "kind amount")


class TestLateness:
    @pytest.mark.parametrize(
        ("promised", "reached", "days"),
        [
            pytest.param(None, None, 0, id="what was never planned is never late"),
            pytest.param(DAY, None, 0, id="the day itself is in time"),
            pytest.param(date(2026, 11, 21), None, 1, id="the day after is late"),
            pytest.param(BEFORE, None, 18, id="days are counted until today"),
            pytest.param(BEFORE, date(2026, 11, 9), 5, id="or until it was reached"),
            pytest.param(BEFORE, date(2026, 11, 1), 0, id="early is not late"),
        ],
    )
    def test_counts_the_days_past_the_promise(self, promised, reached, days):
        assert rules.lateness(promised, reached, DAY) == days

    def test_what_is_handed_over_is_late_no_more(self):
        assert rules.days_late(Stage.BUILDING, BEFORE, DAY) == 18
        assert rules.days_late(Stage.HANDED_OVER, BEFORE, DAY) == 0

    def test_the_forecast_is_the_departments_or_the_plan_moved_by_the_delay(self):
        assert rules.forecast(AFTER, DAY, 5) == DAY
        assert rules.forecast(AFTER, None, 5) == date(2026, 12, 6)
        assert rules.forecast(None, None, 5) is None


class TestTimeline:
    def test_shows_every_stage_and_how_it_stands(self):
        known = [
            Station(Stage.ROUTED, reached_on=BEFORE),
            Station(Stage.APPROVED, BEFORE, None, DAY),
            Station(Stage.BUILDING, BEFORE, AFTER),
        ]
        stops = rules.timeline(Stage.APPROVED, known, DAY)
        assert [stop.state for stop in stops] == [
            "past", "past", "now", "next", "next", "late", "next", "next"
        ]  # fmt: skip
        assert (stops[1].late, stops[5].late, stops[5].expected_on) == (18, 18, AFTER)


class TestSteps:
    @pytest.mark.parametrize(
        ("now", "wanted", "says"),
        [
            (Stage.ROUTED, Stage.APPROVED, "mayor approves"),
            (Stage.ROUTED, Stage.FUNDED, "in their order"),
            (Stage.BUILDING, Stage.BUILDING, "in their order"),
            (Stage.HANDED_OVER, Stage.CONFIRMED, "Residents confirm"),
            (Stage.CONFIRMED, Stage.CONFIRMED, "in their order"),
        ],
    )
    def test_the_department_cannot_skip_or_take_the_steps_of_others(self, now, wanted, says):
        with pytest.raises(RuleBroken, match=says):
            rules.check_step(now, wanted)

    def test_the_next_stage_is_fine(self):
        rules.check_step(Stage.APPROVED, Stage.FUNDED)

    def test_nothing_is_reached_in_the_future_or_before_the_last_stage(self):
        rules.check_past(DAY, DAY, field="on_day")
        with pytest.raises(RuleBroken, match="still to come"):
            rules.check_past(AFTER, DAY, field="on_day")
        with pytest.raises(RuleBroken, match="cannot be earlier"):
            rules.check_after(BEFORE, DAY, field="on_day")


class TestPlan:
    def test_a_promise_stands(self):
        plan = {Stage.BUILDING: BEFORE}
        rules.check_plan(Stage.APPROVED, Stage.BUILDING, BEFORE, plan)
        with pytest.raises(RuleBroken, match="was promised"):
            rules.check_plan(Stage.APPROVED, Stage.BUILDING, AFTER, plan)

    def test_a_reached_stage_is_not_planned(self):
        with pytest.raises(RuleBroken, match="is reached"):
            rules.check_plan(Stage.APPROVED, Stage.APPROVED, AFTER, {})

    def test_days_follow_the_order_of_the_stages(self):
        plan = {Stage.BUILDING: DAY, Stage.FUNDED: None}
        for stage, day in ((Stage.TENDERED, AFTER), (Stage.HANDED_OVER, BEFORE)):
            with pytest.raises(RuleBroken, match="does not fit"):
                rules.check_plan(Stage.APPROVED, stage, day, plan)
        rules.check_plan(Stage.APPROVED, Stage.HANDED_OVER, AFTER, plan)


class TestMoney:
    def test_adds_up_by_kind_and_knows_what_has_not_come(self):
        lines = [Line(MoneyKind.VOTED, 250), Line(MoneyKind.APPROVED, 250)]
        lines += [Line(MoneyKind.CONTRACTED, 200), Line(MoneyKind.CONTRACTED, 38)]
        assert money_of(lines) == Money(250, 250, 238, None)
        assert money_of(lines).variance == -12
        assert money_of([]).variance is None

    @pytest.mark.parametrize(
        ("money", "entry", "field"),
        [
            pytest.param(Money(9), (MoneyKind.VOTED, 1), "kind", id="votes are fixed"),
            pytest.param(Money(9), (MoneyKind.CONTRACTED, 1), "kind", id="approval comes first"),
            pytest.param(Money(9, 9), (MoneyKind.PAID, 0), "amount", id="nothing is no entry"),
            pytest.param(Money(9, 9), (MoneyKind.PAID, 1), "amount", id="no contract, no payment"),
            pytest.param(Money(9, 9, 9, 5), (MoneyKind.PAID, 5), "amount", id="paid too much"),
            pytest.param(
                Money(9, 9, 9, 5), (MoneyKind.CONTRACTED, -5), "amount", id="below what is paid"
            ),
            pytest.param(
                Money(9, 9, 9, 5), (MoneyKind.PAID, -6), "amount", id="more back than was entered"
            ),
            pytest.param(Money(9, 9, 9, 5), (MoneyKind.PAID, -1), "note", id="silent correction"),
            pytest.param(Money(9, 9), (MoneyKind.APPROVED, 1), "note", id="silent raise"),
            pytest.param(
                Money(100, 100), (MoneyKind.CONTRACTED, 111), "note", id="over by more than 10 %"
            ),
        ],
    )
    def test_refuses(self, money, entry, field):
        note = "" if field == "note" else "a reason"
        with pytest.raises(RuleBroken) as refusal:
            check_entry(money, Entry(*entry, DAY, note))
        assert refusal.value.field == field

    def test_ten_per_cent_above_needs_no_reason_and_more_needs_one(self):
        check_entry(Money(100, 100), Entry(MoneyKind.CONTRACTED, 110, DAY))
        check_entry(Money(100, 100), Entry(MoneyKind.CONTRACTED, 111, DAY, "Steel rose."))
        check_entry(Money(100, 100, 110, 10), Entry(MoneyKind.PAID, 100, DAY))


class TestReport:
    @pytest.mark.parametrize(
        ("text", "progress", "alt", "field"),
        [(" ", 5, "", "text"), ("a", 101, "", "progress"), ("a", -1, "", "progress"),
         ("a", 5, " ", "picture_alt")],
    )  # fmt: skip
    def test_refuses(self, text, progress, alt, field):
        with pytest.raises(RuleBroken) as refusal:
            rules.check_report(text, progress, alt, pictured=True)
        assert refusal.value.field == field

    def test_without_a_picture_there_is_nothing_to_describe(self):
        rules.check_report("a", 100, "", pictured=False)

    @pytest.mark.parametrize(
        ("gone_before", "gone_on"), [(BEFORE, DAY), (None, AFTER), (None, date(2026, 11, 1))]
    )
    def test_an_obstacle_goes_once_after_it_came_and_not_in_the_future(self, gone_before, gone_on):
        with pytest.raises(RuleBroken):
            rules.check_gone(BEFORE, gone_before, gone_on, DAY)
