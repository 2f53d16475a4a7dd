"""The cast: a reader knows who may do what by the name.

Rosa lives in Sepidar, Rami in Narvan (the neighbourhood next to it). Milo moderates Sepidar,
Maya is mayor of the district, Otto is officer of its works department, Ada audits, Adam
administers, Hedi sits in the headquarters. The area tree: city "demo" > district "demo-6" >
Sepidar, Narvan.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import pytest

from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.roles import Role
from tests import factories


def open_session(person, *, second_factor=True):
    """Sign a person in and return the token that goes into the cookie."""
    from civic.accounts.models import SignInSession

    token, at = secrets.token_urlsafe(16), clock.now()
    session = SignInSession(
        account_id=person.id,
        token_hash=hashlib.sha256(token.encode()).digest(),
        started_at=at - timedelta(minutes=1),
        expires_at=at + timedelta(hours=12),
        second_factor_at=at if second_factor else None,
    )
    factories.keep(session)
    return token


@pytest.fixture
def tree(database):
    """The areas of the demo tree by name: city, district, sepidar, narvan."""
    return factories.make_tree()


@pytest.fixture
def works(tree):
    return factories.make_department(tree.district, code="works")


@pytest.fixture
def rosa(tree):
    return factories.make_resident("Rosa", tree.sepidar)


@pytest.fixture
def rami(tree):
    return factories.make_resident("Rami", tree.narvan)


@pytest.fixture
def milo(tree):
    return factories.make_staff("Milo", Role.MODERATOR, area=tree.sepidar)


@pytest.fixture
def maya(tree):
    return factories.make_staff("Maya", Role.MAYOR, area=tree.district)


@pytest.fixture
def otto(works):
    return factories.make_staff("Otto", Role.OFFICER, department=works)


@pytest.fixture
def ada(tree):
    return factories.make_staff("Ada", Role.AUDITOR)


@pytest.fixture
def adam(tree):
    return factories.make_staff("Adam", Role.ADMIN)


@pytest.fixture
def hedi(tree):
    return factories.make_staff("Hedi", Role.HEADQUARTERS)


assert db
