"""The reader of the walks notices what is wrong with a page, with JavaScript and without it."""

from __future__ import annotations

import pytest

from tests.walks.reader import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NARROW = {"width": "4em", "overflow": "hidden", "whiteSpace": "nowrap"}
# What is put on a page, how it looks, and what the reader says to it; the last is for axe alone.
WRONG = [
    ("p", {"width": f"{2 * PHONE['width']}px"}, "px wide"),
    ("p", NARROW, "does not fit"),
    ("button", {}, "button"),
    ("h1", {}, "level"),
    ("p", {"color": "#777", "background": "#888"}, "color-contrast"),
]
PUT = """([tag, look]) => {
    const one = document.createElement(tag);
    if (tag !== "button") one.textContent = "روشنایی کوچه لاله و کوچه نرگس";
    Object.assign(one.style, look);
    document.querySelector("main").append(one);
}"""


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_what_is_wrong_is_heard(reader_for, scripts):
    with reader_for(scripts=scripts) as reader:
        for tag, look, said in WRONG:
            reader.open("/verify")
            reader.page.evaluate(PUT, [tag, look])
            with pytest.raises(AssertionError, match=said):
                reader.hear()
