from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from civic.cycles import rules
from civic.cycles.kinds import BallotKind, Rule
from civic.cycles.phases import Ability, PhaseKind
from civic.cycles.rules import Frozen, Terms
from civic.kernel.errors import RuleBroken

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def days(first, last):
    return START + timedelta(days=first), START + timedelta(days=last)


def span(kind, first, last):
    opens, closes = days(first, last)
    return SimpleNamespace(kind=kind, opens_at=opens, closes_at=closes)


def terms(**changes):
    given = {"amount": 100, "ballot_kind": BallotKind.KNAPSACK, "max_choices": None}
    return Terms(**{**given, "rule": Rule.GREEDY, **changes})


class TestSchedule:
    def test_phases_may_follow_each_other_with_gaps(self):
        rules.check_schedule({PhaseKind.IDEAS: days(0, 2), PhaseKind.VOTING: days(5, 6)})

    def test_needs_a_phase(self):
        with pytest.raises(RuleBroken, match="at least one"):
            rules.check_schedule({})

    def test_a_phase_ends_after_it_begins(self):
        with pytest.raises(RuleBroken, match="must end after") as caught:
            rules.check_schedule({PhaseKind.VOTING: days(2, 2)})
        assert caught.value.field == "voting_closes"

    def test_phases_do_not_overlap(self):
        with pytest.raises(RuleBroken, match="begins before") as caught:
            rules.check_schedule({PhaseKind.VOTING: days(1, 5), PhaseKind.IDEAS: days(0, 2)})
        assert caught.value.field == "voting_opens"

    def test_phases_keep_their_order(self):
        with pytest.raises(RuleBroken, match="begins before"):
            rules.check_schedule({PhaseKind.VOTING: days(0, 1), PhaseKind.IDEAS: days(2, 3)})

    def test_gaps_are_found(self):
        phases = [span(PhaseKind.VOTING, 5, 6), span(PhaseKind.IDEAS, 0, 2)]
        assert rules.gaps(phases) == [(START + timedelta(days=2), START + timedelta(days=5))]


class TestAllowed:
    PHASES = (span(PhaseKind.IDEAS, 0, 2), span(PhaseKind.VOTING, 5, 6))

    @pytest.mark.parametrize(
        ("day", "answer"), [(4.99, False), (5, True), (5.99, True), (6, False)]
    )
    def test_voting_is_half_open(self, day, answer):
        at = START + timedelta(days=day)
        assert rules.allows(self.PHASES, Ability.CAST, at) is answer

    def test_says_when_it_opens(self):
        with pytest.raises(RuleBroken, match="This opens on"):
            rules.check_allowed(self.PHASES, Ability.CAST, START)

    def test_says_when_it_is_over(self):
        with pytest.raises(RuleBroken, match="present phase"):
            rules.check_allowed(self.PHASES, Ability.PROPOSE, START + timedelta(days=5))

    def test_says_when_nothing_runs(self):
        with pytest.raises(RuleBroken, match="does not run"):
            rules.check_allowed(self.PHASES, Ability.PROPOSE, START + timedelta(days=9))


class TestTerms:
    def test_good_ones_pass(self):
        rules.check_terms(terms())
        rules.check_terms(terms(ballot_kind=BallotKind.APPROVAL, max_choices=5))
        rules.check_terms(terms(rule=Rule.GREEDY_THRESHOLD, rule_options={"threshold": 20}))

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"amount": 0}, "amount"),
            ({"ballot_kind": BallotKind.APPROVAL}, "max_choices"),
            ({"max_choices": -1}, "max_choices"),
            ({"rule": Rule.GREEDY_THRESHOLD}, "threshold"),
            ({"rule": Rule.GREEDY_THRESHOLD, "rule_options": {"threshold": "5"}}, "threshold"),
        ],
    )
    def test_others_are_refused_at_their_field(self, changes, field):
        with pytest.raises(RuleBroken) as caught:
            rules.check_terms(terms(**changes))
        assert caught.value.field == field


class TestMove:
    def test_the_phase_has_been_running_for_an_hour(self):
        shift = rules.shift_to([span(PhaseKind.VOTING, 5, 6)], PhaseKind.VOTING, START)
        assert START + timedelta(days=5) + shift == START - timedelta(hours=1)

    def test_a_short_phase_is_half_over(self):
        short = SimpleNamespace(
            kind=PhaseKind.VOTING, opens_at=START, closes_at=START + timedelta(minutes=10)
        )
        assert rules.shift_to([short], PhaseKind.VOTING, START) == -timedelta(minutes=5)

    def test_a_missing_phase_cannot_run(self):
        with pytest.raises(RuleBroken, match="no such phase"):
            rules.shift_to([], PhaseKind.VOTING, START)

    def test_only_a_rehearsal_moves_once_frozen_and_only_forward(self):
        forward, back = timedelta(days=-1), timedelta(days=1)
        rules.check_move(back, frozen=Frozen.NOT_YET)
        rules.check_move(forward, frozen=Frozen.REHEARSAL)
        with pytest.raises(RuleBroken, match="only be moved forward"):
            rules.check_move(back, frozen=Frozen.REHEARSAL)
        with pytest.raises(RuleBroken, match="frozen"):
            rules.check_move(forward, frozen=Frozen.OFFICIAL)


def test_a_seed_can_be_made_again():
    assert rules.seed_of("tehran", "1405") == rules.seed_of("tehran", "1405")
    assert rules.seed_of("tehran", "1405") != rules.seed_of("tehran", "1406")
