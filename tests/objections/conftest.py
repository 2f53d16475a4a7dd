from datetime import timedelta

import pytest

from civic.kernel.roles import Role
from civic.objections import queries
from civic.objections.actions import make_objection
from civic.objections.kinds import ObjectionKind
from civic.results.actions import publish_result
from tests import factories
from tests.results.conftest import bridge, counted, swing

__all__ = ["bridge", "counted", "swing"]
WORDS = "نتیجه‌ای که اعلام شد با آنچه در شعبه دیدم یکی نیست."


@pytest.fixture
def pot(tree, at_noon):
    from civic.cycles.phases import PhaseKind

    cycle = factories.make_cycle(tree.city, phase=PhaseKind.COUNTING)
    return factories.make_pot(cycle, tree.sepidar, amount=1_000)


@pytest.fixture
def box(pot, swing, bridge):
    from tests.results.conftest import fill_box

    return fill_box(pot, [[swing.number]] * 40 + [[bridge.number]] * 20)


@pytest.fixture
def result(counted, adam, at_noon):
    """A result of Sepidar that Adam published now."""
    return publish_result(adam, counted, at=at_noon)


@pytest.fixture
def anna(tree):
    """A second auditor."""
    return factories.make_staff("Anna", Role.AUDITOR)


@pytest.fixture
def rosas(rosa, result, at_noon):
    """An objection of Rosa to the count, a day after its publication."""
    at = at_noon + timedelta(days=1)
    return make_objection(rosa, result, ObjectionKind.COUNT, WORDS, "", at=at)


@pytest.fixture
def case(rosas):
    return queries.case_of(rosas)
