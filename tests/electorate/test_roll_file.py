from datetime import date

import pytest

from civic.electorate.publishing import publishable
from civic.electorate.roll_file import BadRoll, read_roll
from civic.kernel import crypto

TODAY = date(2026, 11, 22)
AREAS = {"demo-6-1", "demo-6-2"}
HEAD = "national_id,birth_date,area,alive\n"
ONE, TWO = "0932833810", "0012345679"
GOOD = f"{HEAD}{ONE},1359-10-11,demo-6-1,1\n{TWO},1928-02-29,demo-6-2,0\n"


@pytest.fixture(autouse=True)
def _with_keys(database):
    """The keys of look-up come from the settings."""


def read(text):
    data = text if isinstance(text, bytes) else text.encode()
    return read_roll(data, AREAS, today=TODAY)


def problems(text):
    with pytest.raises(BadRoll) as refused:
        read(text)
    assert str(refused.value).startswith("Nothing was imported")
    return [str(problem) for problem in refused.value.problems]


class TestReading:
    def test_the_people_of_a_file_without_their_ids(self):
        roll = read(GOOD)
        one, two = sorted(roll.people, key=lambda person: person.birth_date, reverse=True)
        assert one == (crypto.lookup_key("national-id", ONE), date(1981, 1, 1), "demo-6-1", True)
        assert (two.birth_date, two.alive) == (date(1928, 2, 29), False)
        assert roll.entitled == 1
        assert roll.by_area == {"demo-6-1": 1}
        assert ONE not in repr(roll)

    @pytest.mark.parametrize(
        "text",
        [
            GOOD.replace(",", ";"),
            GOOD.replace(",", "\t"),
            GOOD.replace("\n", "\r\n"),
            "\ufeff" + GOOD,
            GOOD + "\n\n",
            GOOD.replace("national_id,birth_date,area,alive", "کد‌ملی,تاريخ تولد,كد محله,وضعیت"),
            GOOD.replace(",1\n", ",زنده\n").replace(",0\n", ",فوت‌شده\n"),
            GOOD.replace(",1\n", ",\n"),
            GOOD.replace(ONE, "۰۹۳۲۸۳۳۸۱۰").replace("1359-10-11", "۱۳۵۹/۱۰/۱۱"),
            GOOD.replace(ONE, "٠٩٣٢٨٣٣٨١٠").replace("demo-6-1", "demo-۶-١"),
            GOOD.replace(ONE, '"0932 833\u200c810\n"'),
            GOOD.replace(TWO, "12345679"),
        ],
    )
    def test_however_it_is_written_it_is_the_same_roll(self, text):
        assert read(text).sha256("1405") == read(GOOD).sha256("1405")

    def test_the_order_of_the_lines_is_no_part_of_it(self):
        head, one, two, _end = GOOD.split("\n")
        turned = "\n".join((head, two, one, ""))
        assert read(turned).sha256("1405") == read(GOOD).sha256("1405")

    @pytest.mark.parametrize(
        ("old", "new"),
        [("1359-10-11", "1359-10-12"), (",0\n", ",1\n"), ("demo-6-2", "demo-6-1"),
         (TWO, "0012345687")],
    )  # fmt: skip
    def test_every_part_of_a_line_is_part_of_it(self, old, new):
        assert read(GOOD.replace(old, new)).sha256("1405") != read(GOOD).sha256("1405")

    def test_another_cycle_has_another_fingerprint(self):
        assert read(GOOD).sha256("1405") != read(GOOD).sha256("1406")

    def test_without_the_key_nobody_computes_it(self, app, monkeypatch):
        before = read(GOOD).sha256("1405")
        other = type(app.config["CIVIC"])(**{**vars(app.config["CIVIC"]), "lookup_key": b"x" * 32})
        monkeypatch.setitem(app.config, "CIVIC", other)
        assert read(GOOD).sha256("1405") != before


class TestRefusing:
    def test_every_wrong_line_with_its_field_and_reason(self):
        found = problems(
            f"{HEAD}0932833811,1359-10-11,demo-6-1,1\n"
            f"{ONE},1359-13-40,demo-9,maybe\n"
            f"{TWO},1410-01-01,demo-6-1\n"
            f"{TWO},1410-01-01,demo-6-1,1\n"
        )
        assert [line.split(":")[0] for line in found] == [
            "line 2, national_id", "line 3, alive", "line 3, area", "line 3, birth_date",
            "line 4, line", "line 5, birth_date",
        ]  # fmt: skip
        assert "There is no area of this code in the city." in found[2]

    def test_a_person_who_stands_there_twice(self):
        again = f"{GOOD}۰۹۳۲۸۳۳۸۱۰,1359-10-11,demo-6-1,1\n"
        assert problems(again) == ["line 4, national_id: This person stands already in line 2."]

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("", "line 1, area: This column is missing."),
            (HEAD, "line 1, file: There is nobody in this file."),
            ("a,b\n1,2\n", "line 1, area: This column is missing."),
            (HEAD.replace("alive", "area"), "line 1, area: This column stands there twice."),
            (HEAD + '"' + ONE, "line 2, line: It cannot be read as CSV."),
            (GOOD.encode() + b"\xff", "line 4, file: It is not written in UTF-8."),
            (f"{HEAD}{ONE},99999999999-1-1,demo-6-1,1\n",
             "line 2, birth_date: This is not a day; write it like 1405-01-01 or 2026-03-21."),
            (f"{HEAD}{ONE},1100-01-01,demo-6-1,1\n",
             "line 2, birth_date: This day lies out of what can be."),
        ],
    )  # fmt: skip
    def test_a_file_that_is_no_roll(self, text, first):
        assert problems(text)[0] == first

    def test_no_reason_repeats_what_was_written(self):
        found = problems(f"{HEAD}0932833811,my birthday,my street,perhaps\n")
        assert len(found) == 4
        assert not any(word in " ".join(found) for word in ("0932833811", "my", "perhaps"))


PATHS = {
    "c": "c/", "d1": "c/d1/", "d2": "c/d2/", "n1": "c/d1/n1/", "n2": "c/d1/n2/", "n3": "c/d2/n3/",
}  # fmt: skip


@pytest.mark.parametrize(
    ("by_area", "shown"),
    [
        ({"n1": 50, "n2": 60}, {"n1": 50, "n2": 60}),
        ({"n1": 5, "n2": 6, "n3": 40}, {"d1": 11, "n3": 40}),
        ({"n1": 50, "n2": 3, "n3": 40}, {"c": 43, "n1": 50}),
        ({"n1": 3}, {"c": 3}),
        ({}, {}),
    ],
)
def test_small_areas_are_counted_with_the_area_above(by_area, shown):
    assert publishable(by_area, PATHS) == shown
