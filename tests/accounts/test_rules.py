from datetime import UTC, date, datetime, timedelta

import pytest

from civic.accounts import rules
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


class TestMobile:
    @pytest.mark.parametrize(
        "typed",
        [
            "09121234567", "+989121234567", "00989121234567", "989121234567", "9121234567",
            "۰۹۱۲۱۲۳۴۵۶۷", "٠٩١٢١٢٣٤٥٦٧", "0912 123 45-67", "+98 (0)912 123 4567",
            "\u200e+98 912\u200c1234567\n",
        ],
    )  # fmt: skip
    def test_every_way_of_writing_it_is_one_number(self, typed):
        assert rules.canonical_mobile(typed) == "09121234567"

    @pytest.mark.parametrize(
        "typed",
        ["", None, "0912123456", "091212345678", "02188888888", "+441712345678", "+882123456789",
         "0951234567x", "09512345678", "１２３", "110", "0912123456७"],
    )  # fmt: skip
    def test_anything_else_is_refused(self, typed):
        with pytest.raises(RuleBroken, match="not a mobile number") as refused:
            rules.canonical_mobile(typed)
        assert refused.value.field == "mobile"

    def test_its_middle_can_be_hidden(self):
        assert rules.masked("09121234567") == "0912•••4567"


def id_with_remainder(rest):
    """A made-up id whose weighted sum leaves this remainder; no example of a real person's."""
    for body in range(10_000_000, 11_000_000):
        nine = f"{body:09d}"
        if sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11 == rest:
            return f"{nine}{rest if rest < 2 else 11 - rest}"
    raise AssertionError(rest)


class TestNationalId:
    def test_the_published_example_is_right(self):
        assert rules.canonical_national_id("0932833810") == "0932833810"

    @pytest.mark.parametrize("rest", range(11))
    def test_every_remainder_has_its_check_digit(self, rest):
        right = id_with_remainder(rest)
        assert rules.canonical_national_id(right) == right

    def test_the_widely_copied_slip_is_not_made(self):
        right = id_with_remainder(1)
        assert right.endswith("1")
        assert rules.check_digit(right[:9]) == 1

    @pytest.mark.parametrize(
        "typed",
        ["0932833810", "۰۹۳۲۸۳۳۸۱۰", "٠٩٣٢٨٣٣٨١٠", "093-283381-0", "0932 833 810", "932833810",
         "0932\u200c833810", "0932833810\n", "۰۹32٨٣٣810"],
    )  # fmt: skip
    def test_one_person_however_it_is_typed(self, typed):
        assert rules.canonical_national_id(typed) == "0932833810"

    @pytest.mark.parametrize("digit", "0123456789")
    def test_equal_digits_are_nobody(self, digit):
        with pytest.raises(RuleBroken):
            rules.canonical_national_id(digit * 10)

    @pytest.mark.parametrize(
        "typed", ["", None, "1234567", "09328338100", "093283381x", "0932833811", "9032833810",
                  "０９３２８３３８１０"]
    )  # fmt: skip
    def test_what_is_wrong_is_refused_at_its_field(self, typed):
        with pytest.raises(RuleBroken) as refused:
            rules.canonical_national_id(typed)
        assert refused.value.field == "national_id"
        assert not refused.value.params, "The sentence repeats nothing of what was typed."


class TestBirthDate:
    @pytest.mark.parametrize("born", [date(1900, 1, 1), date(2026, 11, 22), date(2030, 1, 1)])
    def test_lies_in_the_past_and_within_a_life(self, born):
        with pytest.raises(RuleBroken):
            rules.check_birth_date(born, date(2026, 11, 22))

    def test_a_person_of_yesterday_is_born(self):
        rules.check_birth_date(date(2026, 11, 21), date(2026, 11, 22))


class TestSending:
    def test_three_in_ten_minutes(self):
        sent = [NOON - timedelta(minutes=m) for m in (9, 5, 1)]
        rules.check_sending(sent[:2], 0, NOON)
        with pytest.raises(RuleBroken) as refused:
            rules.check_sending(sent, 0, NOON)
        assert refused.value.params["moment"] == NOON + timedelta(minutes=1)
        rules.check_sending(sent, 0, NOON + timedelta(minutes=1))

    def test_ten_a_day(self):
        sent = [NOON - timedelta(hours=h) for h in range(1, 11)]
        rules.check_sending(sent[:9], 0, NOON)
        with pytest.raises(RuleBroken):
            rules.check_sending(sent, 0, NOON)

    def test_the_city_has_a_budget(self):
        rules.check_sending([], rules.SENDS_PER_MINUTE - 1, NOON)
        with pytest.raises(RuleBroken, match="try again in a minute"):
            rules.check_sending([], rules.SENDS_PER_MINUTE, NOON)

    def test_again_after_a_minute(self):
        rules.check_sending_again(NOON - timedelta(seconds=60), NOON)
        with pytest.raises(RuleBroken) as refused:
            rules.check_sending_again(NOON - timedelta(seconds=20), NOON)
        assert refused.value.params["seconds"] == 41

    def test_spraying_stops_everywhere(self):
        rules.check_guessing(rules.WRONG_GUESSES - 1)
        with pytest.raises(RuleBroken, match="guess codes"):
            rules.check_guessing(rules.WRONG_GUESSES)


class TestGrant:
    @pytest.mark.parametrize(
        ("role", "area", "department", "field"),
        [
            (Role.RESIDENT, None, None, "role"),
            (Role.OFFICER, None, None, "department"),
            (Role.OFFICER, "area", "works", "area"),
            (Role.MODERATOR, None, None, "area"),
            (Role.MAYOR, None, "works", "department"),
            (Role.ADMIN, "area", None, "area"),
            (Role.HEADQUARTERS, "area", None, "area"),
        ],
    )
    def test_a_role_has_its_reach(self, role, area, department, field):
        with pytest.raises(RuleBroken) as refused:
            rules.check_grant(role, area=area, department=department, ends_at=None, at=NOON)
        assert refused.value.field == field

    @pytest.mark.parametrize(
        ("role", "area", "department"),
        [(Role.OFFICER, None, "works"), (Role.MAYOR, "area", None), (Role.ADMIN, None, None),
         (Role.AUDITOR, None, None), (Role.AUDITOR, "area", None), (Role.AMBASSADOR, "area", None)],
    )  # fmt: skip
    def test_within_it_it_is_granted(self, role, area, department):
        end = NOON + timedelta(days=1)
        rules.check_grant(role, area=area, department=department, ends_at=end, at=NOON)

    def test_an_end_lies_ahead(self):
        with pytest.raises(RuleBroken, match="past"):
            rules.check_grant(Role.ADMIN, area=None, department=None, ends_at=NOON, at=NOON)


class TestDevice:
    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            ("Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/130.0 Mobile", "Chrome · Android"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari", "Safari · iPhone"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64) Gecko Firefox/132.0", "Firefox · Windows"),
            ("curl/8.0", ""),
        ],
    )
    def test_is_named_and_not_fingerprinted(self, agent, name):
        assert rules.device_name(agent) == name
