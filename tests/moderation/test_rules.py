from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from civic.kernel.errors import RuleBroken
from civic.moderation import rules
from civic.moderation.kinds import DecisionKind, ReasonCode
from civic.proposals.states import State

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "code", "reason", "complaint"),
    [
        pytest.param("return", ReasonCode.UNCLEAR, " ", "Write the reason", id="no words"),
        pytest.param(
            "refuse", ReasonCode.UNCLEAR, "x", "fits the decision", id="reason of another"
        ),
        pytest.param("refuse", ReasonCode.REPAIR, "x" * 1001, "longer than 1000", id="too long"),
    ],
)
def test_every_no_has_a_reason(kind, code, reason, complaint):
    with pytest.raises(RuleBroken, match=complaint):
        rules.check_reason(DecisionKind(kind), code, reason)


def test_a_fitting_reason_passes():
    rules.check_reason(DecisionKind.REFUSE, ReasonCode.REPAIR, "Call 137.")


@pytest.mark.parametrize(
    ("hours", "word"), [(72, "quiet"), (48, "near"), (1, "near"), (0, "late"), (-5, "late")]
)
def test_a_clock_is_coloured_only_when_near(hours, word):
    assert rules.urgency(NOW + timedelta(hours=hours), NOW) == word


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"cycle_id": uuid4()}, "different cycles"),
        ({"state": State.ON_BALLOT}, "moved on"),
        ({"district": False}, "different districts"),
        ({"same": True}, "with itself"),
    ],
)
def test_not_everything_is_a_twin(change, complaint):
    first = SimpleNamespace(id=uuid4(), cycle_id=uuid4(), state=State.SUBMITTED)
    other = SimpleNamespace(**{**vars(first), "id": uuid4(), **change})
    if change.get("same"):
        other.id = first.id
    with pytest.raises(RuleBroken, match=complaint):
        rules.check_twins(first, other, same_district=change.get("district", True))


def test_undo_is_short_and_only_before_anything_followed():
    rules.check_undo(NOW, NOW + timedelta(minutes=9), followed=False)
    with pytest.raises(RuleBroken, match="that time is over"):
        rules.check_undo(NOW, NOW + timedelta(minutes=11), followed=False)
    with pytest.raises(RuleBroken, match="decision stands"):
        rules.check_undo(NOW, NOW, followed=True)
