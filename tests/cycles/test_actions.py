import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from civic.audit.models import AuditEntry
from civic.cycles import actions, queries
from civic.cycles.models import BallotKind, Phase, Rule, Standing
from civic.cycles.phases import PhaseKind
from civic.cycles.rules import PaperLine, Plan, Terms, phase_at
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from tests import factories

TERMS = Terms(5_000, BallotKind.APPROVAL, 3, Rule.GREEDY)


@pytest.fixture
def cycle(tree):
    return factories.make_cycle(tree.city, phase=PhaseKind.BALLOT, code="1405")


@pytest.fixture
def frozen(cycle, tree):
    """A cycle with a pot and a project, frozen."""
    pot = factories.make_pot(cycle, tree.sepidar)
    project = factories.make_ballot_project(pot, cost=400)
    line = PaperLine(project.number, project.code, project.title, project.cost)
    actions.freeze_rules(cycle, {pot.id: [line]}, at=clock.now())
    return cycle


def schedule(start, *kinds):
    day = timedelta(days=1)
    return {kind: (start + day * n, start + day * (n + 1)) for n, kind in enumerate(kinds)}


class TestCreateCycle:
    def test_makes_a_cycle_with_a_seed(self, adam, tree):
        cycle = actions.create_cycle(adam, tree.city, Plan("1406", "دوره ۱۴۰۶"), at=clock.now())
        assert (cycle.code, cycle.standing) == ("1406", Standing.OFFICIAL)
        assert len(cycle.tie_seed) == 64
        assert db.session.scalars(select(AuditEntry.event)).all() == ["cycle:create"]

    def test_refuses_a_code_twice(self, adam, tree, cycle):
        with pytest.raises(RuleBroken, match="already a cycle 1405"):
            actions.create_cycle(adam, tree.city, Plan("1405", "دوباره"), at=clock.now())

    @pytest.mark.parametrize("who", ["rosa", "milo", "hedi", "ada"])
    def test_is_for_administrators(self, who, tree, request):
        with pytest.raises(NotAllowed):
            actions.create_cycle(
                request.getfixturevalue(who), tree.city, Plan("1406", "دوره"), at=clock.now()
            )


class TestSetPhases:
    def test_replaces_what_was_there(self, adam, cycle):
        spans = schedule(clock.now(), PhaseKind.IDEAS, PhaseKind.VOTING)
        actions.set_phases(adam, cycle, spans, at=clock.now())
        assert [phase.kind for phase in cycle.phases] == [PhaseKind.IDEAS, PhaseKind.VOTING]
        assert cycle.phases[1].opens_at == spans[PhaseKind.VOTING][0]

    def test_refuses_a_wrong_order(self, adam, cycle):
        spans = schedule(clock.now(), PhaseKind.VOTING, PhaseKind.IDEAS)
        with pytest.raises(RuleBroken, match="begins before"):
            actions.set_phases(adam, cycle, spans, at=clock.now())

    def test_is_refused_once_frozen(self, adam, frozen):
        spans = schedule(clock.now(), PhaseKind.VOTING)
        with pytest.raises(RuleBroken, match="frozen"):
            actions.set_phases(adam, frozen, spans, at=clock.now())

    def test_is_for_administrators(self, milo, cycle):
        with pytest.raises(NotAllowed):
            actions.set_phases(milo, cycle, {}, at=clock.now())


class TestSetPot:
    def test_gives_an_area_its_money_and_changes_it(self, adam, cycle, tree):
        pot = actions.set_pot(adam, cycle, tree.sepidar, TERMS, at=clock.now())
        again = Terms(7_000, BallotKind.KNAPSACK, None, Rule.EQUAL_SHARES_ADD1)
        assert actions.set_pot(adam, cycle, tree.sepidar, again, at=clock.now()) is pot
        assert (pot.amount, pot.max_choices, pot.rule) == (7_000, None, Rule.EQUAL_SHARES_ADD1)

    def test_refuses_bad_terms(self, adam, cycle, tree):
        terms = Terms(0, BallotKind.KNAPSACK, None, Rule.GREEDY)
        with pytest.raises(RuleBroken, match="must hold"):
            actions.set_pot(adam, cycle, tree.sepidar, terms, at=clock.now())

    def test_is_refused_once_frozen(self, adam, frozen, tree):
        with pytest.raises(RuleBroken, match="frozen"):
            actions.set_pot(adam, frozen, tree.district, TERMS, at=clock.now())

    def test_is_for_administrators(self, maya, cycle, tree):
        with pytest.raises(NotAllowed):
            actions.set_pot(maya, cycle, tree.sepidar, TERMS, at=clock.now())


