"""What a ruling needs."""

from __future__ import annotations

from datetime import date, datetime

from civic.kernel.errors import RuleBroken
from civic.kernel.money import Toman
from civic.kernel.roles import N_
from civic.oversight.kinds import RulingKind
from civic.projects.stages import DONE, Stage

LONGEST_REASON = 1000


def choices_at(
    stage: Stage, *, escalated_until: date | None = None, city_wide: bool = False
) -> tuple[RulingKind, ...]:
    """What can still be decided about a project that stands here; nobody is above the city."""
    if stage in DONE:
        return ()
    before_approval = (RulingKind.APPROVE, RulingKind.RETURN) if stage is Stage.ROUTED else ()
    at_the_top = city_wide or escalated_until is not None
    return (*before_approval, *(() if at_the_top else (RulingKind.ESCALATE,)))


def check_below_the_city(*, city_wide: bool) -> None:
    """What concerns the whole city cannot be sent further up."""
    if city_wide:
        raise RuleBroken(
            N_("This concerns the whole city, so the headquarters decide about it themselves.")
        )


def check_reason(reason: str) -> None:
    """Every no has a reason; so has everything that makes people wait."""
    if not reason.strip():
        raise RuleBroken(N_("Write the reason; everybody can read it."), field="reason")


def check_amount(amount: int, voted: int, reason: str) -> None:
    """What residents voted is approved, or the difference is explained."""
    if amount != voted and not reason.strip():
        raise RuleBroken(
            N_("Residents voted %(voted)s. Write why another amount is approved."),
            field="reason", voted=Toman(voted),
        )  # fmt: skip


def check_running(stage: Stage) -> None:
    """What is handed over needs no ruling any more."""
    if stage in DONE:
        raise RuleBroken(N_("This project is handed over; there is nothing left to decide."))


def check_returnable(stage: Stage) -> None:
    """A project goes back to its department only before it is approved."""
    if stage is not Stage.ROUTED:
        raise RuleBroken(N_("This project is approved already and cannot be returned."))


def check_not_returned(returned_at: datetime | None, changed_at: datetime) -> None:
    """What the department has not touched since it came back is not returned once more."""
    if returned_at is not None and changed_at <= returned_at:
        raise RuleBroken(
            N_(
                "This project was returned on %(at)s already, and the department has not"
                " answered yet. Your decision was not recorded."
            ),
            at=returned_at,
        )


def check_escalation(owner: str, due_on: date | None, today: date) -> None:
    """An escalation names who answers, and by when."""
    if not owner.strip():
        raise RuleBroken(N_("Name the post that is to answer."), field="owner")
    if due_on is None or due_on <= today:
        raise RuleBroken(N_("Give a day from tomorrow on for the answer."), field="due_on")


def check_not_escalated(due_on: date | None) -> None:
    """One matter lies in one place at a time."""
    if due_on is not None:
        raise RuleBroken(
            N_("This project is at the headquarters already; an answer is due by %(due)s."),
            due=due_on,
        )
