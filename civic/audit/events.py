"""Every act that is written down, named `subject:action`."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class Event(StrEnum):
    """What staff and the platform do; residents' own acts are theirs, and not listed."""

    ACCOUNTS_ASK = "accounts:ask"
    ACCOUNTS_DROP = "accounts:drop"
    ACCOUNTS_JOIN = "accounts:join"
    ALARM_AGREE = "alarm:agree"
    ALARM_ASK = "alarm:ask"
    ALARM_CLEAR = "alarm:clear"
    ALARM_LOOK = "alarm:look"
    ALARM_RAISE = "alarm:raise"
    APPRAISAL_FINISH = "appraisal:finish"
    AREA_IMPORT = "area:import"
    ASSISTED_EXCLUDE = "assisted:exclude"
    ASSISTED_QUESTION = "assisted:question"
    BAG_CLOSE = "bag:close"
    BAG_COUNT = "bag:count"
    BALLOT_COMPOSE = "ballot:compose"
    BOX_CLOSE = "box:close"
    BOX_HOLD = "box:hold"
    BOX_OPEN = "box:open"
    CALLS_DRAW = "calls:draw"
    CYCLE_CREATE = "cycle:create"
    CYCLE_MOVE = "cycle:move"
    CYCLE_VOTERS = "cycle:voters"
    ELECTION_IMPORT = "election:import"
    ESCALATION_ANSWER = "escalation:answer"
    OBJECTION_DECIDE = "objection:decide"
    OBJECTION_DISAGREE = "objection:disagree"
    OBJECTION_PROPOSE = "objection:propose"
    OBJECTION_RECEIVE = "objection:receive"
    OBJECTION_TAKE = "objection:take"
    OBJECTION_WITHDRAW = "objection:withdraw"
    PAPER_HAND = "paper:hand"
    KEY_ASK = "key:ask"
    KEY_DESTROY = "key:destroy"
    KEY_MAKE = "key:make"
    KEY_RESTORE = "key:restore"
    KEY_SHARE = "key:share"
    POT_SET = "pot:set"
    PROJECT_BLOCK = "project:block"
    PROJECT_MILESTONE = "project:milestone"
    PROJECT_MONEY = "project:money"
    PROJECT_ROUTE = "project:route"
    PROJECT_STAGE = "project:stage"
    PROJECT_UNBLOCK = "project:unblock"
    PROJECT_UPDATE = "project:update"
    PROPOSAL_ACCEPT = "proposal:accept"
    PROPOSAL_MERGE = "proposal:merge"
    PROPOSAL_CARRY_UP = "proposal:carry_up"
    PROPOSAL_REFUSE = "proposal:refuse"
    PROPOSAL_REOPEN = "proposal:reopen"
    PROPOSAL_RETURN = "proposal:return"
    RECOUNT_ASK = "recount:ask"
    RECOUNT_FINISH = "recount:finish"
    RESULT_COUNT = "result:count"
    RESULT_PUBLISH = "result:publish"
    ROLE_END = "role:end"
    ROLE_GRANT = "role:grant"
    ROLL_CONFIRM = "roll:confirm"
    ROLL_IMPORT = "roll:import"
    ROLL_SIGN = "roll:sign"
    RULES_FREEZE = "rules:freeze"
    RULING_APPROVE = "ruling:approve"
    RULING_ESCALATE = "ruling:escalate"
    RULING_RETURN = "ruling:return"
    SHEET_CORRECT = "sheet:correct"
    SECOND_FACTOR_RESET = "second_factor:reset"
    SECOND_FACTOR_SET = "second_factor:set"