class TestMoveCycle:
    @pytest.mark.parametrize("kind", list(PhaseKind))
    def test_the_wanted_phase_runs(self, adam, cycle, kind):
        actions.move_cycle(adam, cycle, kind, at=clock.now())
        assert phase_at(cycle.phases, clock.now()).kind is kind

    def test_a_frozen_official_cycle_stays(self, adam, frozen):
        with pytest.raises(RuleBroken, match="frozen"):
            actions.move_cycle(adam, frozen, PhaseKind.COUNTING, at=clock.now())

    def test_a_frozen_rehearsal_goes_forward_only(self, adam, cycle):
        cycle.standing = Standing.REHEARSAL
        db.session.commit()
        actions.freeze_rules(cycle, {}, at=clock.now())
        actions.move_cycle(adam, cycle, PhaseKind.COUNTING, at=clock.now())
        assert phase_at(cycle.phases, clock.now()).kind is PhaseKind.COUNTING
        with pytest.raises(RuleBroken, match="only be moved forward"):
            actions.move_cycle(adam, cycle, PhaseKind.VOTING, at=clock.now())

    def test_is_for_administrators(self, rosa, cycle):
        with pytest.raises(NotAllowed):
            actions.move_cycle(rosa, cycle, PhaseKind.VOTING, at=clock.now())


class TestFreezeRules:
    def test_writes_down_what_counts(self, frozen, tree):
        kept = queries.frozen_rules(frozen.id)
        said = json.loads(kept.document)
        assert kept.sha256 == hashlib.sha256(kept.document.encode()).hexdigest()
        assert (said["format"], said["cycle"]) == ("civic-rules/1", "1405")
        assert said["tie_seed"] == "seed"
        assert [phase["kind"] for phase in said["phases"]] == [kind.value for kind in PhaseKind]
        [pot] = said["pots"]
        assert (pot["area"], pot["amount"], pot["rule"]) == (tree.sepidar.code, 1_000, "greedy")
        assert pot["projects"][0]["cost"] == 400

    def test_the_second_time_changes_nothing(self, frozen):
        first = queries.frozen_rules(frozen.id)
        assert actions.freeze_rules(frozen, {}, at=clock.now()) is first


class TestTriggers:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE pots SET amount = amount + 1",
            "DELETE FROM pots",
            "UPDATE phases SET closes_at = opens_at WHERE kind = 'ideas'",
            "DELETE FROM phases",
            "UPDATE cycles SET tie_seed = 'better'",
            "UPDATE cycles SET standing = 'rehearsal'",
            "UPDATE frozen_rules SET sha256 = 'x'",
            "DELETE FROM frozen_rules",
            "UPDATE ballot_projects SET cost = 1",
            "DELETE FROM ballot_projects",
        ],
    )
    def test_the_database_refuses_what_the_actions_refuse(self, frozen, statement):
        with pytest.raises(DatabaseError, match=r"frozen|append-only"):
            db.session.execute(text(statement))
        db.session.rollback()

    def test_nothing_is_added_to_a_frozen_cycle(self, frozen, tree):
        with pytest.raises(DatabaseError, match="frozen"):
            factories.make_pot(frozen, tree.narvan)
        db.session.rollback()

    def test_what_the_rules_do_not_hold_may_change(self, frozen):
        frozen.title = "عنوان درست"
        db.session.commit()

    def test_another_cycle_stays_free(self, frozen, tree):
        other = factories.make_cycle(tree.city)
        db.session.execute(
            text("UPDATE phases SET kind = kind WHERE cycle_id <> :id"),
            {"id": frozen.id if db.engine.dialect.name == "postgresql" else frozen.id.hex},
        )
        assert db.session.scalar(select(Phase.kind).where(Phase.cycle_id == other.id))
