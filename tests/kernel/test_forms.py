"""Amounts as people type them."""

from __future__ import annotations

import pytest
from flask_wtf import FlaskForm

from civic.kernel.forms import AmountField


class AmountForm(FlaskForm):
    cost = AmountField("Cost")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("۲۵۰٬۰۰۰٬۰۰۰", 250_000_000, id="Persian"),
        pytest.param("۱ ۲۰۰\u200c۰۰۰", 1_200_000, id="blanks and half-spaces"),
        pytest.param("٢٥٠،٠٠٠", 250_000, id="Arabic"),
        pytest.param("1,200 000", 1_200_000, id="Latin"),
        pytest.param("0", 0, id="nothing"),
        pytest.param("-5", None, id="less than nothing"),
        pytest.param("\u2212۵", None, id="with the sign of mathematics"),
        pytest.param("12.5", None, id="a part"),
        pytest.param("5-6", None, id="from five to six"),
        pytest.param("-", None, id="a dash alone"),
    ],
)
def test_an_amount_is_read_as_it_was_meant(app, typed, read):
    with app.test_request_context(method="POST", data={"cost": typed}):
        form = AmountForm()
        assert form.validate() is (read is not None)
        assert form.cost.data == read
