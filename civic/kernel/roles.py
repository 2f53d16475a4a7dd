"""The roles of the platform, and what every part may expect of a person."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol
from uuid import UUID


def N_(text: str) -> str:  # noqa: N802
    """Mark a text for translation without translating it here."""
    return text


class Role(StrEnum):
    """What somebody is for the city; granted within an area, a department, or the whole city."""

    RESIDENT = "resident"
    AMBASSADOR = "ambassador"
    CLERK = "clerk"
    MODERATOR = "moderator"
    OFFICER = "officer"
    MAYOR = "mayor"
    HEADQUARTERS = "headquarters"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.RESIDENT: N_("Resident"),
    Role.AMBASSADOR: N_("Ambassador"),
    Role.CLERK: N_("Counter clerk"),
    Role.MODERATOR: N_("Neighbourhood elite"),
    Role.OFFICER: N_("Department officer"),
    Role.MAYOR: N_("District mayor"),
    Role.HEADQUARTERS: N_("City headquarters"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
}

STAFF = frozenset(Role) - {Role.RESIDENT}


class Actor(Protocol):
    """Whoever acts: a signed-in person, a visitor, or the platform itself."""

    @property
    def id(self) -> UUID | None: ...

    @property
    def is_authenticated(self) -> bool: ...

    def holds(self, role: Role, within: object = None) -> bool:
        """Does this person hold the role where `within` (an area, a department) lies?"""
        ...


class Platform:
    """The platform itself, acting by its timetable; every role is closed to it."""

    id = None
    is_authenticated = False

    def holds(self, role: Role, within: object = None) -> bool:
        return False


PLATFORM = Platform()
