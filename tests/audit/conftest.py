import pytest

from civic.audit.actions import record
from civic.audit.events import Event


@pytest.fixture
def written(adam, tree, at_noon):
    """Three entries by Adam."""
    return [
        record(adam, Event.ROLE_GRANT, tree.sepidar, at=at_noon, title=f"سپیدار {n}")
        for n in range(3)
    ]
