import pytest
from sqlalchemy import Date, DateTime, select, text
from sqlalchemy.exc import DatabaseError

from civic.audit.models import AuditEntry
from civic.ballots import actions, jobs, queries
from civic.ballots.models import Ballot, BallotBox, CastKey, Opening, VoterSlot
from civic.cycles.models import FrozenRules
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import UTCDateTime, db, on_postgres
from civic.kernel.errors import RuleBroken
from tests import factories

BOX = (Ballot, Opening, VoterSlot, CastKey)


class TestWhatTheBoxHolds:
    """Nobody's name, account, address or time, and no way to them."""

    def test_its_columns(self):
        assert {f"{m.__tablename__}.{c.name}" for m in BOX for c in m.__table__.columns} == {
            "ballots.id", "ballots.pot_id", "ballots.commitment", "ballots.receipt",
            "ballots.replaces_id", "ballots.channel",
            "ballot_openings.ballot_id", "ballot_openings.nonce", "ballot_openings.choices",
            "voter_slots.pot_id", "voter_slots.voter_tag", "voter_slots.head_ballot_id",
            "voter_slots.paper",
            "cast_keys.pot_id", "cast_keys.voter_tag", "cast_keys.key", "cast_keys.ballot_id",
        }  # fmt: skip

    @pytest.mark.parametrize("model", BOX)
    def test_no_column_is_a_time_or_counts_up(self, model):
        for column in model.__table__.columns:
            assert not isinstance(column.type, DateTime | Date | UTCDateTime), column
            assert column.autoincrement is not True
        assert model.__table__.dialect_options["sqlite"]["with_rowid"] is False

    @pytest.mark.parametrize("model", BOX)
    def test_no_way_leads_to_a_person(self, model):
        near = {key.column.table.name for key in model.__table__.foreign_keys}
        assert near <= {"pots", "ballots"}

    def test_nothing_that_is_told_names_a_ballot(self, cast, rosa, pot):
        ballot = cast(rosa, 0)
        opening = db.session.get(Opening, ballot.id)
        secrets = [ballot.id.hex, str(ballot.id), ballot.receipt, ballot.commitment.hex()]
        secrets += [opening.nonce[32:].hex()]
        for table in ("notices", "participations", "audit_entries", "letters"):
            for row in db.session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608
                assert not any(secret in str(row) for secret in secrets)


class TestOpenBoxes:
    def test_the_job_opens_what_is_due(self, paper, pot):
        jobs.open_due_boxes()
        jobs.open_due_boxes()
        assert queries.box_state(pot.id) == "open"
        assert len(db.session.scalars(select(FrozenRules)).all()) == 1

    def test_a_pot_without_projects_has_no_box(self, paper, cycle, tree):
        empty = factories.make_pot(cycle, tree.narvan)
        jobs.open_due_boxes()
        assert queries.box_state(empty.id) is None

    def test_a_cycle_without_papers_stays_unfrozen(self, pot):
        jobs.open_due_boxes()
        assert db.session.scalar(select(FrozenRules)) is None

    def test_nothing_opens_early(self, tree):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.BALLOT)
        factories.make_ballot_project(factories.make_pot(cycle, tree.sepidar))
        jobs.open_due_boxes()
        assert db.session.scalar(select(BallotBox)) is None
        with pytest.raises(RuleBroken, match="not begun"):
            actions.open_boxes(cycle, at=clock.now())


