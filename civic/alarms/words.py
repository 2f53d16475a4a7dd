"""Every pattern in plain words: what was seen, what nobody knows yet, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from civic.alarms.kinds import AlarmKind, AlarmState, Answer, Deed, Gravity
from civic.kernel.roles import N_


class Words(NamedTuple):
    """A title and three sentences; `known` and `do` may name the numbers of the alarm."""

    title: str
    known: str
    unknown: str
    do: str


CALL = N_(
    "Draw the calls by lot once voting is over: three hundred people are asked whether they took"
    " part. Say nothing to the press before."
)
WORDS = {
    AlarmKind.ONE_NETWORK: Words(
        N_("Many votes of few phones from one network"),
        N_("%(votes)s votes came from one piece of the network, from only %(phones)s phones."),
        N_(
            "We do not know whose network it is: the address was cut and made unreadable. It may"
            " be an office that votes in the name of others, or people who changed their mind."
        ),
        CALL,
    ),
    AlarmKind.BUSY_NETWORK: Words(
        N_("Many people behind one network"),
        N_("%(phones)s phones with %(devices)s kinds of browser voted from one network."),
        N_(
            "Usually this is a mobile operator, a university or a library. Each of these people"
            " has a number and a national id of their own."
        ),
        N_("Nothing, as long as no other alarm names the same hours."),
    ),
    AlarmKind.SAME_AGE: Words(
        N_("Many people of one age within hours"),
        N_("%(people)s of %(of)s people who voted within %(hours)s hours are %(age)s years old."),
        N_(
            "We do not know who they are. It may be a school class or a home for the old that"
            " votes together, or a list of stolen ids that is worked through by year."
        ),
        CALL,
    ),
    AlarmKind.AREA_BURST: Words(
        N_("One area far above its usual hour"),
        N_("%(people)s people voted about this area within an hour; usual are %(usual)s."),
        N_(
            "We do not know why. An event in the neighbourhood, a call from the mosque or the"
            " school, or a bus of strangers: all look the same from here."
        ),
        N_("Ask the ambassador of the area what happened at that hour, and write it down."),
    ),
    AlarmKind.AREA_FULL: Words(
        N_("More votes than any area ever had"),
        N_("%(people)s of %(of)s people who are entitled here have voted."),
        N_(
            "We do not know whether the list of people entitled is out of date, or whether people"
            " from elsewhere have named this neighbourhood as theirs."
        ),
        CALL,
    ),
    AlarmKind.ONE_PHONE: Words(
        N_("One phone for several persons"),
        N_("%(phones)s phones stood for %(votes)s persons."),
        N_(
            "A phone has one account and an account one person, so this should not happen. It may"
            " be a fault of ours."
        ),
        N_("Tell the administrator today: this points at the platform itself."),
    ),
    AlarmKind.CODES_GUESSED: Words(
        N_("Somebody guesses sign-in codes"),
        N_(
            "%(wrong)s codes were wrong and %(right)s right within two hours, from %(networks)s"
            " networks."
        ),
        N_(
            "We do not know whether any guess was right by luck. Whose account it is hears of a"
            " vote by message."
        ),
        N_(
            "Ask the administrator to look at the limits. At a thousand wrong codes the platform"
            " pauses signing in by itself; who is signed in notices nothing."
        ),
    ),
    AlarmKind.CODES_UNUSED: Words(
        N_("Many codes are sent and few are used"),
        N_(
            "%(sent)s codes were sent within two hours and %(right)s used, from %(networks)s"
            " networks."
        ),
        N_(
            "We do not know whether messages are lost at the operator, or whether somebody has"
            " them sent to make money with it."
        ),
        N_("Ask the operator whether messages arrive, and what the city is charged."),
    ),
    AlarmKind.ASSISTANT: Words(
        N_("An assistant out of line"),
        N_(
            "One assistant helped with %(votes)s votes, up to %(hour)s within an hour where others"
            " have %(usual)s; %(area)s of them are of the %(of)s votes of one area."
        ),
        N_(
            "We do not know how they helped. A busy table at a mosque looks the same as somebody"
            " who votes for others."
        ),
        N_(
            "Talk with the assistant, and call people whom they helped. Only then may two of the"
            " commission take the votes of a day out."
        ),
    ),
    AlarmKind.RECOUNT_DIFFERS: Words(
        N_("A recount differs from the published result"),
        N_(
            "The recount for objection %(objection)s came to something else in %(differences)s"
            " points. The result stands until this is looked into."
        ),
        N_(
            "We do not know yet which of the two is right: the stored result may have been changed,"
            " or the ballots, or one of the two programs is wrong."
        ),
        N_(
            "Read the protocol today, count the exported files on another machine with the"
            " verifier, and say in public what came of it."
        ),
    ),
    AlarmKind.RULE_BROKEN: Words(
        N_("Something that must always hold does not"),
        N_("At night %(rules)s rules of the database were broken, %(violations)s times in all."),
        N_(
            "We do not know why. It may be a fault of the platform, or somebody has put a hand into"
            " the database."
        ),
        N_(
            "Tell the administrator today: “civic verify invariants” names each rule. Count and"
            " publish nothing until it is explained, and keep a copy of the database."
        ),
    ),
}
STATE_NAMES = {
    AlarmState.NEW: N_("Not looked at yet"),
    AlarmState.LOOKED_AT: N_("Being looked at"),
    AlarmState.CLEARED: N_("Cleared"),
    AlarmState.ASKED: N_("Waits for a second person"),
    AlarmState.PASSED: N_("Passed to the commission"),
}
GRAVITY_NAMES = {Gravity.NOTE: N_("Note"), Gravity.ALARM: N_("Alarm")}
DEED_NAMES = {
    Deed.RAISED: N_("The pattern was seen"),
    Deed.GREW: N_("The pattern has doubled since, or become grave"),
    Deed.LOOKED: N_("Taken in hand"),
    Deed.CLEARED: N_("Cleared"),
    Deed.ASKED: N_("Proposed for the commission"),
    Deed.PASSED: N_("Passed to the commission by a second person"),
}
ANSWER_NAMES = {
    Answer.YES: N_("Says that they took part"),
    Answer.NO: N_("Says that they did not take part"),
    Answer.NOT_REACHED: N_("Not reached"),
}
