import csv
import io
from xml.etree import ElementTree

import pytest

from civic.opendata.dictionary import MEANINGS
from civic.opendata.rules import PROJECT_COLUMNS, PROPOSAL_COLUMNS, cell, csv_lines, xml_text


@pytest.mark.parametrize("start", list("=+-@＝＋－＠"))
def test_no_spreadsheet_computes_a_text(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


def test_what_hides_before_a_formula_is_taken_away_first():
    assert cell("\t\u202e=1+1") == "'=1+1"


def test_numbers_stay_numbers_and_half_spaces_stay():
    assert cell(-51.4) == -51.4
    assert cell("می‌شود") == "می‌شود"


def test_a_table_comes_back_as_it_went():
    row = {"a": 'الف، "ب"\nج', "b": None, "c": -3}
    text = "".join(csv_lines("abc", [row]))

    [back] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert back == {"a": 'الف، "ب"\nج', "b": "", "c": "-3"}


def test_xml_takes_what_is_left():
    text = xml_text("a\x0b\ufffe\u202eb\ud800")
    assert text == "ab"
    assert ElementTree.fromstring(f"<a>{text}</a>").text == "ab"  # noqa: S314


def test_every_column_is_explained():
    assert set(MEANINGS) == {*PROPOSAL_COLUMNS, *PROJECT_COLUMNS}
