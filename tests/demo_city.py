"""One running demo city and one Chromium for all tests that look at pages as people do."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from civic import trial
from civic.demo.people import mobile_of
from tests.front_door.test_up import House


class Start(NamedTuple):
    """How the city came up: the first time, after it was stopped, and what was left between."""

    first: float
    second: float
    left: dict[int, str]


@pytest.fixture(scope="session")
def chromium():
    """A Chromium without a window, shared by every browser test of this process."""
    try:
        with trial.browser() as running:
            yield running
    except trial.NoBrowser as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def started(chromium):
    """A demo city that was made, stopped, and started again."""
    with trial.new_city() as city:
        with trial.awake(city) as first:
            pass
        left = House(city.home).processes()
        with trial.awake(city) as second:
            yield city, Start(first, second, left)


@pytest.fixture(scope="session")
def city(started):
    """The running demo city."""
    return started[0]


@pytest.fixture(scope="session")
def keys():
    """What signed-in browsers hold, by mobile number: a second code opens only once."""
    return {}


@pytest.fixture(scope="session")
def key_of(city, chromium, keys):
    """Sign somebody in by their role in the demo, once; a visitor has no key."""

    def key(role: str) -> Any:
        if role == "visitor":
            return None
        mobile = mobile_of(role)
        if mobile not in keys:
            context = chromium.new_context()
            trial.sign_in(context.new_page(), city, mobile)
            keys[mobile] = context.storage_state()
            context.close()
        return keys[mobile]

    return key
