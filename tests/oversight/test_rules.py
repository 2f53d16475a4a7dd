from datetime import UTC, date, datetime, timedelta

import pytest

from civic.kernel.errors import RuleBroken
from civic.oversight import rules
from civic.oversight.kinds import RulingKind
from civic.projects.stages import DONE, Stage

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_whoever_makes_people_wait_says_why(nothing):
    with pytest.raises(RuleBroken) as refused:
        rules.check_reason(nothing)
    assert refused.value.field == "reason"


def test_a_reason_is_enough():
    rules.check_reason("The land is not ours yet.")


def test_the_voted_amount_needs_no_reason():
    rules.check_amount(400, 400, "")


@pytest.mark.parametrize("amount", [399, 401])
def test_another_amount_needs_a_reason(amount):
    with pytest.raises(RuleBroken, match="another amount") as refused:
        rules.check_amount(amount, 400, " ")
    assert refused.value.field == "reason"
    rules.check_amount(amount, 400, "Prices changed.")


@pytest.mark.parametrize("stage", list(Stage))
def test_a_project_is_returned_only_before_it_is_approved(stage):
    if stage is Stage.ROUTED:
        rules.check_returnable(stage)
    else:
        with pytest.raises(RuleBroken):
            rules.check_returnable(stage)


@pytest.mark.parametrize("stage", list(Stage))
def test_nothing_is_decided_about_what_is_handed_over(stage):
    if stage in {Stage.HANDED_OVER, Stage.CONFIRMED}:
        with pytest.raises(RuleBroken):
            rules.check_running(stage)
    else:
        rules.check_running(stage)


@pytest.mark.parametrize(
    ("owner", "due_on", "field"),
    [
        (" ", date(2026, 12, 1), "owner"),
        ("Deputy", None, "due_on"),
        ("Deputy", TODAY, "due_on"),
        ("Deputy", date(2026, 11, 21), "due_on"),
    ],
)
def test_an_escalation_names_who_answers_and_by_when(owner, due_on, field):
    with pytest.raises(RuleBroken) as refused:
        rules.check_escalation(owner, due_on, TODAY)
    assert refused.value.field == field


def test_an_answer_may_be_due_tomorrow():
    rules.check_escalation("Deputy", date(2026, 11, 23), TODAY)


def test_a_matter_is_escalated_once_at_a_time():
    rules.check_not_escalated(None)
    with pytest.raises(RuleBroken, match="headquarters already"):
        rules.check_not_escalated(TODAY)


@pytest.mark.parametrize("stage", list(Stage))
def test_only_what_can_be_decided_is_offered(stage):
    offered = rules.choices_at(stage)
    assert (
        (RulingKind.APPROVE in offered) is (RulingKind.RETURN in offered) is (stage is Stage.ROUTED)
    )
    assert (RulingKind.ESCALATE in offered) is (stage not in DONE)
    assert RulingKind.ESCALATE not in rules.choices_at(stage, escalated_until=TODAY)


NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("returned_at", "changed_at", "waits"),
    [
        pytest.param(None, NOON, False, id="never returned"),
        pytest.param(NOON, NOON, True, id="untouched since"),
        pytest.param(NOON, NOON + timedelta(seconds=1), False, id="changed since"),
    ],
)
def test_what_lies_with_the_department_is_not_returned_again(returned_at, changed_at, waits):
    if waits:
        with pytest.raises(RuleBroken, match="has not answered"):
            rules.check_not_returned(returned_at, changed_at)
    else:
        rules.check_not_returned(returned_at, changed_at)