EVENT_NAMES = {
    Event.ACCOUNTS_ASK: N_("asked that two accounts of one person be joined"),
    Event.ACCOUNTS_DROP: N_("left two accounts as they are"),
    Event.ACCOUNTS_JOIN: N_("joined two accounts of one person as the second person"),
    Event.ALARM_AGREE: N_("passed an alarm on to the commission as the second person"),
    Event.ALARM_ASK: N_("asked that the commission takes an alarm up"),
    Event.ALARM_CLEAR: N_("cleared an alarm with a reason"),
    Event.ALARM_LOOK: N_("took an alarm in hand"),
    Event.ALARM_RAISE: N_("raised an alarm"),
    Event.APPRAISAL_FINISH: N_("finished a feasibility and cost sheet"),
    Event.AREA_IMPORT: N_("imported areas"),
    Event.ASSISTED_EXCLUDE: N_("took assisted votes out as the second person"),
    Event.ASSISTED_QUESTION: N_("asked for assisted votes to be taken out"),
    Event.BAG_CLOSE: N_("put the sheets of a bag into the box"),
    Event.BAG_COUNT: N_("counted and sealed a bag of sheets"),
    Event.BALLOT_COMPOSE: N_("put a project on the ballot"),
    Event.BOX_CLOSE: N_("closed a ballot box"),
    Event.BOX_HOLD: N_("ended voting on the web; sheets still come in"),
    Event.BOX_OPEN: N_("opened a ballot box"),
    Event.CALLS_DRAW: N_("drew by lot whom the commission calls"),
    Event.CYCLE_CREATE: N_("set up a cycle"),
    Event.CYCLE_MOVE: N_("changed the dates of a cycle"),
    Event.CYCLE_VOTERS: N_("set who may vote in a cycle"),
    Event.ELECTION_IMPORT: N_("imported an election"),
    Event.ESCALATION_ANSWER: N_("answered an escalation"),
    Event.OBJECTION_DECIDE: N_("decided about an objection"),
    Event.OBJECTION_DISAGREE: N_("did not agree with a decision about an objection"),
    Event.OBJECTION_PROPOSE: N_("wrote a decision about an objection for a second person"),
    Event.OBJECTION_RECEIVE: N_("received an objection"),
    Event.OBJECTION_TAKE: N_("took up an objection"),
    Event.OBJECTION_WITHDRAW: N_("noted that an objection was withdrawn"),
    Event.PAPER_HAND: N_("marked a person and handed out a paper"),
    Event.KEY_ASK: N_("asked that the key of a vote be destroyed"),
    Event.KEY_DESTROY: N_("destroyed the key of a vote as the second person"),
    Event.KEY_MAKE: N_("made the key of a vote"),
    Event.KEY_RESTORE: N_("brought the key of a vote back from two shares"),
    Event.KEY_SHARE: N_("printed shares of the key of a vote"),
    Event.POT_SET: N_("set a pot"),
    Event.PROJECT_BLOCK: N_("reported an obstacle"),
    Event.PROJECT_MILESTONE: N_("set a milestone"),
    Event.PROJECT_MONEY: N_("entered money"),
    Event.PROJECT_ROUTE: N_("routed a project to a department"),
    Event.PROJECT_STAGE: N_("moved a project to another stage"),
    Event.PROJECT_UNBLOCK: N_("reported an obstacle as gone"),
    Event.PROJECT_UPDATE: N_("reported progress"),
    Event.PROPOSAL_ACCEPT: N_("accepted a proposal"),
    Event.PROPOSAL_MERGE: N_("merged twin proposals"),
    Event.PROPOSAL_CARRY_UP: N_("carried a proposal up to a wider area"),
    Event.PROPOSAL_REFUSE: N_("refused a proposal"),
    Event.PROPOSAL_REOPEN: N_("took back a decision about a proposal"),
    Event.PROPOSAL_RETURN: N_("returned a proposal"),
    Event.RECOUNT_ASK: N_("asked for all ballots of a result to be counted again"),
    Event.RECOUNT_FINISH: N_("counted all ballots of a result again"),
    Event.RESULT_COUNT: N_("counted a pot"),
    Event.RESULT_PUBLISH: N_("published a result"),
    Event.ROLE_END: N_("ended a role"),
    Event.ROLE_GRANT: N_("granted a role"),
    Event.ROLL_CONFIRM: N_("confirmed a roll as the second person"),
    Event.ROLL_IMPORT: N_("imported a roll of people entitled to vote"),
    Event.ROLL_SIGN: N_("confirmed a roll as the first person"),
    Event.RULES_FREEZE: N_("froze the rules of a cycle"),
    Event.RULING_APPROVE: N_("approved a project"),
    Event.RULING_ESCALATE: N_("escalated a project to headquarters"),
    Event.RULING_RETURN: N_("returned a project to its department"),
    Event.SHEET_CORRECT: N_("put a sheet right after it was read again"),
    Event.SECOND_FACTOR_RESET: N_("took a lost second factor away"),
    Event.SECOND_FACTOR_SET: N_("set up a second factor"),
}
