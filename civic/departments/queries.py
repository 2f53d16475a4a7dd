"""Finding departments by the area they serve."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.areas.models import Area
from civic.departments.models import Department
from civic.kernel.db import db


def departments_of(area: Area) -> Sequence[Department]:
    """The departments that serve an area: its own, its district's, then the city's.

    By codes and not by ids, so a department outlives the division it was set up in.
    """
    codes = area.path.strip("/").split("/")
    found = db.session.scalars(
        select(Department)
        .join(Area, Area.id == Department.area_id)
        .where(Area.code.in_(codes))
        .options(joinedload(Department.area))
        .order_by(Department.name, Department.code)
    ).all()
    # Of two areas with the same code in different places, only the one above this area serves.
    serving = [department for department in found if area.lies_in(department.area)]
    return sorted(serving, key=lambda department: -len(department.area.path.split("/")))


def department_by_code(code: str) -> Department | None:
    """The department with this code, with its area."""
    return db.session.scalar(
        select(Department).where(Department.code == code).options(joinedload(Department.area))
    )
