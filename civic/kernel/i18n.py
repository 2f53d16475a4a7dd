"""Language, digits, Jalali dates and money, as people read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jdatetime
from flask import current_app, has_request_context, request
from flask_babel import Babel, LazyString, get_locale, gettext, lazy_gettext, ngettext, pgettext
from markupsafe import Markup, escape

from civic.kernel import clock
from civic.kernel.catalogue import PoDomain
from civic.kernel.errors import CivicError
from civic.kernel.money import Toman, in_words
from civic.kernel.names import Name
from civic.kernel.roles import N_
from civic.kernel.text import persian_digits

__all__ = ["N_", "_", "_n", "_p", "lazy", "sentence"]

_, _n, _p, lazy = gettext, ngettext, pgettext, lazy_gettext

LANGUAGES = {"fa": "فارسی", "en": "English"}

JALALI_MONTHS = (
    N_("Farvardin"), N_("Ordibehesht"), N_("Khordad"), N_("Tir"), N_("Mordad"), N_("Shahrivar"),
    N_("Mehr"), N_("Aban"), N_("Azar"), N_("Dey"), N_("Bahman"), N_("Esfand"),
)  # fmt: skip
GREGORIAN_MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
    N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
SCALES = {
    "trillion": N_("%(n)s trillion toman"),
    "billion": N_("%(n)s billion toman"),
    "million": N_("%(n)s million toman"),
    "thousand": N_("%(n)s thousand toman"),
    "": N_("%(n)s toman"),
}


class PoBabel(Babel):
    """flask-babel, reading our catalogues: it asks itself for the domain, not the application."""

    domain_instance = PoDomain()


def init_babel(app: Any) -> None:
    """Give the application its languages."""
    PoBabel(app, locale_selector=choose_language, default_locale="fa")


def choose_language() -> str:
    """The language of this request: chosen by the person, else the city's."""
    if has_request_context():
        chosen = request.args.get("lang") or request.cookies.get("lang")
        if chosen in LANGUAGES:
            return chosen
    return current_app.config["CIVIC"].language


def language() -> str:
    """The code of the language in which we speak now."""
    locale = get_locale()
    return locale.language if locale else current_app.config["CIVIC"].language


def direction() -> str:
    """The direction of the script in which we write now."""
    return "rtl" if language() == "fa" else "ltr"


def digits(value: object) -> str:
    """The same text with the digits of the language."""
    return persian_digits(str(value)) if language() == "fa" else str(value)


def number(value: float) -> str:
    """A number with grouped thousands: ۱٬۲۳۴."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")
    if language() == "fa":
        text = persian_digits(text.replace(",", "٬").replace(".", "٫"))
    return text


def lazy_number(value: float) -> LazyString:
    """A number inside a lazy text, in the digits of whoever will read it."""
    return LazyString(number, value)


def percent(share: float) -> str:
    """A share between 0 and 1 as whole per cent: ۶۲٪."""
    whole = digits(round(share * 100))
    return f"{whole}٪" if language() == "fa" else f"{whole}%"


def money(amount: int | Toman) -> str:
    """An amount with its unit, as people say it: ۲۵۰ میلیون تومان."""
    words = in_words(amount.amount if isinstance(amount, Toman) else amount)
    figure = words.figure
    if language() == "fa":
        figure = persian_digits(figure.replace(",", "٬").replace(".", "٫"))
    return gettext(SCALES[words.scale], n=figure)


def local(moment: datetime) -> datetime:
    """The moment on the city's wall clocks."""
    return moment.astimezone(ZoneInfo(current_app.config["CIVIC"].timezone))


def _parts(value: date | datetime) -> tuple[int, str, int, str]:
    plain = local(value).date() if isinstance(value, datetime) else value
    weekday = gettext(WEEKDAYS[plain.weekday()])
    if current_app.config["CIVIC"].calendar == "jalali":
        shown = jdatetime.date.fromgregorian(date=plain)
        return shown.day, gettext(JALALI_MONTHS[shown.month - 1]), shown.year, weekday
    return plain.day, gettext(GREGORIAN_MONTHS[plain.month - 1]), plain.year, weekday


