"""The people of the demo city: staff of every role, and residents who exist nowhere else."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, datetime
from typing import NamedTuple

from civic.accounts import actions as accounts
from civic.accounts.identity import give_identity
from civic.accounts.models import Account
from civic.accounts.queries import account_by_mobile
from civic.accounts.rules import check_digit
from civic.areas.models import Area
from civic.departments.models import Department
from civic.electorate.actions import declare_residency
from civic.electorate.models import Tie
from civic.kernel import crypto
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.kernel.roles import Role
from civic.kernel.text import persian_digits

ADMIN, HEADQUARTERS = "09120000001", "09120000010"


class Post(NamedTuple):
    """A member of staff: the role and where it is held (codes of areas or departments)."""

    name: str
    mobile: str
    role: Role
    places: tuple[str, ...] = ()

    @property
    def held(self) -> set[tuple[Role, str]]:
        """The role with each of its places."""
        return {(self.role, place) for place in self.places}


D6, D7, CITY = "demo-6", "demo-7", "tehran-demo"
OFFICES = ("works", "services", "green", "culture", "traffic")
POSTS = (
    Post("بهرام، مدیر سامانه", ADMIN, Role.ADMIN),
    Post("مریم، معتمد یوسف‌آباد", "09120000002", Role.MODERATOR, ("demo-6-01",)),
    Post("احمد، معتمد منطقه ۶", "09120000003", Role.MODERATOR, (D6,)),
    Post("سارا، کارشناس فنی و عمرانی", "09120000004", Role.OFFICER, ("demo-6-works",)),
    Post("نادر، کارشناس خدمات شهری", "09120000005", Role.OFFICER, ("demo-6-services",)),
    Post("لاله، کارشناس فضای سبز", "09120000006", Role.OFFICER, ("demo-6-green",)),
    Post("پروانه، کارشناس فرهنگی", "09120000007", Role.OFFICER, ("demo-6-culture",)),
    Post("کاوه، کارشناس ترافیک", "09120000008", Role.OFFICER, ("demo-6-traffic",)),
    Post("فرهاد، شهردار منطقه ۶", "09120000009", Role.MAYOR, (D6,)),
    Post("مینا، ستاد شهر", HEADQUARTERS, Role.HEADQUARTERS),
    Post("آرش، سفیر یوسف‌آباد", "09120000011", Role.AMBASSADOR, ("demo-6-01",)),
    Post("گلناز، متصدی باجه منطقه ۶", "09120000017", Role.CLERK, ("demo-6",)),
    Post("یاسر، متصدی باجه منطقه ۶", "09120000018", Role.CLERK, ("demo-6",)),
    Post("ژاله، بازرس", "09120000012", Role.AUDITOR),
    Post("ناصر، معتمد منطقه ۷", "09120000013", Role.MODERATOR, (D7,)),
    Post("شیرین، شهردار منطقه ۷", "09120000014", Role.MAYOR, (D7,)),
    Post("بیژن، کارشناس منطقه ۷", "09120000015", Role.OFFICER, tuple(f"{D7}-{o}" for o in OFFICES)),
    Post("هما، کارشناس شهر", "09120000016", Role.OFFICER, tuple(f"{CITY}-{o}" for o in OFFICES)),
)

MOST = 60  # residents
# For trying the way of a resident: she has proposed, and has not voted yet.
RANA = "09120000020"
FIRST_NAMES = (
    "رعنا سهراب مهتاب کیان نسرین بابک سیما داریوش الهام فرزانه جمشید پریسا منوچهر گلنار سیاوش"
    " شهره اردشیر نوشین کامران مهناز بهزاد لیلا سینا روشنک تورج آزاده فریبرز سمانه هوشنگ نگار"
    " رامین پوران"
).split()
# Where the residents live; most of them where most of the demo happens.
HOMES = ("demo-6-01", "demo-6-01", "demo-6-02", "demo-6-06", "demo-6-05", "demo-6-01",
         "demo-6-03", "demo-7-02", "demo-6-11", "demo-7-01")  # fmt: skip


class Resident(NamedTuple):
    """A resident to be: a first name at most, since nobody real is meant."""

    number: int
    name: str
    mobile: str
    national_id: str
    born: date
    home: str


def residents(count: int) -> list[Resident]:
    """The same residents every time; Rana is the first of them."""
    return [_resident(number) for number in range(count)]


def _resident(number: int) -> Resident:
    named = number < len(FIRST_NAMES)
    # Numbers from 990 on with a right check digit: valid in form, given to nobody by us.
    nine = f"99{number * 7919 % 10**7:07d}"
    return Resident(
        number=number,
        name=FIRST_NAMES[number] if named else f"ساکن {persian_digits(str(number))}",
        mobile=f"0912000{100 + number:04d}" if number else RANA,
        national_id=f"{nine}{check_digit(nine)}",
        born=date(1950 + number * 17 % 55, 1 + number % 12, 1 + number % 28),
        home=HOMES[number % len(HOMES)],
    )


def mobile_of(role: str) -> str:
    """The number with which to try a role; for a resident Rana's."""
    held = [post.mobile for post in POSTS if post.role == role]
    return held[0] if held else RANA


def secret_of(mobile: str) -> str:
    """The fixed secret of a demo person's second factor; a demo has nothing to protect."""
    digest = hashlib.sha256(f"demo second factor {mobile}".encode()).digest()
    return base64.b32encode(digest[:20]).decode()


def appoint(
    areas: dict[str, Area], departments: dict[str, Department], *, at: datetime, now: datetime
) -> dict[str, Account]:
    """Give every post to its person, since `at`; returns them by mobile number."""
    accounts.appoint_first_administrator(ADMIN, name=POSTS[0].name, at=at)
    admin = person(ADMIN, now=now)
    for post in POSTS[1:]:
        account = accounts.account_for(admin, post.mobile, name=post.name, at=at)
        for place in post.places or (None,):
            accounts.grant_role(
                admin, account, post.role, at=at,
                area=areas.get(place) if place else None,
                department=departments.get(place) if place else None,
            )  # fmt: skip
    for post in POSTS:
        _give_second_factor(person(post.mobile, now=now), post.mobile, at=at)
    return {post.mobile: person(post.mobile, now=now) for post in POSTS}


def _give_second_factor(account: Account, mobile: str, *, at: datetime) -> None:
    account.totp_sealed = crypto.seal("totp", secret_of(mobile))
    account.totp_confirmed_at = at


def register(resident: Resident, admin: Account, home: Area, *, at: datetime) -> Account:
    """An account that has said who it is and where it belongs."""
    account = accounts.account_for(admin, resident.mobile, name=resident.name, at=at)
    give_identity(account, account, resident.national_id, resident.born, today=local(at).date())
    tie = Tie.WORKS if resident.number % 9 == 4 else Tie.LIVES
    declare_residency(account, home, tie, at=at)
    return account


def person(mobile: str, *, now: datetime) -> Account:
    """Somebody of the demo as a request would see them: with their roles as of now."""
    db.session.flush()
    account = account_by_mobile(mobile)
    if account is None:
        raise LookupError(mobile)
    account.as_of = now
    return account
