"""the counter: bags of sheets, what was typed from them, assisted votes, ballots taken out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER paper_batches_kept_delete BEFORE DELETE ON paper_batches WHEN "
            "(1 = 1) BEGIN SELECT RAISE(ABORT, 'paper_batches are kept'); END"
        ),
        (
            "CREATE TRIGGER paper_batches_shut_update BEFORE UPDATE ON paper_batches WHEN "
            "(OLD.state = 'closed') OR (OLD.state = 'closed') BEGIN SELECT RAISE(ABORT, 'a "
            "closed bag stays closed'); END"
        ),
        (
            "CREATE TRIGGER paper_batches_whole_update BEFORE UPDATE ON paper_batches WHEN "
            "(NEW.state = 'closed' AND NEW.physical_count <> (SELECT count(*) FROM "
            "paper_sheets s WHERE s.batch_id = NEW.id AND s.state IN ('accepted', "
            "'spoiled'))) OR (NEW.state = 'closed' AND NEW.physical_count <> (SELECT "
            "count(*) FROM paper_sheets s WHERE s.batch_id = NEW.id AND s.state IN "
            "('accepted', 'spoiled'))) BEGIN SELECT RAISE(ABORT, 'a bag closes with as many "
            "sheets as were counted'); END"
        ),
        (
            "CREATE TRIGGER ballot_voids_no_update BEFORE UPDATE ON ballot_voids BEGIN "
            "SELECT RAISE(ABORT, 'ballot_voids is append-only'); END"
        ),
        (
            "CREATE TRIGGER ballot_voids_no_delete BEFORE DELETE ON ballot_voids BEGIN "
            "SELECT RAISE(ABORT, 'ballot_voids is append-only'); END"
        ),
        (
            "CREATE TRIGGER ballot_voids_late_insert BEFORE INSERT ON ballot_voids WHEN "
            "(EXISTS (SELECT 1 FROM ballots x JOIN ballot_boxes b ON b.pot_id = x.pot_id "
            "WHERE x.id = NEW.ballot_id AND b.state = 'closed')) BEGIN SELECT RAISE(ABORT, "
            "'nothing is taken out of a closed box'); END"
        ),
        (
            "CREATE TRIGGER assisted_votes_no_update BEFORE UPDATE ON assisted_votes BEGIN "
            "SELECT RAISE(ABORT, 'assisted_votes is append-only'); END"
        ),
        (
            "CREATE TRIGGER assisted_votes_no_delete BEFORE DELETE ON assisted_votes BEGIN "
            "SELECT RAISE(ABORT, 'assisted_votes is append-only'); END"
        ),
        (
            "CREATE TRIGGER assisted_ballots_no_update BEFORE UPDATE ON assisted_ballots "
            "BEGIN SELECT RAISE(ABORT, 'assisted_ballots is append-only'); END"
        ),
        (
            "CREATE TRIGGER assisted_ballots_no_delete BEFORE DELETE ON assisted_ballots "
            "BEGIN SELECT RAISE(ABORT, 'assisted_ballots is append-only'); END"
        ),
        (
            "CREATE TRIGGER paper_sheets_kept_delete BEFORE DELETE ON paper_sheets WHEN (1 "
            "= 1) BEGIN SELECT RAISE(ABORT, 'paper_sheets are kept'); END"
        ),
        (
            "CREATE TRIGGER paper_sheets_late_insert BEFORE INSERT ON paper_sheets WHEN "
            "(EXISTS (SELECT 1 FROM paper_batches b WHERE b.id = NEW.batch_id AND b.state = "
            "'closed')) BEGIN SELECT RAISE(ABORT, 'a closed bag takes no sheets'); END"
        ),
        (
            "CREATE TRIGGER paper_sheets_settled_update BEFORE UPDATE ON paper_sheets WHEN "
            "(EXISTS (SELECT 1 FROM paper_batches b WHERE b.id = OLD.batch_id AND b.state = "
            "'closed') AND NOT EXISTS (SELECT 1 FROM paper_rechecks r WHERE r.sheet_id = "
            "OLD.id)) OR (EXISTS (SELECT 1 FROM paper_batches b WHERE b.id = NEW.batch_id "
            "AND b.state = 'closed') AND NOT EXISTS (SELECT 1 FROM paper_rechecks r WHERE "
            "r.sheet_id = NEW.id)) BEGIN SELECT RAISE(ABORT, 'the sheets of a closed bag "
            "stay as they are'); END"
        ),
        (
            "CREATE TRIGGER paper_sheets_typed_update BEFORE UPDATE ON paper_sheets WHEN "
            "(NEW.entry1 <> OLD.entry1 OR NEW.clerk1_id <> OLD.clerk1_id OR (OLD.clerk2_id "
            "IS NOT NULL AND (NEW.clerk2_id IS NULL OR NEW.entry2 <> OLD.entry2 OR "
            "NEW.clerk2_id <> OLD.clerk2_id)) OR (OLD.adjudicator_id IS NOT NULL AND "
            "(NEW.adjudicator_id IS NULL OR NEW.entry3 <> OLD.entry3 OR NEW.adjudicator_id "
            "<> OLD.adjudicator_id))) OR (NEW.entry1 <> OLD.entry1 OR NEW.clerk1_id <> "
            "OLD.clerk1_id OR (OLD.clerk2_id IS NOT NULL AND (NEW.clerk2_id IS NULL OR "
            "NEW.entry2 <> OLD.entry2 OR NEW.clerk2_id <> OLD.clerk2_id)) OR "
            "(OLD.adjudicator_id IS NOT NULL AND (NEW.adjudicator_id IS NULL OR NEW.entry3 "
            "<> OLD.entry3 OR NEW.adjudicator_id <> OLD.adjudicator_id))) BEGIN SELECT "
            "RAISE(ABORT, 'what was read from a sheet is not rewritten'); END"
        ),
        (
            "CREATE TRIGGER paper_rechecks_no_update BEFORE UPDATE ON paper_rechecks BEGIN "
            "SELECT RAISE(ABORT, 'paper_rechecks is append-only'); END"
        ),
        (
            "CREATE TRIGGER paper_rechecks_no_delete BEFORE DELETE ON paper_rechecks BEGIN "
            "SELECT RAISE(ABORT, 'paper_rechecks is append-only'); END"
        ),
        (
            "CREATE TRIGGER paper_rechecks_other_insert BEFORE INSERT ON paper_rechecks "
            "WHEN (EXISTS (SELECT 1 FROM paper_sheets s JOIN paper_batches b ON b.id = "
            "s.batch_id WHERE s.id = NEW.sheet_id AND (b.state = 'open' OR s.clerk1_id = "
            "NEW.by_id OR s.clerk2_id = NEW.by_id))) BEGIN SELECT RAISE(ABORT, 'a closed "
            "bag is read again by somebody else'); END"
        ),
        (
            "CREATE TRIGGER ballots_paper_only_insert BEFORE INSERT ON ballots WHEN (EXISTS "
            "(SELECT 1 FROM ballot_boxes b WHERE b.pot_id = NEW.pot_id AND b.web_closed_at "
            "IS NOT NULL) AND NEW.channel <> 'paper') BEGIN SELECT RAISE(ABORT, 'this box "
            "takes paper only'); END"
        ),
        (
            "CREATE TRIGGER voter_slots_paper_only_insert BEFORE INSERT ON voter_slots WHEN "
            "(EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = NEW.pot_id AND "
            "b.web_closed_at IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'this box takes paper "
            "only'); END"
        ),
        (
            "CREATE TRIGGER voter_slots_over_update BEFORE UPDATE ON voter_slots WHEN "
            "(EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = OLD.pot_id AND "
            "b.web_closed_at IS NOT NULL) AND NEW.head_ballot_id IS NOT NULL) OR (EXISTS "
            "(SELECT 1 FROM ballot_boxes b WHERE b.pot_id = NEW.pot_id AND b.web_closed_at "
            "IS NOT NULL) AND NEW.head_ballot_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, "
            "'this box takes paper only'); END"
        ),
        (
            "CREATE TRIGGER voter_slots_marked_update BEFORE UPDATE ON voter_slots WHEN "
            "(OLD.paper AND NOT NEW.paper) OR (OLD.paper AND NOT NEW.paper) BEGIN SELECT "
            "RAISE(ABORT, 'who was given a paper stays marked'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION paper_batches_kept_delete() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'paper_batches are "
            "kept'; END IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER paper_batches_kept_delete BEFORE DELETE ON paper_batches FOR "
            "EACH ROW EXECUTE FUNCTION paper_batches_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_batches_kept_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'paper_batches are kept'; END$$"
        ),
        (
            "CREATE TRIGGER paper_batches_kept_truncate BEFORE TRUNCATE ON paper_batches "
            "FOR EACH STATEMENT EXECUTE FUNCTION paper_batches_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_batches_shut_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (OLD.state = 'closed') OR (OLD.state = "
            "'closed') THEN RAISE EXCEPTION 'a closed bag stays closed'; END IF; RETURN "
            "NEW; END$$"
        ),
        (
            "CREATE TRIGGER paper_batches_shut_update BEFORE UPDATE ON paper_batches FOR "
            "EACH ROW EXECUTE FUNCTION paper_batches_shut_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_batches_whole_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (NEW.state = 'closed' AND NEW.physical_count <> "
            "(SELECT count(*) FROM paper_sheets s WHERE s.batch_id = NEW.id AND s.state IN "
            "('accepted', 'spoiled'))) OR (NEW.state = 'closed' AND NEW.physical_count <> "
            "(SELECT count(*) FROM paper_sheets s WHERE s.batch_id = NEW.id AND s.state IN "
            "('accepted', 'spoiled'))) THEN RAISE EXCEPTION 'a bag closes with as many "
            "sheets as were counted'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER paper_batches_whole_update BEFORE UPDATE ON paper_batches FOR "
            "EACH ROW EXECUTE FUNCTION paper_batches_whole_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_voids_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'ballot_voids is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER ballot_voids_no_change BEFORE UPDATE OR DELETE ON ballot_voids "
            "FOR EACH ROW EXECUTE FUNCTION ballot_voids_refuse()"
        ),
        (
            "CREATE TRIGGER ballot_voids_no_truncate BEFORE TRUNCATE ON ballot_voids FOR "
            "EACH STATEMENT EXECUTE FUNCTION ballot_voids_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_voids_late_insert() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM ballots x JOIN ballot_boxes b ON "
            "b.pot_id = x.pot_id WHERE x.id = NEW.ballot_id AND b.state = 'closed')) THEN "
            "RAISE EXCEPTION 'nothing is taken out of a closed box'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER ballot_voids_late_insert BEFORE INSERT ON ballot_voids FOR EACH "
            "ROW EXECUTE FUNCTION ballot_voids_late_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION assisted_votes_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'assisted_votes is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER assisted_votes_no_change BEFORE UPDATE OR DELETE ON "
            "assisted_votes FOR EACH ROW EXECUTE FUNCTION assisted_votes_refuse()"
        ),
        (
            "CREATE TRIGGER assisted_votes_no_truncate BEFORE TRUNCATE ON assisted_votes "
            "FOR EACH STATEMENT EXECUTE FUNCTION assisted_votes_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION assisted_ballots_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'assisted_ballots is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER assisted_ballots_no_change BEFORE UPDATE OR DELETE ON "
            "assisted_ballots FOR EACH ROW EXECUTE FUNCTION assisted_ballots_refuse()"
        ),
        (
            "CREATE TRIGGER assisted_ballots_no_truncate BEFORE TRUNCATE ON "
            "assisted_ballots FOR EACH STATEMENT EXECUTE FUNCTION assisted_ballots_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_sheets_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'paper_sheets are kept'; "
            "END IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER paper_sheets_kept_delete BEFORE DELETE ON paper_sheets FOR EACH "
            "ROW EXECUTE FUNCTION paper_sheets_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_sheets_kept_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'paper_sheets are kept'; END$$"
        ),
        (
            "CREATE TRIGGER paper_sheets_kept_truncate BEFORE TRUNCATE ON paper_sheets FOR "
            "EACH STATEMENT EXECUTE FUNCTION paper_sheets_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_sheets_late_insert() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM paper_batches b WHERE b.id = "
            "NEW.batch_id AND b.state = 'closed')) THEN RAISE EXCEPTION 'a closed bag takes "
            "no sheets'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER paper_sheets_late_insert BEFORE INSERT ON paper_sheets FOR EACH "
            "ROW EXECUTE FUNCTION paper_sheets_late_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_sheets_settled_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM paper_batches b WHERE "
            "b.id = OLD.batch_id AND b.state = 'closed') AND NOT EXISTS (SELECT 1 FROM "
            "paper_rechecks r WHERE r.sheet_id = OLD.id)) OR (EXISTS (SELECT 1 FROM "
            "paper_batches b WHERE b.id = NEW.batch_id AND b.state = 'closed') AND NOT "
            "EXISTS (SELECT 1 FROM paper_rechecks r WHERE r.sheet_id = NEW.id)) THEN RAISE "
            "EXCEPTION 'the sheets of a closed bag stay as they are'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER paper_sheets_settled_update BEFORE UPDATE ON paper_sheets FOR "
            "EACH ROW EXECUTE FUNCTION paper_sheets_settled_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_sheets_typed_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (NEW.entry1 <> OLD.entry1 OR NEW.clerk1_id <> "
            "OLD.clerk1_id OR (OLD.clerk2_id IS NOT NULL AND (NEW.clerk2_id IS NULL OR "
            "NEW.entry2 <> OLD.entry2 OR NEW.clerk2_id <> OLD.clerk2_id)) OR "
            "(OLD.adjudicator_id IS NOT NULL AND (NEW.adjudicator_id IS NULL OR NEW.entry3 "
            "<> OLD.entry3 OR NEW.adjudicator_id <> OLD.adjudicator_id))) OR (NEW.entry1 <> "
            "OLD.entry1 OR NEW.clerk1_id <> OLD.clerk1_id OR (OLD.clerk2_id IS NOT NULL AND "
            "(NEW.clerk2_id IS NULL OR NEW.entry2 <> OLD.entry2 OR NEW.clerk2_id <> "
            "OLD.clerk2_id)) OR (OLD.adjudicator_id IS NOT NULL AND (NEW.adjudicator_id IS "
            "NULL OR NEW.entry3 <> OLD.entry3 OR NEW.adjudicator_id <> "
            "OLD.adjudicator_id))) THEN RAISE EXCEPTION 'what was read from a sheet is not "
            "rewritten'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER paper_sheets_typed_update BEFORE UPDATE ON paper_sheets FOR "
            "EACH ROW EXECUTE FUNCTION paper_sheets_typed_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_rechecks_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'paper_rechecks is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER paper_rechecks_no_change BEFORE UPDATE OR DELETE ON "
            "paper_rechecks FOR EACH ROW EXECUTE FUNCTION paper_rechecks_refuse()"
        ),
        (
            "CREATE TRIGGER paper_rechecks_no_truncate BEFORE TRUNCATE ON paper_rechecks "
            "FOR EACH STATEMENT EXECUTE FUNCTION paper_rechecks_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION paper_rechecks_other_insert() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM paper_sheets s JOIN "
            "paper_batches b ON b.id = s.batch_id WHERE s.id = NEW.sheet_id AND (b.state = "
            "'open' OR s.clerk1_id = NEW.by_id OR s.clerk2_id = NEW.by_id))) THEN RAISE "
            "EXCEPTION 'a closed bag is read again by somebody else'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER paper_rechecks_other_insert BEFORE INSERT ON paper_rechecks FOR "
            "EACH ROW EXECUTE FUNCTION paper_rechecks_other_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballots_paper_only_insert() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM ballot_boxes b WHERE "
            "b.pot_id = NEW.pot_id AND b.web_closed_at IS NOT NULL) AND NEW.channel <> "
            "'paper') THEN RAISE EXCEPTION 'this box takes paper only'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER ballots_paper_only_insert BEFORE INSERT ON ballots FOR EACH ROW "
            "EXECUTE FUNCTION ballots_paper_only_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION voter_slots_paper_only_insert() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM ballot_boxes b WHERE "
            "b.pot_id = NEW.pot_id AND b.web_closed_at IS NOT NULL)) THEN RAISE EXCEPTION "
            "'this box takes paper only'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER voter_slots_paper_only_insert BEFORE INSERT ON voter_slots FOR "
            "EACH ROW EXECUTE FUNCTION voter_slots_paper_only_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION voter_slots_over_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = "
            "OLD.pot_id AND b.web_closed_at IS NOT NULL) AND NEW.head_ballot_id IS NOT "
            "NULL) OR (EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = NEW.pot_id AND "
            "b.web_closed_at IS NOT NULL) AND NEW.head_ballot_id IS NOT NULL) THEN RAISE "
            "EXCEPTION 'this box takes paper only'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER voter_slots_over_update BEFORE UPDATE ON voter_slots FOR EACH "
            "ROW EXECUTE FUNCTION voter_slots_over_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION voter_slots_marked_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (OLD.paper AND NOT NEW.paper) OR (OLD.paper AND "
            "NOT NEW.paper) THEN RAISE EXCEPTION 'who was given a paper stays marked'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER voter_slots_marked_update BEFORE UPDATE ON voter_slots FOR EACH "
            "ROW EXECUTE FUNCTION voter_slots_marked_update()"
        ),
    ),
}
FUNCTIONS = (
    "ballots_paper_only_insert",
    "voter_slots_paper_only_insert",
    "voter_slots_over_update",
    "voter_slots_marked_update",
    "assisted_ballots_refuse",
    "assisted_votes_refuse",
    "ballot_voids_late_insert",
    "ballot_voids_refuse",
    "paper_batches_kept_delete",
    "paper_batches_kept_truncate",
    "paper_batches_shut_update",
    "paper_batches_whole_update",
    "paper_rechecks_other_insert",
    "paper_rechecks_refuse",
    "paper_sheets_kept_delete",
    "paper_sheets_kept_truncate",
    "paper_sheets_late_insert",
    "paper_sheets_settled_update",
    "paper_sheets_typed_update",
)
# On tables that were there before.
ON_OLD = (
    ("ballots", "ballots_paper_only_insert"),
    ("voter_slots", "voter_slots_paper_only_insert"),
    ("voter_slots", "voter_slots_over_update"),
    ("voter_slots", "voter_slots_marked_update"),
)


def upgrade() -> None:
    op.add_column(
        "ballot_boxes",
        sa.Column("at_counter", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "ballot_boxes", sa.Column("web_closed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "voter_slots",
        sa.Column(
            "paper",
            sa.Boolean(),
            sa.CheckConstraint(
                "NOT (paper AND head_ballot_id IS NOT NULL)", name="on_paper_or_on_the_web"
            ),
            nullable=False,
            server_default=sa.false(),
        ),
    )
    _new_tables()
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def _new_tables() -> None:
    op.create_table(
        "assistant_hours",
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("hour", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sessions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("hour >= 0 AND hour < 24", name=op.f("a_day_has_24_hours")),
        sa.ForeignKeyConstraint(
            ["assistant_id"], ["accounts.id"], name=op.f("fk_assistant_hours_assistant_id")
        ),
        sa.PrimaryKeyConstraint("assistant_id", "on_day", "hour", name="one_number_per_hour"),
    )
    op.create_table(
        "assisted_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.CheckConstraint("assistant_id <> account_id", name=op.f("nobody_assists_themselves")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_assisted_sessions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["assistant_id"], ["accounts.id"], name=op.f("fk_assisted_sessions_assistant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_sessions")),
    )
    op.create_index(
        op.f("ix_assisted_sessions_account_id"), "assisted_sessions", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_assisted_sessions_assistant_id"),
        "assisted_sessions",
        ["assistant_id"],
        unique=False,
    )
    op.create_table(
        "assisted_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("first_by_id", sa.Uuid(), nullable=True),
        sa.Column("second_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("first_by_id <> second_by_id", name=op.f("two_people_exclude_a_batch")),
        sa.CheckConstraint(
            "second_by_id IS NULL OR first_by_id IS NOT NULL", name=op.f("the_first_asks_first")
        ),
        sa.ForeignKeyConstraint(
            ["assistant_id"], ["accounts.id"], name=op.f("fk_assisted_batches_assistant_id")
        ),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["accounts.id"], name=op.f("fk_assisted_batches_first_by_id")
        ),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_assisted_batches_pot_id")),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["accounts.id"], name=op.f("fk_assisted_batches_second_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_batches")),
        sa.UniqueConstraint(
            "pot_id", "assistant_id", "on_day", name="one_batch_per_assistant_and_day"
        ),
    )
    op.create_table(
        "assisted_votes",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_assisted_votes_pot_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["assisted_sessions.id"], name=op.f("fk_assisted_votes_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "pot_id", name="one_vote_per_session_and_pot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clerk_id", sa.Uuid(), nullable=False),
        sa.Column("handed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "physical_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("seal", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "state = 'open' OR physical_count IS NOT NULL", name=op.f("a_closed_bag_was_counted")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("a_bag_is_open_or_closed")),
        sa.CheckConstraint(
            "(physical_count IS NULL) = (seal IS NULL)", name=op.f("a_counted_bag_has_a_seal")
        ),
        sa.CheckConstraint(
            "handed >= 0 AND handed <= 50", name=op.f("at_most_50_sheets_are_handed_out")
        ),
        sa.CheckConstraint(
            "physical_count >= 0 AND physical_count <= 50", name=op.f("at_most_50_sheets_in_a_bag")
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["accounts.id"], name=op.f("fk_paper_batches_clerk_id")
        ),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_paper_batches_pot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
        sa.UniqueConstraint("pot_id", "number", name="one_bag_of_a_number"),
    )
    op.create_table(
        "assisted_ballots",
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_assisted_ballots_ballot_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["assisted_batches.id"], name=op.f("fk_assisted_ballots_batch_id")
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_assisted_ballots")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_assisted_ballots_batch_id"), "assisted_ballots", ["batch_id"], unique=False
    )
    op.create_table(
        "ballot_voids",
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("staff_a_id", sa.Uuid(), nullable=True),
        sa.Column("staff_b_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "reason = 'paper' OR (staff_a_id IS NOT NULL AND staff_b_id IS NOT NULL"
            " AND staff_a_id <> staff_b_id)",
            name=op.f("two_people_void"),
        ),
        sa.CheckConstraint("reason IN ('paper', 'batch', 'merge')", name=op.f("a_void_says_why")),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_voids_ballot_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_a_id"], ["accounts.id"], name=op.f("fk_ballot_voids_staff_a_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_b_id"], ["accounts.id"], name=op.f("fk_ballot_voids_staff_b_id")
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_ballot_voids")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_sheets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry1", sa.String(length=1000), nullable=False),
        sa.Column("clerk1_id", sa.Uuid(), nullable=False),
        sa.Column("entry2", sa.String(length=1000), nullable=True),
        sa.Column("clerk2_id", sa.Uuid(), nullable=True),
        sa.Column("entry3", sa.String(length=1000), nullable=True),
        sa.Column("adjudicator_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "ballot_id IS NULL OR state = 'accepted'", name=op.f("accepted_sheets_become_ballots")
        ),
        sa.CheckConstraint(
            "state IN ('once', 'differs', 'accepted', 'spoiled')", name=op.f("how_a_sheet_stands")
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'spoiled') OR (clerk2_id IS NOT NULL"
            " AND (entry1 = entry2 OR adjudicator_id IS NOT NULL))",
            name=op.f("two_agree_or_a_third_decides"),
        ),
        sa.CheckConstraint(
            "(entry2 IS NULL) = (clerk2_id IS NULL)", name=op.f("a_reading_has_a_reader")
        ),
        sa.CheckConstraint(
            "(entry3 IS NULL) = (adjudicator_id IS NULL)", name=op.f("a_decision_has_a_decider")
        ),
        sa.CheckConstraint(
            "adjudicator_id <> clerk1_id AND adjudicator_id <> clerk2_id",
            name=op.f("a_third_person_decides"),
        ),
        sa.CheckConstraint("clerk1_id <> clerk2_id", name=op.f("two_clerks_type_a_sheet")),
        sa.CheckConstraint("serial >= 1 AND serial <= 50", name=op.f("sheets_count_from_1_to_50")),
        sa.ForeignKeyConstraint(
            ["adjudicator_id"], ["accounts.id"], name=op.f("fk_paper_sheets_adjudicator_id")
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_paper_sheets_ballot_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batches.id"], name=op.f("fk_paper_sheets_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["clerk1_id"], ["accounts.id"], name=op.f("fk_paper_sheets_clerk1_id")
        ),
        sa.ForeignKeyConstraint(
            ["clerk2_id"], ["accounts.id"], name=op.f("fk_paper_sheets_clerk2_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheets")),
        sa.UniqueConstraint("ballot_id", name="a_ballot_has_one_sheet"),
        sa.UniqueConstraint("batch_id", "serial", name="one_sheet_of_a_serial"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_rechecks",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.String(length=1000), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_paper_rechecks_by_id")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["paper_sheets.id"], name=op.f("fk_paper_rechecks_sheet_id")
        ),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_paper_rechecks")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table, name in ON_OLD:
        where = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER {name}{where}")
    op.drop_column("voter_slots", "paper")
    op.drop_column("ballot_boxes", "web_closed_at")
    op.drop_column("ballot_boxes", "at_counter")
    op.drop_table("paper_rechecks")
    op.drop_table("paper_sheets")
    op.drop_table("ballot_voids")
    op.drop_table("assisted_ballots")
    op.drop_table("paper_batches")
    op.drop_table("assisted_votes")
    op.drop_table("assisted_batches")
    op.drop_table("assisted_sessions")
    op.drop_table("assistant_hours")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
