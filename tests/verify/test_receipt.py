"""What a voter learns from a code."""

import pytest

from tests.verify.city import honest, receipt, write

PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def code_of(city, n):
    return receipt(city.envelopes[n]["c"])


@pytest.mark.parametrize("digits", [{}, PERSIAN, ARABIC], ids=["Latin", "Persian", "Arabic"])
@pytest.mark.parametrize("between", ["", " ", "-", " – ", "\u200c"])
def test_a_code_is_understood_as_people_type_it(run, export, digits, between):
    city, folder = export
    n = city.standing(2)[3]
    code = code_of(city, n)
    typed = between.join(code[at : at + 4] for at in range(0, 24, 4)).translate(digits)
    verdict, said = run("receipt", typed, folder)
    assert verdict == 0
    assert f"Line {n} is an envelope of area 2; it stands and is counted." in said


def test_an_opened_envelope_is_shown_with_its_titles(run, export):
    city, folder = export
    n = city.standing(2)[0]
    said = run("receipt", code_of(city, n), folder)[1]
    titles = [f"طرح {number}" for number in city.envelopes[n]["p"]]
    assert "It was opened and holds: [" + ",".join(f'"{title}"' for title in titles) in said


def test_a_sealed_envelope_stands_and_keeps_its_secret(run, export):
    city, folder = export
    verdict, said = run("receipt", code_of(city, city.standing(9)[0]), folder)
    assert (verdict, "it stands" in said, "opened and" in said) == (0, True, False)


def test_a_replaced_envelope_names_the_line_that_took_its_place(run, export):
    city, folder = export
    for n in sorted(city.ended()):
        by = next(line["n"] for line in city.lines if line.get("r") == n)
        verdict, said = run("receipt", code_of(city, n), folder)
        assert verdict == 0
        assert f"line {by} replaced or voided it." in said
        assert "It was opened" not in said


@pytest.mark.parametrize("typed", ["0" * 24, "12", "abc", "", "1" * 25, "one two"])
def test_an_unknown_code_is_said_to_be_unknown(run, export, typed):
    verdict, said = run("receipt", typed, export[1])
    assert (verdict, "No envelope of this book has this code" in said) == (1, True)


def test_a_code_in_groups_may_be_given_as_several_words(run, export):
    city, folder = export
    code = code_of(city, city.standing(2)[0])
    assert run("receipt", *[code[at : at + 4] for at in range(0, 24, 4)], folder)[0] == 0


def test_a_good_code_in_a_bad_book_is_no_success(run, tmp_path):
    city = honest()
    folder = write(tmp_path, city.files() | {"participation.json": '{"pots": []}'})
    verdict, said = run("receipt", code_of(city, city.standing(2)[0]), folder)
    assert (verdict, "it stands" in said, "people marked" in said) == (1, True, True)
