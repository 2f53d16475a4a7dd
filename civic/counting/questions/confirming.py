"""The audit of an outcome before it becomes official: equal shares replayed in whole numbers."""

from __future__ import annotations

from civic.counting.ballots.election import Election
from civic.counting.errors import N_, CountingError
from civic.counting.questions.replay import replay
from civic.counting.registry import setting_of
from civic.counting.terms.outcome import Outcome


def confirm(election: Election, outcome: Outcome) -> None:
    """Count again by other means; `CountingError` if anything comes out differently.

    The other rules decide in whole numbers anyway. Of equal shares the run that stood is played
    again, and the next one, which has to cost too much if the completion says so.
    """
    if outcome.options.limits.fingerprint(election) != outcome.input_sha256:
        raise CountingError(N_("This is not the election that was counted."))
    if outcome.rule != "equal-shares" or outcome.endowment is None:
        return
    setting = setting_of(election, outcome.options)
    bought = [one.project for one in outcome.rounds if one.payment is not None]
    again = replay(setting, outcome.endowment)
    if again is None or [election.projects[place].id for place in again] != bought:
        raise CountingError(N_("A second count in whole numbers has come to another result."))
    if _ended_at_the_budget(outcome, setting.for_sale, again):
        more = replay(setting, outcome.endowment + outcome.options.step)
        if more is not None:
            raise CountingError(N_("The shares could have been raised once more."))


def _ended_at_the_budget(outcome: Outcome, for_sale: tuple[int, ...], bought: list[int]) -> bool:
    """Did the steps end because the next would have cost more than the budget?

    `add1` ends in no other way unless everything was bought, or closed by a limit.
    """
    is_plain_add1 = outcome.options.completion.partition("+")[0] in {"add1", "add1-utilitarian"}
    return is_plain_add1 and not outcome.options.limits and set(bought) != set(for_sale)
