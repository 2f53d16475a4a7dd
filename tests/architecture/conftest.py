"""The house whose doors are tried, built once for a module."""

import pytest

from tests.architecture.world import open_house


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The application on SQLite with the city built, and the cookie of everybody."""
    return open_house(tmp_path_factory.mktemp("house"))
