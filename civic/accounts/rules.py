"""What is valid about numbers, codes, ids and grants: plain values in, a sentence out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role
from civic.kernel.text import latin_digits

CODE_LIFETIME = timedelta(minutes=3)
SESSION_LIFETIME = timedelta(hours=12)
SEND_AGAIN_AFTER = timedelta(seconds=60)
MAX_TRIES = 5
IDENTITY_TRIES_PER_DAY = 5
Limits = tuple[tuple[int, timedelta], ...]
PER_NUMBER: Limits = ((3, timedelta(minutes=10)), (10, timedelta(days=1)))
# In the demo one person plays all roles, no message is sent, and no phone can be bothered.
PER_NUMBER_IN_THE_DEMO: Limits = ((60, timedelta(minutes=10)), (1000, timedelta(days=1)))
# What the whole city sends in a minute, and guesses wrongly in ten: above it somebody is
# pumping messages or spraying guesses, and waiting a little costs the others the least.
SENDS_PER_MINUTE = 300
WRONG_GUESSES = 1000
WRONG_GUESSES_WITHIN = timedelta(minutes=10)
OLDEST = 120

_BETWEEN = re.compile(r"[\s\u200b-\u200f\u2010-\u2015()./-]+")
# The prefixes of the mobile operators of Iran, in the form 09xxxxxxxxx.
_MOBILE = re.compile(r"09[012349][0-9]{8}")
# The ways in which people write the beginning: +98 912…, 0098 912…, 98912…, 912….
_COUNTRY = re.compile(r"(?:\+98|0098|98)0?(?=9[0-9]{9}\Z)")


def bare(text: str | None) -> str:
    """The text with Latin digits, without blanks, half-spaces, brackets and dashes."""
    return _BETWEEN.sub("", latin_digits(text))


def canonical_mobile(text: str | None) -> str:
    """The number as `09…`, however it was typed; refused unless it is a mobile of Iran."""
    digits = _COUNTRY.sub("0", bare(text))
    if re.fullmatch(r"9[0-9]{9}", digits):
        digits = f"0{digits}"
    if not _MOBILE.fullmatch(digits):
        raise RuleBroken(
            "This is not a mobile number of Iran. Write all eleven digits, for example "
            "0912 followed by seven more.",
            field="mobile",
        )
    return digits


def masked(mobile: str) -> str:
    """The number with its middle hidden: enough to recognise one's own."""
    return f"{mobile[:4]}•••{mobile[-4:]}"


def canonical_national_id(text: str | None) -> str:
    """The ten digits of a national id; refused unless its check digit is right."""
    digits = bare(text)
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 10):
        raise RuleBroken(
            "A national id has ten digits. Write it as it stands on the card.",
            field="national_id",
        )
    # Old cards leave out the zeros in front.
    digits = digits.zfill(10)
    if len(set(digits)) == 1 or int(digits[9]) != check_digit(digits[:9]):
        raise RuleBroken(
            "A digit of this national id is wrong or two have changed places. Please compare "
            "it with the card.",
            field="national_id",
        )
    return digits


def check_digit(nine: str) -> int:
    """The tenth digit of a national id: weights 10 to 2, remainder 0 and 1 stand for themselves."""
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    return rest if rest < 2 else 11 - rest


def check_birth_date(born: date, today: date) -> None:
    """A birth date lies in the past, and not further back than people live."""
    if not date(today.year - OLDEST, 1, 1) <= born < today:
        raise RuleBroken("Please check the year of your birth.", field="birth_date")


def check_sending(
    sent: Sequence[datetime],
    in_the_last_minute: int,
    at: datetime,
    *,
    limits: Limits = PER_NUMBER,
) -> None:
    """A number gets three codes in ten minutes and ten a day; the city has a budget a minute."""
    for most, span in limits:
        recent = sorted(moment for moment in sent if moment > at - span)
        if len(recent) >= most:
            raise RuleBroken(
                "So many codes have gone to this number that we pause, to protect its owner. "
                "You can have another one from %(moment)s.",
                field="mobile",
                moment=recent[-most] + span,
            )
    if in_the_last_minute >= SENDS_PER_MINUTE:
        raise RuleBroken(
            "Very many people are signing in at this moment. Please try again in a minute.",
            field="mobile",
        )


def check_sending_again(sent_at: datetime, at: datetime) -> None:
    """A message needs a minute to arrive before another one is sent after it."""
    wait = sent_at + SEND_AGAIN_AFTER - at
    if wait > timedelta(0):
        raise RuleBroken(
            "The message is still on its way. If it has not come in %(seconds)s seconds, have it "
            "sent again.",
            seconds=int(wait.total_seconds()) + 1,
        )


def check_guessing(wrong: int) -> None:
    """When wrong codes pile up all over the city, nobody's code is compared for a while."""
    if wrong >= WRONG_GUESSES:
        raise RuleBroken(
            "Somebody is trying to guess codes. To protect every account we pause signing in for "
            "a few minutes; who is signed in notices nothing.",
            field="code",
        )


CITY_WIDE = frozenset({Role.ADMIN, Role.HEADQUARTERS})
IN_AN_AREA = frozenset({Role.MODERATOR, Role.AMBASSADOR, Role.CLERK, Role.MAYOR})


def check_grant(
    role: Role, *, area: object, department: object, ends_at: datetime | None, at: datetime
) -> None:
    """Each role has its reach: the city, an area, or a department; and an end lies ahead."""
    if role is Role.RESIDENT:
        raise RuleBroken("Everybody is a resident; this role is not granted.", field="role")
    if (department is not None) != (role is Role.OFFICER):
        raise RuleBroken(
            "An officer belongs to a department, and nobody else does.", field="department"
        )
    if role in IN_AN_AREA and area is None:
        raise RuleBroken("Choose the area in which this role is held.", field="area")
    if area is not None and (role in CITY_WIDE or role is Role.OFFICER):
        raise RuleBroken("This role is not held in an area.", field="area")
    if ends_at is not None and ends_at <= at:
        raise RuleBroken("The end lies in the past.", field="ends_on")


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
            ("SamsungBrowser", "Samsung Internet"), ("Chrome", "Chrome"), ("CriOS", "Chrome"),
            ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device_name(user_agent: str) -> str:
    """A browser and its system by name; more of its text would be a fingerprint."""
    found = [
        next((name for mark, name in marks if mark in user_agent), "")
        for marks in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


STEP_SECONDS = 30


def step_of(at: datetime) -> int:
    """The number of the time step in which a one-time password is valid."""
    return int(at.timestamp()) // STEP_SECONDS


def steps_near(at: datetime) -> tuple[int, int, int]:
    """The steps that are taken: clocks of phones may be half a minute off."""
    now = step_of(at)
    return now - 1, now, now + 1
