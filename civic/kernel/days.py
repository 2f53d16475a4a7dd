"""A day of the city's calendar, typed in three parts: day, month by name, year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import jdatetime
from flask import current_app
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from civic.kernel.i18n import GREGORIAN_MONTHS, JALALI_MONTHS, _, digits, lazy
from civic.kernel.text import latin_digits


class DayField(Field):
    """A day as a `date`, or None when nothing was chosen; `components/forms.html` draws it."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.data: Any = None
        self.wrong = False
        self._make_parts("", "", "")

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the three parts, or show the three parts of a given day."""
        super().process(formdata, data, extra_filters)
        if formdata is not None and f"{self.name}-day" in formdata:
            parts = [str(formdata.get(f"{self.name}-{name}", "")) for name in PARTS]
            self._read([latin_digits(part).strip() for part in parts])
        elif self.data:
            self._make_parts(*map(str, _parts_of(self.data)))

    def _read(self, parts: list[str]) -> None:
        self._make_parts(*parts)
        self.raw_data = ["-".join(parts)] if all(parts) else []
        self.wrong, self.data = False, None
        if any(parts):
            try:
                self.data = _day_of(*(int(part) for part in parts))
            except ValueError:
                self.wrong = True

    def _make_parts(self, chosen_day: str, chosen_month: str, chosen_year: str) -> None:
        days = {str(n): digits(n) for n in range(1, 32)}
        months = {str(n): _(name) for n, name in enumerate(_months(), 1)}
        self.day = self._select("day", lazy("Day"), days, chosen_day)
        self.month = self._select("month", lazy("Month"), months, chosen_month)
        self.year = StringField(lazy("Year"), name=f"{self.name}-year", _form=None, _meta=self.meta)
        self.year.process(None, digits(chosen_year))
        self.year.render_kw = {"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}

    def _select(
        self, part: str, label: Any, choices: Mapping[str, str], chosen: str
    ) -> SelectField:
        offered = [SelectChoice(*choice) for choice in {"": "–", **choices}.items()]
        field = SelectField(
            label, choices=offered, name=f"{self.name}-{part}", _form=None, _meta=self.meta
        )
        field.process(None, chosen)
        return field

    def pre_validate(self, form: Any) -> None:
        """Refuse a day that the calendar does not have."""
        if self.wrong:
            raise StopValidation(_("There is no such day. Choose day and month, write the year."))


PARTS = ("day", "month", "year")


def _jalali() -> bool:
    return bool(current_app.config["CIVIC"].calendar == "jalali")


def _months() -> tuple[str, ...]:
    return JALALI_MONTHS if _jalali() else GREGORIAN_MONTHS


def _day_of(day: int, month: int, year: int) -> date:
    if _jalali():
        if not 1200 <= year <= 1600:
            raise ValueError(year)
        return jdatetime.date(year, month, day).togregorian()
    return date(year, month, day)


def _parts_of(day: date) -> tuple[int, int, int]:
    if _jalali():
        shown = jdatetime.date.fromgregorian(date=day)
        return shown.day, shown.month, shown.year
    return day.day, day.month, day.year
