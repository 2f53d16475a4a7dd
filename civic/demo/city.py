"""The demo city as a whole, made in one transaction: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from civic.accounts.models import Account
from civic.areas.models import Area
from civic.demo import land, people
from civic.departments.models import Department
from civic.kernel.db import db, transaction

# The city was set up this long before the moment at which it is made.
SINCE = timedelta(days=500)


@dataclass
class City:
    """Everything that later parts of the story refer to, by code or mobile number."""

    now: datetime
    areas: dict[str, Area]
    departments: dict[str, Department]
    staff: dict[str, Account]
    residents: list[Account] = field(default_factory=list)

    @property
    def admin(self) -> Account:
        """The administrator."""
        return self.staff[people.ADMIN]


def is_empty() -> bool:
    """Has nobody used this database yet?"""
    return db.session.scalar(select(Account.id).limit(1)) is None


def make_city(*, now: datetime, residents: int = 60) -> City:
    """Make the demo city; the seed is fixed, so it is the same city every time."""
    with transaction():
        since = now - SINCE
        areas = land.lay_out(at=since)
        departments = land.set_up_departments(areas)
        staff = people.appoint(areas, departments, at=since, now=now)
        city = City(now, areas, departments, staff)
        for resident in people.residents(residents):
            people.register(resident, city.admin, at=since + timedelta(days=resident.number))
            city.residents.append(people.person(resident.mobile, now=now))
    return city
