from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from civic.accounts.rules import check_digit
from civic.electorate.roll_file import BadRoll, read_roll

TODAY = date(2026, 11, 22)
AREAS = {"demo-6-1", "demo-6-2"}
PIECES = (
    "national_id", "birth_date", "area", "alive", "کد ملی", ",", ";", "\t", '"', "\n", "\r\n", "\r",
    "0932833810", "۰۹۳۲۸۳۳۸۱۰", "\u200c", "\u202e", "1359-10-11", "1403-12-30",
    "0000-00-00", "9" * 40,
    "demo-6-1", "1", "فوت‌شده", "\x00", "\ufeff", "²", "-", "/", " ",
)  # fmt: skip
MANY = settings(max_examples=300)


@pytest.fixture(autouse=True)
def _with_keys(database):
    """The keys of look-up come from the settings."""


def read(data):
    try:
        return read_roll(data, AREAS, today=TODAY)
    except BadRoll as refused:
        named = refused.problems
    assert named
    assert all(problem.line >= 1 and problem.reason for problem in named)
    return None


@MANY
@example(b"\xff\xfe")
@example("national_id,birth_date,area\n²,²-²-²,²\n".encode())
@given(st.binary(max_size=300))
def test_any_bytes_are_a_roll_or_named_as_none(data):
    read(data)


@MANY
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_pieces_of_rolls_too(pieces):
    read(("national_id,birth_date,area\n" + "".join(pieces)).encode())


@MANY
@given(st.permutations(range(12)), st.sampled_from(",;\t"), st.sampled_from(("\n", "\r\n")))
def test_in_any_order_and_spelling_it_is_one_roll(order, between, end):
    ids = [f"{n:09d}" for n in range(1, 13)]
    rows = [f"{body}{check_digit(body)},1359-10-11,demo-6-1" for body in ids]
    head = "national_id,birth_date,area"
    plain = "\n".join([head, *rows])
    turned = end.join([head, *(rows[place] for place in order)]).replace(",", between)
    assert read(turned.encode()).sha256("1405") == read(plain.encode()).sha256("1405")
