"""The conditions that a city's registers answer: the roll, and whose mobile number it is."""

from __future__ import annotations

from collections.abc import Iterator

from civic.electorate.facts import COUNTER, Check, Facts, State, VoterTerms
from civic.electorate.kinds import Match, Tie
from civic.kernel.roles import N_


def on_the_roll(facts: Facts, terms: VoterTerms) -> Iterator[Check]:
    """Does the person stand on the roll of the cycle, where it needs one?

    Whoever is not on the roll reads the same as whoever is there differently: no page tells
    whether somebody is known, alive, or born on another day.
    """
    if not terms.needs_roll:
        return
    if not facts.roll_is_there:
        yield Check("roll", State.WAITING,
                    N_("The list of people entitled to vote is not confirmed yet. As soon as it "
                       "is, you can read here whether your name stands on it."))  # fmt: skip
    elif not facts.national_id_given:
        yield Check("roll", State.NOTE,
                    N_("This vote has a list of people entitled to vote. When you have given your "
                       "national id, we look whether you stand on it."))  # fmt: skip
    elif _stands_on_it(facts):
        yield Check("roll", State.MET,
                    N_("Your name stands on the list of people entitled to vote."))  # fmt: skip
    else:
        yield Check(
            "roll",
            State.MISSING,
            N_("With this national id, date of birth and neighbourhood you do not stand on the "
               "list of people entitled to vote. Please compare what you gave. If it is right, "
               "take your national card to the counter; there it is looked into."),
            mend=COUNTER,
        )  # fmt: skip


def _stands_on_it(facts: Facts) -> bool:
    entry = facts.entry
    if entry is None or not entry.alive or entry.birth_date != facts.birth_date:
        return False
    # The register knows where people live; who votes where they work lives anywhere in the city.
    lives = facts.tie is not Tie.WORKS and facts.home_path is not None
    return not lives or entry.area_code in (facts.home_path or "").split("/")


def known_to_the_register(facts: Facts, terms: VoterTerms) -> Iterator[Check]:
    """Does a register know the mobile number as the person's, where the cycle asks for it?"""
    if not terms.needs_match:
        return
    if not facts.national_id_given:
        yield Check("match", State.NOTE,
                    N_("When you have given your national id, a register is asked whether this "
                       "mobile number is yours. It hears nothing of your vote."))  # fmt: skip
    elif facts.match is Match.MATCHED:
        yield Check("match", State.MET,
                    N_("The register confirms that this mobile number is yours."))  # fmt: skip
    elif facts.match is Match.NOT_MATCHED:
        yield _not_matched(facts)
    elif facts.match is None:
        yield Check("match", State.WAITING,
                    N_("We are about to ask a register whether this mobile number is yours. Your "
                       "vote can be cast once the check has passed; mostly that takes a minute.")
                    )  # fmt: skip
    elif facts.asked_until is None:
        yield Check("match", State.MISSING,
                    N_("The register that says whether this mobile number is yours could not be "
                       "reached in all this time. Please take your national card to the counter; "
                       "there it can be seen to."),
                    mend=COUNTER)  # fmt: skip
    else:
        yield Check(
            "match",
            State.WAITING,
            N_("The register that says whether this mobile number is yours cannot be reached at "
               "the moment. Your vote can be cast once the check has passed; we try again until "
               "%(until)s, and you need not do anything."),
            {"until": facts.asked_until},
        )  # fmt: skip


def _not_matched(facts: Facts) -> Check:
    if facts.asked_until is None:
        return Check("match", State.MISSING,
                     N_("By the register this mobile number is not registered in your name. Please "
                        "take your national card to the counter; there it can be put right."),
                     mend=COUNTER)  # fmt: skip
    return Check(
        "match",
        State.MISSING,
        N_("By the register this mobile number is not registered in your name. Have it registered; "
           "we ask again every day until %(until)s. Or take your national card to the counter."),
        {"until": facts.asked_until}, mend=COUNTER,
    )  # fmt: skip
