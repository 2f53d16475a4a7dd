"""The demo city as it stands: its areas, departments and people, by code or mobile number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.accounts.queries import account_by_mobile
from civic.areas.models import Area
from civic.areas.queries import areas_of, current_version
from civic.demo import people
from civic.departments.models import Department
from civic.kernel.db import db
from civic.kernel.roles import Role


@dataclass
class City:
    """Everything that later parts of the story refer to, by code or mobile number."""

    now: datetime
    areas: dict[str, Area]
    departments: dict[str, Department]
    staff: dict[str, Account]
    residents: list[Account] = field(default_factory=list)

    @classmethod
    def found(cls, *, now: datetime) -> City:
        """The city that was made earlier; raises `LookupError` where there is none."""
        version = current_version(now)
        areas = areas_of(version) if version else ()
        departments = db.session.scalars(select(Department).options(joinedload(Department.area)))
        city = cls(
            now,
            {area.code: area for area in areas},
            {one.code: one for one in departments},
            {post.mobile: people.person(post.mobile, now=now) for post in people.POSTS},
        )
        planned = people.residents(people.MOST)
        there = [account_by_mobile(one.mobile) for one in planned]
        city.residents = [one for one in there if one is not None]
        for one in city.residents:
            one.as_of = now
        return city

    @property
    def admin(self) -> Account:
        """The administrator."""
        return self.staff[people.ADMIN]

    @property
    def headquarters(self) -> Account:
        """The city's headquarters."""
        return self.staff[people.HEADQUARTERS]

    @property
    def auditor(self) -> Account:
        """The auditor."""
        return self._first(Role.AUDITOR)

    @property
    def ambassador(self) -> Account:
        """The ambassador of the neighbourhood in which most of the demo happens."""
        return self._first(Role.AMBASSADOR)

    @property
    def clerks(self) -> list[Account]:
        """The two clerks of the counter."""
        return [self.staff[post.mobile] for post in people.POSTS if post.role is Role.CLERK]

    def _first(self, role: Role) -> Account:
        return next(self.staff[post.mobile] for post in people.POSTS if post.role is role)

    def officer_of(self, department: str) -> Account:
        """The officer of a department."""
        return self._holder(Role.OFFICER, department)

    def mayor_of(self, district: str) -> Account:
        """The mayor of a district."""
        return self._holder(Role.MAYOR, district)

    def elite_of(self, area: str) -> Account:
        """The elite of a neighbourhood, or else of its district; of the city's there is none."""
        for code in (area, area[: len("demo-6")], "demo-6"):
            held = [post for post in people.POSTS if (Role.MODERATOR, code) in post.held]
            if held:
                return self.staff[held[0].mobile]
        raise LookupError(area)

    def _holder(self, role: Role, place: str) -> Account:
        held = [post for post in people.POSTS if (role, place) in post.held]
        return self.staff[held[0].mobile]

    def residents_in(self, area: Area) -> list[Account]:
        """Who belongs to an area, but not Rana, whose part is left to whoever tries the demo."""
        homes = zip(self.residents[1:], people.residents(len(self.residents))[1:], strict=True)
        return [one for one, planned in homes if self.areas[planned.home].lies_in(area)]
