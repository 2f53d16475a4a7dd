"""Every kind of notice, with the words it is told in."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from civic.kernel.roles import N_


class Kind(StrEnum):
    """What people are told, named `subject:action`."""

    ACCOUNTS_JOINED = "accounts:joined"
    ALARM_RAISED = "alarm:raised"
    BALLOT_ASSISTED = "ballot:assisted"
    BALLOT_RECORDED = "ballot:recorded"
    ESCALATION_ANSWERED = "escalation:answered"
    ESCALATION_RAISED = "escalation:raised"
    IDENTITY_MATCHED = "identity:matched"
    IDENTITY_NOT_MATCHED = "identity:not_matched"
    OBJECTION_ANSWERED = "objection:answered"
    OBJECTION_RECEIVED = "objection:received"
    PAPER_GIVEN = "paper:given"
    PROJECT_BLOCKED = "project:blocked"
    PROJECT_HANDED_OVER = "project:handed_over"
    PROJECT_REPORTED = "project:reported"
    PROJECT_RETURNED = "project:returned"
    PROJECT_ROUTED = "project:routed"
    PROJECT_STAGED = "project:staged"
    PROPOSAL_ACCEPTED = "proposal:accepted"
    PROPOSAL_APPRAISED = "proposal:appraised"
    PROPOSAL_CHOSEN = "proposal:chosen"
    PROPOSAL_INFEASIBLE = "proposal:infeasible"
    PROPOSAL_LAPSED = "proposal:lapsed"
    PROPOSAL_MERGED = "proposal:merged"
    PROPOSAL_NOT_CHOSEN = "proposal:not_chosen"
    PROPOSAL_ON_BALLOT = "proposal:on_ballot"
    PROPOSAL_REFUSED = "proposal:refused"
    PROPOSAL_CARRIED_UP = "proposal:carried_up"
    PROPOSAL_REOPENED = "proposal:reopened"
    PROPOSAL_RETURNED = "proposal:returned"
    PROPOSAL_SUBMITTED = "proposal:submitted"
    RECOUNT_DIFFERS = "recount:differs"
    RECOUNT_DONE = "recount:done"
    RESULT_PUBLISHED = "result:published"
    ROLE_GRANTED = "role:granted"
    RULE_BROKEN = "rule:broken"
    SECOND_FACTOR_RESET = "second_factor:reset"


class Channel(StrEnum):
    """How a letter goes out."""

    SMS = "sms"
    EMAIL = "email"


class Subject(StrEnum):
    """What can be followed."""

    AREA = "area"
    PROPOSAL = "proposal"
    PROJECT = "project"


class Words(NamedTuple):
    """A short sentence for the list and the SMS, and what happens next."""

    said: str
    next: str


WORDS = {
    Kind.ACCOUNTS_JOINED: Words(
        N_("Your two accounts were joined at the counter; sign in with the number you use now."),
        N_(
            "One vote of yours stands; while voting runs you can look at it and change it. If you"
            " did not ask for this, tell the city headquarters at once."
        ),
    ),
    Kind.ALARM_RAISED: Words(
        N_("Something in the vote looks unusual, and it may be fraud."),
        N_("Nothing was blocked. Look at the alarm today and say what you make of it."),
    ),
    Kind.BALLOT_ASSISTED: Words(
        N_("A vote was cast in your name with the help of an ambassador, at %(place)s."),
        N_("If it was not you, tell the city headquarters before voting closes on %(closes)s."),
    ),
    Kind.BALLOT_RECORDED: Words(
        N_("A vote was recorded in your name for %(area)s."),
        N_("You can change it until %(closes)s. If it was not you, sign out all devices now."),
    ),
    Kind.ESCALATION_ANSWERED: Words(
        N_("Headquarters answered about “%(title)s”."), N_("The answer is on the project's page.")
    ),
    Kind.ESCALATION_RAISED: Words(
        N_("“%(title)s” was escalated to headquarters."), N_("An answer is due by %(due)s.")
    ),
    Kind.IDENTITY_MATCHED: Words(
        N_("The register has confirmed that your mobile number is yours."),
        N_("Nothing of this keeps you from voting any more; see what else your vote asks for."),
    ),
    Kind.IDENTITY_NOT_MATCHED: Words(
        N_("By the register your mobile number is not registered in your name."),
        N_(
            "Have it registered, we ask again every day; or take your national card to the counter."
        ),
    ),
    Kind.OBJECTION_ANSWERED: Words(
        N_("Your objection number %(number)s about %(area)s is decided."),
        N_("The answer with its reasons stands on its page."),
    ),
    Kind.OBJECTION_RECEIVED: Words(
        N_("Your objection about %(area)s has number %(number)s."),
        N_("People who had no part in the result answer it by %(due)s."),
    ),
    Kind.PAPER_GIVEN: Words(
        N_("You were given a paper for the vote of %(area)s at the counter."),
        N_(
            "The paper counts now, and nothing that was cast on the web. If it was not you, tell"
            " the city headquarters at once."
        ),
    ),
    Kind.PROJECT_BLOCKED: Words(
        N_("Something stands in the way of “%(title)s”."),
        N_("It lies before %(ruler)s, where it is decided what to do."),
    ),
    Kind.PROJECT_HANDED_OVER: Words(
        N_("“%(title)s” is handed over."),
        N_("Residents now say on its page whether it is built as promised; then it is confirmed."),
    ),
    Kind.PROJECT_REPORTED: Words(
        N_("New report on “%(title)s”: %(progress)s percent done."),
        N_("Pictures and money are on the project's page."),
    ),
    Kind.PROJECT_RETURNED: Words(
        N_("“%(title)s” was returned to its department by %(ruler)s."),
        N_("The reason is on the project's page; the department answers it."),
    ),
    Kind.PROJECT_ROUTED: Words(
        N_("“%(title)s” went to %(department)s."),
        N_("The department plans it; next it has to be approved by %(ruler)s."),
    ),
    Kind.PROJECT_STAGED: Words(
        N_("“%(title)s” reached a new stage: %(stage)s."), N_("Next stage: %(next)s.")
    ),
    Kind.PROPOSAL_ACCEPTED: Words(
        N_("Your proposal “%(title)s” was accepted."),
        N_("%(department)s now checks feasibility and cost, by %(due)s."),
    ),
    Kind.PROPOSAL_APPRAISED: Words(
        N_("“%(title)s” is feasible and costs about %(cost)s."),
        N_("It goes on the ballot of its neighbourhood."),
    ),
    Kind.PROPOSAL_CHOSEN: Words(
        N_("Residents chose “%(title)s”."), N_("It will be routed to a department and built.")
    ),
    Kind.PROPOSAL_INFEASIBLE: Words(
        N_("“%(title)s” cannot be built as proposed."), N_("The reason is on the proposal's page.")
    ),
    Kind.PROPOSAL_LAPSED: Words(
        N_("The time for your proposal “%(title)s” is over. %(why)s."),
        N_(
            "When the next cycle collects ideas, you can take it there from its page with one"
            " press; nothing has to be written again."
        ),
    ),
    Kind.PROPOSAL_MERGED: Words(
        N_("“%(title)s” was joined with its twin “%(into)s”."),
        N_("Your supporters now stand behind the joint proposal; you hear of its way."),
    ),
    Kind.PROPOSAL_NOT_CHOSEN: Words(
        N_("“%(title)s” was not chosen this time."),
        N_("The results page says what it lacked. You may propose it again next cycle."),
    ),
    Kind.PROPOSAL_ON_BALLOT: Words(
        N_("“%(title)s” is on the ballot."), N_("Voting opens on %(opens)s.")
    ),
    Kind.PROPOSAL_REFUSED: Words(
        N_("Your proposal “%(title)s” was refused."), N_("The reason is on the proposal's page.")
    ),
    Kind.PROPOSAL_CARRIED_UP: Words(
        N_("“%(title)s” concerns more than its neighbourhood and was carried up to %(area)s."),
        N_("A decision is due there by %(due)s; the reason is on the proposal's page."),
    ),
    Kind.PROPOSAL_REOPENED: Words(
        N_("The decision about your proposal “%(title)s” was taken back, as a slip of the hand."),
        N_("It waits again, and is decided anew by %(due)s."),
    ),
    Kind.PROPOSAL_RETURNED: Words(
        N_("Your proposal “%(title)s” needs a change."),
        N_("Mend it and hand it in again by %(due)s."),
    ),
    Kind.PROPOSAL_SUBMITTED: Words(
        N_("Your proposal “%(title)s” has number %(number)s."),
        N_("An elite of your neighbourhood decides by %(due)s."),
    ),
    Kind.RECOUNT_DIFFERS: Words(
        N_("A recount of %(area)s came to something else than the published result."),
        N_(
            "The protocol names what differs. The result stands until it is looked into; do so now."
        ),
    ),
    Kind.RECOUNT_DONE: Words(
        N_("All ballots of %(area)s were counted again."),
        N_("The protocol says what was compared, and whether the same projects won."),
    ),
    Kind.RESULT_PUBLISHED: Words(
        N_("The result for %(area)s is published."), N_("See what won and why, and recount it.")
    ),
    Kind.ROLE_GRANTED: Words(
        N_("You were given the role: %(role)s."),
        N_("Set up your second factor at the next sign-in."),
    ),
    Kind.RULE_BROKEN: Words(
        N_("Something that must always hold in the database does not."),
        N_("It was found in the check of the night. Look at the alarm today, and publish nothing."),
    ),
    Kind.SECOND_FACTOR_RESET: Words(
        N_("An administrator took your second factor away on %(when)s."),
        N_(
            "You are signed out everywhere; set up a new one when you sign in. If you did not ask"
            " for it, call the administrator at once: somebody may want to act in your name."
        ),
    ),
}

# An SMS costs the city money and the reader attention: only what decides about one's own
# proposal, vote or post, and the result one voted for.
BY_SMS = frozenset(
    {
        Kind.ACCOUNTS_JOINED,
        Kind.BALLOT_ASSISTED,
        Kind.BALLOT_RECORDED,
        Kind.IDENTITY_MATCHED,
        Kind.OBJECTION_ANSWERED,
        Kind.PAPER_GIVEN,
        Kind.PROPOSAL_ACCEPTED,
        Kind.PROPOSAL_CHOSEN,
        Kind.PROPOSAL_INFEASIBLE,
        Kind.PROPOSAL_LAPSED,
        Kind.PROPOSAL_NOT_CHOSEN,
        Kind.PROPOSAL_REFUSED,
        Kind.PROPOSAL_REOPENED,
        Kind.PROPOSAL_RETURNED,
        Kind.RESULT_PUBLISHED,
        Kind.SECOND_FACTOR_RESET,
    }
)
# E-mail goes to whoever gave an address. Desks fill by themselves and need no letter.
BY_EMAIL = frozenset(Kind) - {Kind.ESCALATION_RAISED, Kind.PROJECT_BLOCKED}
# Ballots lie in the box in the order of casting. A notice with the minute of a vote would
# number its voter, so of these only the day is kept.
KEPT_BY_DAY = frozenset({Kind.BALLOT_ASSISTED, Kind.BALLOT_RECORDED, Kind.PAPER_GIVEN})