def day(value: date | datetime) -> str:
    """A day in full: دوشنبه ۱۵ دی ۱۴۰۵."""
    number_, month, year, weekday = _parts(value)
    return gettext(
        "%(weekday)s %(day)s %(month)s %(year)s",
        weekday=weekday, day=digits(number_), month=month, year=digits(year),
    )  # fmt: skip


def short_day(value: date | datetime) -> str:
    """A day without weekday; the year only when it is not this one: ۱۵ دی."""
    number_, month, year, _weekday = _parts(value)
    text = gettext("%(day)s %(month)s", day=digits(number_), month=month)
    return text if year == _parts(clock.now())[2] else f"{text} {digits(year)}"


def year_of(value: date | datetime) -> str:
    """The year in the city's calendar."""
    return digits(_parts(value)[2])


def moment(value: datetime) -> str:
    """A day and the time on the wall: دوشنبه ۱۵ دی ۱۴۰۵، ساعت ۲۰:۰۰.

    Midnight is said as the end of the day before, so nobody comes a day late.
    """
    shown = local(value)
    if (shown.hour, shown.minute) == (0, 0):
        return gettext("%(day)s, at %(time)s", day=day(value - timedelta(minutes=1)),
                       time=digits("24:00"))  # fmt: skip
    return gettext("%(day)s, at %(time)s", day=day(value), time=digits(shown.strftime("%H:%M")))


def time_tag(value: date | datetime, show: Any = None) -> Markup:
    """A `<time>` element with the machine-readable moment in it."""
    show = show or (moment if isinstance(value, datetime) else day)
    return Markup('<time datetime="{}">{}</time>').format(escape(value.isoformat()), show(value))


def since(value: date | datetime, at: datetime | None = None) -> str:
    """How long ago or how long still, in whole days or hours."""
    at = at or clock.now()
    if isinstance(value, datetime):
        gap = value - at
    else:
        gap = timedelta(days=(value - local(at).date()).days)
    days, hours = abs(gap).days, abs(gap).seconds // 3600
    ahead = gap > timedelta(0)
    if days:
        say = (
            ngettext("in %(n)s day", "in %(n)s days", days, n=digits(days))
            if ahead
            else ngettext("%(n)s day ago", "%(n)s days ago", days, n=digits(days))
        )
    elif hours:
        say = (
            ngettext("in %(n)s hour", "in %(n)s hours", hours, n=digits(hours))
            if ahead
            else ngettext("%(n)s hour ago", "%(n)s hours ago", hours, n=digits(hours))
        )
    elif isinstance(value, datetime):
        say = gettext("in less than an hour") if ahead else gettext("less than an hour ago")
    else:
        say = gettext("today")
    return say


def sentence(error: CivicError) -> str:
    """The sentence of a refusal in the language of the reader."""
    return say(error.message, error.params)


def say(message: str, params: dict[str, Any]) -> str:
    """A marked text with its values, in the language of the reader."""
    return gettext(message) % {name: shown(value) for name, value in params.items()}


def shown(value: Any) -> str:
    """A value of a sentence, formatted by its type."""
    for kind, show in SHOW:
        if isinstance(value, kind):
            return show(value)
    return _isolated(gettext(str(value))) if str(value) else ""


def _name(name: Name) -> str:
    chosen = name.en if name.en and language() != "fa" else name.fa
    return _isolated(digits(chosen))


def _isolated(text: str) -> str:
    """A Persian name inside an English sentence, kept from turning its neighbours around."""
    foreign = direction() == "ltr" and any("\u0590" <= letter <= "\u06ff" for letter in text)
    return f"\u2068{text}\u2069" if foreign else text


# In this order: a `datetime` is a `date` too, a truth is a number.
SHOW: tuple[tuple[type | tuple[type, ...], Any], ...] = (
    (Toman, money),
    (Name, _name),
    (datetime, moment),
    (date, day),
    ((int, float), number),
)


FILTERS = {
    "day": day, "digits": digits, "money": money, "moment": moment, "number": number,
    "percent": percent, "short_day": short_day, "since": since, "shown": shown,
    "year_of": year_of,
}  # fmt: skip
