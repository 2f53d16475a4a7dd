import pytest

from civic.kernel.forms import only_digits
from civic.kernel.text import latin_digits, likeness, search_key, tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("كتابخانة‌ي محلي", "کتابخانة‌ی محلی", id="Arabic letters"),
        pytest.param("  می‌شود  ", "می‌شود", id="half-spaces stay"),
        pytest.param("هزینه\u202e ۱۲۳", "هزینه ۱۲۳", id="marks that reverse are removed"),
        pytest.param("a\r\n\r\n\r\n\r\nb", "a\n\nb", id="blank lines"),
        pytest.param("کشـــیده", "کشیده", id="tatweel"),
        pytest.param(None, "", id="nothing"),
    ],
)
def test_tidy(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("پياده‌روسازي", "پیاده روسازی"),
        ("خیابان ۱۲", "خیابان 12"),
        ("خیابان ١٢", "خيابان ۱۲"),
        ("آب‌نما", "اب نما"),
        ("مؤسسه", "موسسه"),
        ("Park, North!", "park north"),
    ],
)
def test_texts_that_people_write_differently_are_found(left, right):
    assert search_key(left) == search_key(right)


def test_digits_of_all_three_sets():
    assert latin_digits("۱۲۳ ١٢٣ 123") == "123 123 123"
    assert only_digits(" ۰۹۱۲-345 ٦٧٨٩\u200c") == "09123456789"


def test_likeness_forgives_a_slip_of_the_finger():
    assert likeness("روشنایی بوستان لاله", "روشنائی بوستان لاله") == 1
    assert likeness("روشنایی بوستان لاله", "روشنایی بوستن لاله") > 0.7
    assert likeness("روشنایی بوستان لاله", "کتابخانه سرای محله") < 0.2
    assert likeness("", "کتابخانه") == 0
