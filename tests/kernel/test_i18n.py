from datetime import UTC, date, datetime, timedelta

import pytest
from flask_babel import force_locale

from civic.kernel import i18n
from civic.kernel.errors import RuleBroken
from civic.kernel.money import Toman, in_words

AT = datetime(2026, 1, 5, 16, 30, tzinfo=UTC)


@pytest.fixture(params=["fa", "en"])
def spoken(request, app):
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def said(spoken, persian, english):
    return {"fa": persian, "en": english}[spoken]


class TestNumbers:
    def test_grouped_with_the_digits_of_the_language(self, spoken):
        assert i18n.number(1234567) == said(spoken, "۱٬۲۳۴٬۵۶۷", "1,234,567")
        assert i18n.number(0.5) == said(spoken, "۰٫۵", "0.5")

    def test_percent(self, spoken):
        assert i18n.percent(0.62) == said(spoken, "۶۲٪", "62%")


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "persian", "english"),
        [
            (250_000_000, "۲۵۰ میلیون تومان", "250 million toman"),
            (1_500_000_000, "۱٫۵ میلیارد تومان", "1.5 billion toman"),
            (310_250_000, "۳۱۰٫۲۵ میلیون تومان", "310.25 million toman"),
            (1_234_567, "۱٬۲۳۴٬۵۶۷ تومان", "1,234,567 toman"),
            (120_500, "۱۲۰٫۵ هزار تومان", "120.5 thousand toman"),
            (900, "۹۰۰ تومان", "900 toman"),
            (0, "۰ تومان", "0 toman"),
        ],
    )
    def test_as_people_say_it(self, spoken, amount, persian, english):
        assert i18n.money(amount) == said(spoken, persian, english)

    def test_nothing_is_rounded_away(self):
        assert in_words(1_234_567_891).scale == ""


class TestDates:
    def test_a_day_in_the_citys_calendar(self, spoken):
        day = i18n.day(date(2026, 1, 5))
        assert day == said(spoken, "دوشنبه ۱۵ دی ۱۴۰۴", "Monday 15 Dey 1404")

    def test_a_moment_is_told_on_the_citys_clocks(self, spoken):
        assert "۲۰:۰۰" in i18n.moment(AT) or "20:00" in i18n.moment(AT)

    def test_midnight_is_the_end_of_the_day_before(self, app):
        with app.test_request_context(), force_locale("fa"):
            midnight = datetime(2026, 1, 5, 20, 30, tzinfo=UTC)
            assert i18n.moment(midnight) == "دوشنبه ۱۵ دی ۱۴۰۴، ساعت ۲۴:۰۰"

    def test_the_leap_day_exists(self, app):
        with app.test_request_context(), force_locale("fa"):
            assert i18n.day(date(2025, 3, 20)) == "پنجشنبه ۳۰ اسفند ۱۴۰۳"

    def test_since_looks_both_ways(self, app):
        with app.test_request_context(), force_locale("en"):
            assert i18n.since(AT + timedelta(days=3), AT) == "in 3 days"
            assert i18n.since(AT - timedelta(hours=1), AT) == "1 hour ago"
            assert i18n.since(AT, AT) == "less than an hour ago"

    def test_the_machine_reads_the_moment_too(self, app):
        with app.test_request_context():
            assert 'datetime="2026-01-05T16:30:00+00:00"' in i18n.time_tag(AT)


class TestSentence:
    def test_values_are_formatted_by_their_kind(self, spoken):
        error = RuleBroken("%(n)s %(cost)s %(at)s", n=1200, cost=Toman(5_000_000), at=AT)
        text = i18n.sentence(error)
        assert said(spoken, "۱٬۲۰۰ ۵ میلیون تومان", "1,200 5 million toman") in text