class TestCloseBox:
    def test_closes_and_forgets_the_presses(self, cast, rosa, pot, after):
        cast(rosa, 0)
        actions.close_box(pot, at=after(120))
        assert queries.box_state(pot.id) == "closed"
        assert db.session.scalars(select(CastKey)).all() == []
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert (last.event, last.details) == ("box:close", {"ballots": 1})

    def test_again_changes_nothing(self, cast, rosa, pot, after):
        cast(rosa, 0)
        actions.close_box(pot, at=after(120))
        actions.close_box(pot, at=after(500))
        assert db.session.get(BallotBox, pot.id).closed_at == after(120)

    def test_not_before_the_grace_is_over(self, cast, rosa, pot, after):
        cast(rosa, 0)
        with pytest.raises(RuleBroken, match="still runs"):
            actions.close_box(pot, at=after(119))

    def test_a_pot_that_was_never_opened(self, pot, after):
        actions.close_box(pot, at=after(500))
        assert queries.box_state(pot.id) is None

    def test_the_job_closes_what_is_due(self, cast, rosa, pot, after, monkeypatch):
        cast(rosa, 0)
        jobs.close_due_boxes()
        assert queries.box_state(pot.id) == "open"
        monkeypatch.setattr(clock, "now", lambda: after(121))
        jobs.close_due_boxes()
        assert queries.box_state(pot.id) == "closed"


class TestTriggers:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ballots SET receipt = '0'",
            "DELETE FROM ballots",
            "UPDATE ballot_openings SET choices = '[]'",
            "DELETE FROM ballot_openings",
            "DELETE FROM voter_slots",
            "DELETE FROM ballot_boxes",
        ],
    )
    def test_the_box_keeps_what_it_holds(self, cast, rosa, statement):
        cast(rosa, 0)
        with pytest.raises(DatabaseError, match=r"append-only|are kept"):
            db.session.execute(text(statement))
        db.session.rollback()

    @pytest.mark.parametrize(
        "table",
        ["ballots", "ballot_openings", "voter_slots", "ballot_boxes", "ballot_projects", "pots",
         "phases", "frozen_rules", "audit_entries"],
    )  # fmt: skip
    def test_nobody_empties_a_table_at_once(self, cast, rosa, table):
        cast(rosa, 0)
        empty = "TRUNCATE {} CASCADE" if on_postgres() else "DELETE FROM {}"
        with pytest.raises(DatabaseError, match=r"append-only|are kept|frozen"):
            db.session.execute(text(empty.format(table)))
        db.session.rollback()

    def test_a_closed_box_stays_closed_and_takes_nothing(self, cast, rosa, pot, after):
        cast(rosa, 0)
        actions.close_box(pot, at=after(120))
        for statement in (
            "UPDATE ballot_boxes SET state = 'open'",
            "UPDATE voter_slots SET head_ballot_id = NULL",
        ):
            with pytest.raises(DatabaseError, match="closed box"):
                db.session.execute(text(statement))
            db.session.rollback()
        with pytest.raises(DatabaseError, match="takes no ballots"):
            factories.keep(Ballot(pot_id=pot.id, commitment=b"c" * 32, receipt="1"))
        db.session.rollback()

    def test_the_paper_is_frozen_with_the_rules(self, cast, rosa, pot):
        cast(rosa, 0)
        with pytest.raises(DatabaseError, match="frozen"):
            factories.make_ballot_project(pot)
        db.session.rollback()


class TestQueries:
    def test_the_order_of_openings_is_not_that_of_casting(self, tree, cast, pot):
        people = [factories.make_resident(f"R{n}", tree.sepidar) for n in range(12)]
        cast_in_order = [cast(person, n % 3) for n, person in enumerate(people)]
        by_commitment = sorted(cast_in_order, key=lambda ballot: ballot.commitment)
        wanted = [db.session.get(Opening, ballot.id).choices for ballot in by_commitment]
        assert list(queries.openings(pot.id)) == wanted

    def test_a_receipt_is_found_and_tells_nothing_of_changes(self, cast, rosa, pot):
        first, second = cast(rosa, 0), cast(rosa, 1)
        assert queries.find_receipt(first.receipt)[:2] == queries.find_receipt(second.receipt)[:2]
        assert queries.find_receipt(first.receipt).pot.id == pot.id
        assert queries.find_receipt("0" * 24) is None
