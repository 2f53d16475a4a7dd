"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What the database itself refuses, whoever asks: rows that are never changed or deleted.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN "
            "SELECT RAISE(ABORT, 'audit_entries is append-only'); END"
        ),
        (
            "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN "
            "SELECT RAISE(ABORT, 'audit_entries is append-only'); END"
        ),
        (
            "CREATE TRIGGER cycles_frozen_update BEFORE UPDATE ON cycles WHEN (EXISTS "
            "(SELECT 1 FROM frozen_rules f WHERE f.cycle_id = OLD.id) AND (NEW.id <> OLD.id "
            "OR NEW.code <> OLD.code OR NEW.city_id <> OLD.city_id OR NEW.tie_seed <> "
            "OLD.tie_seed OR NEW.minimum_age <> OLD.minimum_age OR NEW.standing <> "
            "OLD.standing)) OR (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.id) AND (NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.city_id <> "
            "OLD.city_id OR NEW.tie_seed <> OLD.tie_seed OR NEW.minimum_age <> "
            "OLD.minimum_age OR NEW.standing <> OLD.standing)) BEGIN SELECT RAISE(ABORT, "
            "'the rules of this cycle are frozen'); END"
        ),
        (
            "CREATE TRIGGER phases_frozen_insert BEFORE INSERT ON phases WHEN (EXISTS "
            "(SELECT 1 FROM frozen_rules f WHERE f.cycle_id = NEW.cycle_id) AND EXISTS "
            "(SELECT 1 FROM cycles c WHERE c.id = NEW.cycle_id AND c.standing <> "
            "'rehearsal')) BEGIN SELECT RAISE(ABORT, 'the dates of this cycle are frozen'); "
            "END"
        ),
        (
            "CREATE TRIGGER phases_frozen_update BEFORE UPDATE ON phases WHEN (EXISTS "
            "(SELECT 1 FROM frozen_rules f WHERE f.cycle_id = OLD.cycle_id) AND EXISTS "
            "(SELECT 1 FROM cycles c WHERE c.id = OLD.cycle_id AND c.standing <> "
            "'rehearsal')) OR (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.cycle_id) AND EXISTS (SELECT 1 FROM cycles c WHERE c.id = NEW.cycle_id AND "
            "c.standing <> 'rehearsal')) BEGIN SELECT RAISE(ABORT, 'the dates of this cycle "
            "are frozen'); END"
        ),
        (
            "CREATE TRIGGER phases_frozen_delete BEFORE DELETE ON phases WHEN (EXISTS "
            "(SELECT 1 FROM frozen_rules f WHERE f.cycle_id = OLD.cycle_id) AND EXISTS "
            "(SELECT 1 FROM cycles c WHERE c.id = OLD.cycle_id AND c.standing <> "
            "'rehearsal')) BEGIN SELECT RAISE(ABORT, 'the dates of this cycle are frozen'); "
            "END"
        ),
        (
            "CREATE TRIGGER pots_frozen_insert BEFORE INSERT ON pots WHEN (EXISTS (SELECT 1 "
            "FROM frozen_rules f WHERE f.cycle_id = NEW.cycle_id)) BEGIN SELECT "
            "RAISE(ABORT, 'the rules of this cycle are frozen'); END"
        ),
        (
            "CREATE TRIGGER pots_frozen_update BEFORE UPDATE ON pots WHEN (EXISTS (SELECT 1 "
            "FROM frozen_rules f WHERE f.cycle_id = OLD.cycle_id)) OR (EXISTS (SELECT 1 "
            "FROM frozen_rules f WHERE f.cycle_id = NEW.cycle_id)) BEGIN SELECT "
            "RAISE(ABORT, 'the rules of this cycle are frozen'); END"
        ),
        (
            "CREATE TRIGGER pots_frozen_delete BEFORE DELETE ON pots WHEN (EXISTS (SELECT 1 "
            "FROM frozen_rules f WHERE f.cycle_id = OLD.cycle_id)) BEGIN SELECT "
            "RAISE(ABORT, 'the rules of this cycle are frozen'); END"
        ),
        (
            "CREATE TRIGGER frozen_rules_no_update BEFORE UPDATE ON frozen_rules BEGIN "
            "SELECT RAISE(ABORT, 'frozen_rules is append-only'); END"
        ),
        (
            "CREATE TRIGGER frozen_rules_no_delete BEFORE DELETE ON frozen_rules BEGIN "
            "SELECT RAISE(ABORT, 'frozen_rules is append-only'); END"
        ),
        (
            "CREATE TRIGGER ballot_projects_frozen_insert BEFORE INSERT ON ballot_projects "
            "WHEN (EXISTS (SELECT 1 FROM frozen_rules f JOIN pots p ON p.cycle_id = "
            "f.cycle_id WHERE p.id = NEW.pot_id)) BEGIN SELECT RAISE(ABORT, 'the paper of "
            "this pot is frozen'); END"
        ),
        (
            "CREATE TRIGGER ballot_projects_frozen_update BEFORE UPDATE ON ballot_projects "
            "WHEN (EXISTS (SELECT 1 FROM frozen_rules f JOIN pots p ON p.cycle_id = "
            "f.cycle_id WHERE p.id = OLD.pot_id)) OR (EXISTS (SELECT 1 FROM frozen_rules f "
            "JOIN pots p ON p.cycle_id = f.cycle_id WHERE p.id = NEW.pot_id)) BEGIN SELECT "
            "RAISE(ABORT, 'the paper of this pot is frozen'); END"
        ),
        (
            "CREATE TRIGGER ballot_projects_frozen_delete BEFORE DELETE ON ballot_projects "
            "WHEN (EXISTS (SELECT 1 FROM frozen_rules f JOIN pots p ON p.cycle_id = "
            "f.cycle_id WHERE p.id = OLD.pot_id)) BEGIN SELECT RAISE(ABORT, 'the paper of "
            "this pot is frozen'); END"
        ),
        (
            "CREATE TRIGGER ballot_boxes_kept_delete BEFORE DELETE ON ballot_boxes WHEN (1 "
            "= 1) BEGIN SELECT RAISE(ABORT, 'ballot_boxes are kept'); END"
        ),
        (
            "CREATE TRIGGER ballot_boxes_shut_update BEFORE UPDATE ON ballot_boxes WHEN "
            "(OLD.state = 'closed') OR (OLD.state = 'closed') BEGIN SELECT RAISE(ABORT, 'a "
            "closed box stays closed'); END"
        ),
        (
            "CREATE TRIGGER ballots_no_update BEFORE UPDATE ON ballots BEGIN SELECT "
            "RAISE(ABORT, 'ballots is append-only'); END"
        ),
        (
            "CREATE TRIGGER ballots_no_delete BEFORE DELETE ON ballots BEGIN SELECT "
            "RAISE(ABORT, 'ballots is append-only'); END"
        ),
        (
            "CREATE TRIGGER ballots_late_insert BEFORE INSERT ON ballots WHEN (EXISTS "
            "(SELECT 1 FROM ballot_boxes b WHERE b.pot_id = NEW.pot_id AND b.state = "
            "'closed')) BEGIN SELECT RAISE(ABORT, 'a closed box takes no ballots'); END"
        ),
        (
            "CREATE TRIGGER ballot_openings_no_update BEFORE UPDATE ON ballot_openings "
            "BEGIN SELECT RAISE(ABORT, 'ballot_openings is append-only'); END"
        ),
        (
            "CREATE TRIGGER ballot_openings_no_delete BEFORE DELETE ON ballot_openings "
            "BEGIN SELECT RAISE(ABORT, 'ballot_openings is append-only'); END"
        ),
        (
            "CREATE TRIGGER voter_slots_kept_delete BEFORE DELETE ON voter_slots WHEN (1 = "
            "1) BEGIN SELECT RAISE(ABORT, 'voter_slots are kept'); END"
        ),
        (
            "CREATE TRIGGER voter_slots_late_insert BEFORE INSERT ON voter_slots WHEN "
            "(EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = NEW.pot_id AND b.state "
            "= 'closed')) BEGIN SELECT RAISE(ABORT, 'a closed box takes no ballots'); END"
        ),
        (
            "CREATE TRIGGER voter_slots_late_update BEFORE UPDATE ON voter_slots WHEN "
            "(EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = OLD.pot_id AND b.state "
            "= 'closed')) OR (EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = "
            "NEW.pot_id AND b.state = 'closed')) BEGIN SELECT RAISE(ABORT, 'a closed box "
            "takes no ballots'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'audit_entries is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON "
            "audit_entries FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse()"
        ),
        (
            "CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR "
            "EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION cycles_frozen_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "OLD.id) AND (NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.city_id <> "
            "OLD.city_id OR NEW.tie_seed <> OLD.tie_seed OR NEW.minimum_age <> "
            "OLD.minimum_age OR NEW.standing <> OLD.standing)) OR (EXISTS (SELECT 1 FROM "
            "frozen_rules f WHERE f.cycle_id = NEW.id) AND (NEW.id <> OLD.id OR NEW.code <> "
            "OLD.code OR NEW.city_id <> OLD.city_id OR NEW.tie_seed <> OLD.tie_seed OR "
            "NEW.minimum_age <> OLD.minimum_age OR NEW.standing <> OLD.standing)) THEN "
            "RAISE EXCEPTION 'the rules of this cycle are frozen'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER cycles_frozen_update BEFORE UPDATE ON cycles FOR EACH ROW "
            "EXECUTE FUNCTION cycles_frozen_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION phases_frozen_insert() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.cycle_id) AND EXISTS (SELECT 1 FROM cycles c WHERE c.id = NEW.cycle_id AND "
            "c.standing <> 'rehearsal')) THEN RAISE EXCEPTION 'the dates of this cycle are "
            "frozen'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER phases_frozen_insert BEFORE INSERT ON phases FOR EACH ROW "
            "EXECUTE FUNCTION phases_frozen_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION phases_frozen_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "OLD.cycle_id) AND EXISTS (SELECT 1 FROM cycles c WHERE c.id = OLD.cycle_id AND "
            "c.standing <> 'rehearsal')) OR (EXISTS (SELECT 1 FROM frozen_rules f WHERE "
            "f.cycle_id = NEW.cycle_id) AND EXISTS (SELECT 1 FROM cycles c WHERE c.id = "
            "NEW.cycle_id AND c.standing <> 'rehearsal')) THEN RAISE EXCEPTION 'the dates "
            "of this cycle are frozen'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER phases_frozen_update BEFORE UPDATE ON phases FOR EACH ROW "
            "EXECUTE FUNCTION phases_frozen_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION phases_frozen_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "OLD.cycle_id) AND EXISTS (SELECT 1 FROM cycles c WHERE c.id = OLD.cycle_id AND "
            "c.standing <> 'rehearsal')) THEN RAISE EXCEPTION 'the dates of this cycle are "
            "frozen'; END IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER phases_frozen_delete BEFORE DELETE ON phases FOR EACH ROW "
            "EXECUTE FUNCTION phases_frozen_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION phases_frozen_truncate() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'the dates of this cycle are frozen'; END$$"
        ),
        (
            "CREATE TRIGGER phases_frozen_truncate BEFORE TRUNCATE ON phases FOR EACH "
            "STATEMENT EXECUTE FUNCTION phases_frozen_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION pots_frozen_insert() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.cycle_id)) THEN RAISE EXCEPTION 'the rules of this cycle are frozen'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER pots_frozen_insert BEFORE INSERT ON pots FOR EACH ROW EXECUTE "
            "FUNCTION pots_frozen_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION pots_frozen_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "OLD.cycle_id)) OR (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.cycle_id)) THEN RAISE EXCEPTION 'the rules of this cycle are frozen'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER pots_frozen_update BEFORE UPDATE ON pots FOR EACH ROW EXECUTE "
            "FUNCTION pots_frozen_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION pots_frozen_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "OLD.cycle_id)) THEN RAISE EXCEPTION 'the rules of this cycle are frozen'; END "
            "IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER pots_frozen_delete BEFORE DELETE ON pots FOR EACH ROW EXECUTE "
            "FUNCTION pots_frozen_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION pots_frozen_truncate() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'the rules of this cycle are frozen'; END$$"
        ),
        (
            "CREATE TRIGGER pots_frozen_truncate BEFORE TRUNCATE ON pots FOR EACH STATEMENT "
            "EXECUTE FUNCTION pots_frozen_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION frozen_rules_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'frozen_rules is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER frozen_rules_no_change BEFORE UPDATE OR DELETE ON frozen_rules "
            "FOR EACH ROW EXECUTE FUNCTION frozen_rules_refuse()"
        ),
        (
            "CREATE TRIGGER frozen_rules_no_truncate BEFORE TRUNCATE ON frozen_rules FOR "
            "EACH STATEMENT EXECUTE FUNCTION frozen_rules_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_projects_frozen_insert() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f JOIN pots "
            "p ON p.cycle_id = f.cycle_id WHERE p.id = NEW.pot_id)) THEN RAISE EXCEPTION "
            "'the paper of this pot is frozen'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER ballot_projects_frozen_insert BEFORE INSERT ON ballot_projects "
            "FOR EACH ROW EXECUTE FUNCTION ballot_projects_frozen_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_projects_frozen_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f JOIN pots "
            "p ON p.cycle_id = f.cycle_id WHERE p.id = OLD.pot_id)) OR (EXISTS (SELECT 1 "
            "FROM frozen_rules f JOIN pots p ON p.cycle_id = f.cycle_id WHERE p.id = "
            "NEW.pot_id)) THEN RAISE EXCEPTION 'the paper of this pot is frozen'; END IF; "
            "RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER ballot_projects_frozen_update BEFORE UPDATE ON ballot_projects "
            "FOR EACH ROW EXECUTE FUNCTION ballot_projects_frozen_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_projects_frozen_delete() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f JOIN pots "
            "p ON p.cycle_id = f.cycle_id WHERE p.id = OLD.pot_id)) THEN RAISE EXCEPTION "
            "'the paper of this pot is frozen'; END IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER ballot_projects_frozen_delete BEFORE DELETE ON ballot_projects "
            "FOR EACH ROW EXECUTE FUNCTION ballot_projects_frozen_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_projects_frozen_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'the paper of this pot is frozen'; "
            "END$$"
        ),
        (
            "CREATE TRIGGER ballot_projects_frozen_truncate BEFORE TRUNCATE ON "
            "ballot_projects FOR EACH STATEMENT EXECUTE FUNCTION "
            "ballot_projects_frozen_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_boxes_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'ballot_boxes are kept'; "
            "END IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER ballot_boxes_kept_delete BEFORE DELETE ON ballot_boxes FOR EACH "
            "ROW EXECUTE FUNCTION ballot_boxes_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_boxes_kept_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'ballot_boxes are kept'; END$$"
        ),
        (
            "CREATE TRIGGER ballot_boxes_kept_truncate BEFORE TRUNCATE ON ballot_boxes FOR "
            "EACH STATEMENT EXECUTE FUNCTION ballot_boxes_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_boxes_shut_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (OLD.state = 'closed') OR (OLD.state = 'closed') THEN "
            "RAISE EXCEPTION 'a closed box stays closed'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER ballot_boxes_shut_update BEFORE UPDATE ON ballot_boxes FOR EACH "
            "ROW EXECUTE FUNCTION ballot_boxes_shut_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballots_refuse() RETURNS trigger LANGUAGE plpgsql "
            "AS $$BEGIN RAISE EXCEPTION 'ballots is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER ballots_no_change BEFORE UPDATE OR DELETE ON ballots FOR EACH "
            "ROW EXECUTE FUNCTION ballots_refuse()"
        ),
        (
            "CREATE TRIGGER ballots_no_truncate BEFORE TRUNCATE ON ballots FOR EACH "
            "STATEMENT EXECUTE FUNCTION ballots_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballots_late_insert() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = "
            "NEW.pot_id AND b.state = 'closed')) THEN RAISE EXCEPTION 'a closed box takes "
            "no ballots'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER ballots_late_insert BEFORE INSERT ON ballots FOR EACH ROW "
            "EXECUTE FUNCTION ballots_late_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_openings_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'ballot_openings is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER ballot_openings_no_change BEFORE UPDATE OR DELETE ON "
            "ballot_openings FOR EACH ROW EXECUTE FUNCTION ballot_openings_refuse()"
        ),
        (
            "CREATE TRIGGER ballot_openings_no_truncate BEFORE TRUNCATE ON ballot_openings "
            "FOR EACH STATEMENT EXECUTE FUNCTION ballot_openings_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION voter_slots_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'voter_slots are kept'; END "
            "IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER voter_slots_kept_delete BEFORE DELETE ON voter_slots FOR EACH "
            "ROW EXECUTE FUNCTION voter_slots_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION voter_slots_kept_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'voter_slots are kept'; END$$"
        ),
        (
            "CREATE TRIGGER voter_slots_kept_truncate BEFORE TRUNCATE ON voter_slots FOR "
            "EACH STATEMENT EXECUTE FUNCTION voter_slots_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION voter_slots_late_insert() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = "
            "NEW.pot_id AND b.state = 'closed')) THEN RAISE EXCEPTION 'a closed box takes "
            "no ballots'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER voter_slots_late_insert BEFORE INSERT ON voter_slots FOR EACH "
            "ROW EXECUTE FUNCTION voter_slots_late_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION voter_slots_late_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = "
            "OLD.pot_id AND b.state = 'closed')) OR (EXISTS (SELECT 1 FROM ballot_boxes b "
            "WHERE b.pot_id = NEW.pot_id AND b.state = 'closed')) THEN RAISE EXCEPTION 'a "
            "closed box takes no ballots'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER voter_slots_late_update BEFORE UPDATE ON voter_slots FOR EACH "
            "ROW EXECUTE FUNCTION voter_slots_late_update()"
        ),
    ),
}
FUNCTIONS = (
    "audit_entries_refuse",
    "ballot_boxes_kept_delete",
    "ballot_boxes_kept_truncate",
    "ballot_boxes_shut_update",
    "ballot_openings_refuse",
    "ballot_projects_frozen_delete",
    "ballot_projects_frozen_insert",
    "ballot_projects_frozen_truncate",
    "ballot_projects_frozen_update",
    "ballots_late_insert",
    "ballots_refuse",
    "cycles_frozen_update",
    "frozen_rules_refuse",
    "phases_frozen_delete",
    "phases_frozen_insert",
    "phases_frozen_truncate",
    "phases_frozen_update",
    "pots_frozen_delete",
    "pots_frozen_insert",
    "pots_frozen_truncate",
    "pots_frozen_update",
    "voter_slots_kept_delete",
    "voter_slots_kept_truncate",
    "voter_slots_late_insert",
    "voter_slots_late_update",
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mobile_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("national_id_lookup", sa.LargeBinary(length=32), nullable=True),
        sa.Column("national_id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "totp_last_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "identity_tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("identity_tried_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("mobile_lookup", name=op.f("uq_accounts_mobile_lookup")),
        sa.UniqueConstraint("national_id_lookup", name=op.f("uq_accounts_national_id_lookup")),
    )
    op.create_table(
        "area_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_area_versions_number")),
        sa.UniqueConstraint("sha256", name=op.f("uq_area_versions_sha256")),
    )
    op.create_table(
        "audit_entries",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("area_code", sa.String(length=40), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("entries_count_from_one")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_event"), ["event"], unique=False)
        batch_op.create_index(
            "ix_audit_entries_subject", ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "sign_in_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobile_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("browser_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries >= 0 AND tries <= 5", name=op.f("at_most_five_tries_per_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_codes")),
    )
    with op.batch_alter_table("sign_in_codes", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_codes_browser", ["browser_key", "sent_at"], unique=False)
        batch_op.create_index(
            "ix_sign_in_codes_mobile_sent", ["mobile_lookup", "sent_at"], unique=False
        )
        batch_op.create_index("ix_sign_in_codes_sent_at", ["sent_at"], unique=False)
        batch_op.create_index(
            "ix_sign_in_codes_unsent",
            ["sent_at"],
            unique=False,
            sqlite_where=sa.text("code_sealed IS NOT NULL"),
            postgresql_where=sa.text("code_sealed IS NOT NULL"),
        )

    op.create_table(
        "areas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(30), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=True),
        sa.Column("outline", sa.JSON(), nullable=True),
        sa.Column("min_lon", sa.Double(), nullable=True),
        sa.Column("min_lat", sa.Double(), nullable=True),
        sa.Column("max_lon", sa.Double(), nullable=True),
        sa.Column("max_lat", sa.Double(), nullable=True),
        sa.Column("label_lon", sa.Double(), nullable=True),
        sa.Column("label_lat", sa.Double(), nullable=True),
        sa.Column("area_km2", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(level = 'city') = (parent_id IS NULL)", name=op.f("only_a_city_has_no_parent")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["areas.id"], name=op.f("fk_areas_parent_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["area_versions.id"], name=op.f("fk_areas_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("version_id", "code", name="one_area_per_code"),
    )
    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_areas_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_areas_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_areas_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_areas_path", ["version_id", "path"], unique=False)

    op.create_table(
        "follows",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(30), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_follows_account_id")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "subject_kind", "subject_id", name=op.f("pk_follows")
        ),
    )
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.create_index("ix_follows_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dedupe", sa.String(length=120), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("link_endpoint", sa.String(length=60), nullable=True),
        sa.Column("link_values", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("account_id", "dedupe", name="told_once"),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notices_account_created", ["account_id", "created_at"], unique=False
        )
        batch_op.create_index(
            "ix_notices_unread",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "factor_tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "factor_tries >= 0 AND factor_tries <= 5", name=op.f("at_most_five_tries_per_session")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_in_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_sessions_token_hash")),
    )
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_sessions_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "cycles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=True),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("tie_seed", sa.String(length=80), nullable=False),
        sa.Column(
            "minimum_age", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("standing", sa.String(30), server_default="official", nullable=False),
        sa.Column("imported_from", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["areas.id"], name=op.f("fk_cycles_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
        sa.UniqueConstraint("code", name=op.f("uq_cycles_code")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_departments_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("code", name=op.f("uq_departments_code")),
    )
    with op.batch_alter_table("departments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_departments_area_id"), ["area_id"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(30), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("tries_are_counted")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_letters_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("notice_id", "channel", name="one_letter_per_channel"),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(
            "ix_letters_owed",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        )

    op.create_table(
        "participations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("pot_key", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("binds_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_participations_account_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_participations_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("account_id", "pot_key", name="one_participation_per_pot"),
    )
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participations_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_participations_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_participations_pot_key"), ["pot_key"], unique=False)

    op.create_table(
        "residencies",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("tie", sa.String(30), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_residencies_account_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_residencies_area_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_residencies")),
    )
    with op.batch_alter_table("residencies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_residencies_area_id"), ["area_id"], unique=False)

    op.create_table(
        "frozen_rules",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_frozen_rules_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_frozen_rules")),
    )
    op.create_table(
        "phases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("phase_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_phases_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phases")),
        sa.UniqueConstraint("cycle_id", "kind", name="one_phase_of_a_kind"),
    )
    with op.batch_alter_table("phases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phases_cycle_id"), ["cycle_id"], unique=False)

    op.create_table(
        "pots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ballot_kind", sa.String(30), nullable=False),
        sa.Column(
            "max_choices", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("rule", sa.String(30), nullable=False),
        sa.Column("rule_options", sa.JSON(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("a_pot_holds_money")),
        sa.CheckConstraint(
            "max_choices IS NULL OR max_choices >= 1", name=op.f("at_least_one_choice")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_pots_area_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_pots_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pots")),
        sa.UniqueConstraint("cycle_id", "area_id", name="one_pot_per_area"),
    )
    with op.batch_alter_table("pots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pots_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pots_cycle_id"), ["cycle_id"], unique=False)

    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("category", sa.String(30), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("picture", sa.String(length=40), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cost", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supports", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("merged_means_merged_into"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (number IS NOT NULL AND submitted_at IS NOT NULL)",
            name=op.f("handed_in_proposals_have_a_number"),
        ),
        sa.CheckConstraint("supports >= 0", name=op.f("supports_are_counted_from_zero")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_proposals_area_id")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts.id"], name=op.f("fk_proposals_author_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_proposals_cycle_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_proposals_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["proposals.id"], name=op.f("fk_proposals_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("cycle_id", "number", name="one_proposal_per_number"),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index("ix_proposals_cycle_state", ["cycle_id", "state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_proposals_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_proposals_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index("ix_proposals_state_due", ["state", "due_at"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at >= starts_at", name=op.f("grant_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_grants_account_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_role_grants_area_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_role_grants_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["accounts.id"], name=op.f("fk_role_grants_granted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grants_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_role_grants_department_id"), ["department_id"], unique=False
        )

    op.create_table(
        "appraisals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(30), nullable=False),
        sa.Column("cost", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "upkeep_per_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("months", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(verdict = 'feasible') = (cost IS NOT NULL)", name=op.f("only_the_feasible_has_a_cost")
        ),
        sa.CheckConstraint("cost IS NULL OR cost > 0", name=op.f("a_cost_is_positive")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_appraisals_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["accounts.id"], name=op.f("fk_appraisals_officer_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_appraisals_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisals")),
    )
    with op.batch_alter_table("appraisals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appraisals_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appraisals_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "ballot_boxes",
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("a_box_is_open_or_closed")),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_ballot_boxes_pot_id")),
        sa.PrimaryKeyConstraint("pot_id", name=op.f("pk_ballot_boxes")),
    )
    op.create_table(
        "ballot_projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("cost", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official", sa.JSON(), nullable=False),
        sa.CheckConstraint("cost > 0", name=op.f("a_project_costs_something")),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_ballot_projects_pot_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_ballot_projects_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_projects")),
        sa.UniqueConstraint("pot_id", "number", name="one_project_per_number"),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_ballot_projects_proposal_id")),
    )
    with op.batch_alter_table("ballot_projects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_projects_pot_id"), ["pot_id"], unique=False)

    op.create_table(
        "ballots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=24), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_ballots_pot_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["ballots.id"], name=op.f("fk_ballots_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint("commitment", name=op.f("uq_ballots_commitment")),
        sa.UniqueConstraint("receipt", name=op.f("uq_ballots_receipt")),
        sa.UniqueConstraint("replaces_id", name="a_ballot_is_replaced_once"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballots_pot_id"), ["pot_id"], unique=False)

    op.create_table(
        "counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column("ballots", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_counts_pot_id")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["accounts.id"], name=op.f("fk_counts_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counts")),
        sa.UniqueConstraint("pot_id", name=op.f("uq_counts_pot_id")),
    )
    op.create_table(
        "moderation_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("moderator_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("reason_code", sa.String(30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> '' OR kind = 'accept'", name=op.f("every_no_has_a_reason")),
        sa.ForeignKeyConstraint(
            ["into_id"], ["proposals.id"], name=op.f("fk_moderation_decisions_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["accounts.id"], name=op.f("fk_moderation_decisions_moderator_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_moderation_decisions_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decisions")),
    )
    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moderation_decisions_moderator_id"), ["moderator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_moderation_decisions_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "proposal_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_events_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_events")),
    )
    with op.batch_alter_table("proposal_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_events_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "supports",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_supports_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_supports_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "account_id", name=op.f("pk_supports")),
    )
    with op.batch_alter_table("supports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supports_account_id"), ["account_id"], unique=False)

    op.create_table(
        "ballot_openings",
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=48), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_openings_ballot_id")
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_ballot_openings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cast_keys",
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("voter_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_cast_keys_ballot_id")),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_cast_keys_pot_id")),
        sa.PrimaryKeyConstraint("pot_id", "voter_tag", "key", name="one_cast_per_press"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_project_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("votes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(30), nullable=False),
        sa.Column("progress", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("routed_by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "progress >= 0 AND progress <= 100", name=op.f("progress_is_a_percentage")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_projects_area_id")),
        sa.ForeignKeyConstraint(
            ["ballot_project_id"],
            ["ballot_projects.id"],
            name=op.f("fk_projects_ballot_project_id"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_projects_cycle_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_projects_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_projects_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["routed_by_id"], ["accounts.id"], name=op.f("fk_projects_routed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("ballot_project_id", name=op.f("uq_projects_ballot_project_id")),
    )
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_projects_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_projects_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_projects_cycle_id"), ["cycle_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_projects_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_projects_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "result_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("votes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("funded", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_id"], ["counts.id"], name=op.f("fk_result_lines_count_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["ballot_projects.id"], name=op.f("fk_result_lines_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_lines")),
        sa.UniqueConstraint("count_id", "project_id", name="one_line_per_project"),
    )
    with op.batch_alter_table("result_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_lines_count_id"), ["count_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_result_lines_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "voter_slots",
        sa.Column("pot_id", sa.Uuid(), nullable=False),
        sa.Column("voter_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("head_ballot_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["head_ballot_id"], ["ballots.id"], name=op.f("fk_voter_slots_head_ballot_id")
        ),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"], name=op.f("fk_voter_slots_pot_id")),
        sa.PrimaryKeyConstraint("pot_id", "voter_tag", name="one_ballot_each"),
        sa.UniqueConstraint("head_ballot_id", name="a_ballot_has_one_slot"),
        sa.UniqueConstraint("voter_tag", name="one_ballot_per_scope"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mayor_rulings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("mayor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=160), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'escalate') = (due_on IS NOT NULL)", name=op.f("an_escalation_has_a_due_day")
        ),
        sa.CheckConstraint("reason <> '' OR kind = 'approve'", name=op.f("a_ruling_has_a_reason")),
        sa.ForeignKeyConstraint(
            ["mayor_id"], ["accounts.id"], name=op.f("fk_mayor_rulings_mayor_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_mayor_rulings_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mayor_rulings")),
    )
    with op.batch_alter_table("mayor_rulings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mayor_rulings_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_blocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_blocks_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_blocks")),
    )
    with op.batch_alter_table("project_blocks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_blocks_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_milestones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_milestones_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_milestones")),
    )
    with op.batch_alter_table("project_milestones", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_milestones_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_money",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("money_moves")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_money_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_money")),
    )
    with op.batch_alter_table("project_money", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_money_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_stage_dates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(30), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_stage_dates_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_stage_dates")),
        sa.UniqueConstraint("project_id", "stage", name="one_date_per_stage"),
    )
    with op.batch_alter_table("project_stage_dates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_stage_dates_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_updates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("progress", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("picture", sa.String(length=40), nullable=True),
        sa.Column("picture_alt", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["accounts.id"], name=op.f("fk_project_updates_officer_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_updates_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_updates")),
    )
    with op.batch_alter_table("project_updates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_updates_project_id"), ["project_id"], unique=False
        )

    # ### end Alembic commands ###
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("project_updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_updates_project_id"))

    op.drop_table("project_updates")
    with op.batch_alter_table("project_stage_dates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_stage_dates_project_id"))

    op.drop_table("project_stage_dates")
    with op.batch_alter_table("project_money", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_money_project_id"))

    op.drop_table("project_money")
    with op.batch_alter_table("project_milestones", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_milestones_project_id"))

    op.drop_table("project_milestones")
    with op.batch_alter_table("project_blocks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_blocks_project_id"))

    op.drop_table("project_blocks")
    with op.batch_alter_table("mayor_rulings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mayor_rulings_project_id"))

    op.drop_table("mayor_rulings")
    op.drop_table("voter_slots")
    with op.batch_alter_table("result_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_lines_project_id"))
        batch_op.drop_index(batch_op.f("ix_result_lines_count_id"))

    op.drop_table("result_lines")
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_projects_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_projects_department_id"))
        batch_op.drop_index(batch_op.f("ix_projects_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_projects_changed_at"))
        batch_op.drop_index(batch_op.f("ix_projects_area_id"))

    op.drop_table("projects")
    op.drop_table("cast_keys")
    op.drop_table("ballot_openings")
    with op.batch_alter_table("supports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supports_account_id"))

    op.drop_table("supports")
    with op.batch_alter_table("proposal_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_events_proposal_id"))

    op.drop_table("proposal_events")
    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_decisions_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_decisions_moderator_id"))

    op.drop_table("moderation_decisions")
    op.drop_table("counts")
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballots_pot_id"))

    op.drop_table("ballots")
    with op.batch_alter_table("ballot_projects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_projects_pot_id"))

    op.drop_table("ballot_projects")
    op.drop_table("ballot_boxes")
    with op.batch_alter_table("appraisals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appraisals_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_appraisals_department_id"))

    op.drop_table("appraisals")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grants_department_id"))
        batch_op.drop_index(batch_op.f("ix_role_grants_area_id"))
        batch_op.drop_index(batch_op.f("ix_role_grants_account_id"))

    op.drop_table("role_grants")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_proposals_state_due")
        batch_op.drop_index(batch_op.f("ix_proposals_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_department_id"))
        batch_op.drop_index("ix_proposals_cycle_state")
        batch_op.drop_index(batch_op.f("ix_proposals_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_author_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_area_id"))

    op.drop_table("proposals")
    with op.batch_alter_table("pots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pots_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_pots_area_id"))

    op.drop_table("pots")
    with op.batch_alter_table("phases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phases_cycle_id"))

    op.drop_table("phases")
    op.drop_table("frozen_rules")
    with op.batch_alter_table("residencies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_residencies_area_id"))

    op.drop_table("residencies")
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participations_pot_key"))
        batch_op.drop_index(batch_op.f("ix_participations_area_id"))
        batch_op.drop_index(batch_op.f("ix_participations_account_id"))

    op.drop_table("participations")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_letters_owed",
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        )

    op.drop_table("letters")
    with op.batch_alter_table("departments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_departments_area_id"))

    op.drop_table("departments")
    op.drop_table("cycles")
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_sessions_account_id"))

    op.drop_table("sign_in_sessions")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notices_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index("ix_notices_account_created")

    op.drop_table("notices")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index("ix_follows_subject")

    op.drop_table("follows")
    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.drop_index("ix_areas_path")
        batch_op.drop_index(batch_op.f("ix_areas_parent_id"))
        batch_op.drop_index(batch_op.f("ix_areas_name_key"))
        batch_op.drop_index(batch_op.f("ix_areas_code"))

    op.drop_table("areas")
    with op.batch_alter_table("sign_in_codes", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sign_in_codes_unsent",
            sqlite_where=sa.text("code_sealed IS NOT NULL"),
            postgresql_where=sa.text("code_sealed IS NOT NULL"),
        )
        batch_op.drop_index("ix_sign_in_codes_sent_at")
        batch_op.drop_index("ix_sign_in_codes_mobile_sent")
        batch_op.drop_index("ix_sign_in_codes_browser")

    op.drop_table("sign_in_codes")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_subject")
        batch_op.drop_index(batch_op.f("ix_audit_entries_event"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))

    op.drop_table("audit_entries")
    op.drop_table("area_versions")
    op.drop_table("accounts")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
