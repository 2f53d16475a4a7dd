"""the roll of people entitled to vote, what a register says, and what a cycle asks of voters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER cycles_voters_frozen_update BEFORE UPDATE ON cycles WHEN "
            "(EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = OLD.id) AND "
            "(NEW.oldest_age <> OLD.oldest_age OR NEW.residence <> OLD.residence OR "
            "NEW.needs_roll <> OLD.needs_roll OR NEW.needs_match <> OLD.needs_match)) OR "
            "(EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = NEW.id) AND "
            "(NEW.oldest_age <> OLD.oldest_age OR NEW.residence <> OLD.residence OR "
            "NEW.needs_roll <> OLD.needs_roll OR NEW.needs_match <> OLD.needs_match)) BEGIN "
            "SELECT RAISE(ABORT, 'the rules of this cycle are frozen'); END"
        ),
        (
            "CREATE TRIGGER rolls_frozen_insert BEFORE INSERT ON rolls WHEN (EXISTS (SELECT "
            "1 FROM frozen_rules f WHERE f.cycle_id = NEW.cycle_key)) BEGIN SELECT "
            "RAISE(ABORT, 'the roll of this cycle is frozen'); END"
        ),
        (
            "CREATE TRIGGER rolls_frozen_update BEFORE UPDATE ON rolls WHEN (EXISTS (SELECT "
            "1 FROM frozen_rules f WHERE f.cycle_id = OLD.cycle_key)) OR (EXISTS (SELECT 1 "
            "FROM frozen_rules f WHERE f.cycle_id = NEW.cycle_key)) BEGIN SELECT "
            "RAISE(ABORT, 'the roll of this cycle is frozen'); END"
        ),
        (
            "CREATE TRIGGER rolls_frozen_delete BEFORE DELETE ON rolls WHEN (EXISTS (SELECT "
            "1 FROM frozen_rules f WHERE f.cycle_id = OLD.cycle_key)) BEGIN SELECT "
            "RAISE(ABORT, 'the roll of this cycle is frozen'); END"
        ),
        (
            "CREATE TRIGGER rolls_written_update BEFORE UPDATE ON rolls WHEN (NEW.id <> "
            "OLD.id OR NEW.cycle_key <> OLD.cycle_key OR NEW.cycle_code <> OLD.cycle_code "
            "OR NEW.city_id <> OLD.city_id OR NEW.number <> OLD.number OR NEW.sha256 <> "
            "OLD.sha256 OR NEW.people <> OLD.people) OR (NEW.id <> OLD.id OR NEW.cycle_key "
            "<> OLD.cycle_key OR NEW.cycle_code <> OLD.cycle_code OR NEW.city_id <> "
            "OLD.city_id OR NEW.number <> OLD.number OR NEW.sha256 <> OLD.sha256 OR "
            "NEW.people <> OLD.people) BEGIN SELECT RAISE(ABORT, 'a roll is written once; "
            "import another one'); END"
        ),
        (
            "CREATE TRIGGER roll_entries_signed_insert BEFORE INSERT ON roll_entries WHEN "
            "(EXISTS (SELECT 1 FROM rolls r LEFT JOIN frozen_rules f ON f.cycle_id = "
            "r.cycle_key WHERE r.id = NEW.roll_id AND (r.first_by_id IS NOT NULL OR "
            "f.cycle_id IS NOT NULL))) BEGIN SELECT RAISE(ABORT, 'this roll is signed or "
            "frozen'); END"
        ),
        (
            "CREATE TRIGGER roll_entries_signed_delete BEFORE DELETE ON roll_entries WHEN "
            "(EXISTS (SELECT 1 FROM rolls r LEFT JOIN frozen_rules f ON f.cycle_id = "
            "r.cycle_key WHERE r.id = OLD.roll_id AND (r.first_by_id IS NOT NULL OR "
            "f.cycle_id IS NOT NULL))) BEGIN SELECT RAISE(ABORT, 'this roll is signed or "
            "frozen'); END"
        ),
        (
            "CREATE TRIGGER roll_entries_written_update BEFORE UPDATE ON roll_entries WHEN "
            "(NEW.roll_id = NEW.roll_id) OR (NEW.roll_id = NEW.roll_id) BEGIN SELECT "
            "RAISE(ABORT, 'an entry of a roll is never changed'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION cycles_voters_frozen_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE "
            "f.cycle_id = OLD.id) AND (NEW.oldest_age <> OLD.oldest_age OR NEW.residence <> "
            "OLD.residence OR NEW.needs_roll <> OLD.needs_roll OR NEW.needs_match <> "
            "OLD.needs_match)) OR (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.id) AND (NEW.oldest_age <> OLD.oldest_age OR NEW.residence <> "
            "OLD.residence OR NEW.needs_roll <> OLD.needs_roll OR NEW.needs_match <> "
            "OLD.needs_match)) THEN RAISE EXCEPTION 'the rules of this cycle are frozen'; "
            "END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER cycles_voters_frozen_update BEFORE UPDATE ON cycles FOR EACH "
            "ROW EXECUTE FUNCTION cycles_voters_frozen_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION rolls_frozen_insert() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.cycle_key)) THEN RAISE EXCEPTION 'the roll of this cycle is frozen'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER rolls_frozen_insert BEFORE INSERT ON rolls FOR EACH ROW EXECUTE "
            "FUNCTION rolls_frozen_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION rolls_frozen_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "OLD.cycle_key)) OR (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "NEW.cycle_key)) THEN RAISE EXCEPTION 'the roll of this cycle is frozen'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER rolls_frozen_update BEFORE UPDATE ON rolls FOR EACH ROW EXECUTE "
            "FUNCTION rolls_frozen_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION rolls_frozen_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = "
            "OLD.cycle_key)) THEN RAISE EXCEPTION 'the roll of this cycle is frozen'; END "
            "IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER rolls_frozen_delete BEFORE DELETE ON rolls FOR EACH ROW EXECUTE "
            "FUNCTION rolls_frozen_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION rolls_frozen_truncate() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'the roll of this cycle is frozen'; END$$"
        ),
        (
            "CREATE TRIGGER rolls_frozen_truncate BEFORE TRUNCATE ON rolls FOR EACH "
            "STATEMENT EXECUTE FUNCTION rolls_frozen_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION rolls_written_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (NEW.id <> OLD.id OR NEW.cycle_key <> OLD.cycle_key OR "
            "NEW.cycle_code <> OLD.cycle_code OR NEW.city_id <> OLD.city_id OR NEW.number "
            "<> OLD.number OR NEW.sha256 <> OLD.sha256 OR NEW.people <> OLD.people) OR "
            "(NEW.id <> OLD.id OR NEW.cycle_key <> OLD.cycle_key OR NEW.cycle_code <> "
            "OLD.cycle_code OR NEW.city_id <> OLD.city_id OR NEW.number <> OLD.number OR "
            "NEW.sha256 <> OLD.sha256 OR NEW.people <> OLD.people) THEN RAISE EXCEPTION 'a "
            "roll is written once; import another one'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER rolls_written_update BEFORE UPDATE ON rolls FOR EACH ROW "
            "EXECUTE FUNCTION rolls_written_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION roll_entries_signed_insert() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM rolls r LEFT JOIN "
            "frozen_rules f ON f.cycle_id = r.cycle_key WHERE r.id = NEW.roll_id AND "
            "(r.first_by_id IS NOT NULL OR f.cycle_id IS NOT NULL))) THEN RAISE EXCEPTION "
            "'this roll is signed or frozen'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER roll_entries_signed_insert BEFORE INSERT ON roll_entries FOR "
            "EACH ROW EXECUTE FUNCTION roll_entries_signed_insert()"
        ),
        (
            "CREATE OR REPLACE FUNCTION roll_entries_signed_delete() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM rolls r LEFT JOIN "
            "frozen_rules f ON f.cycle_id = r.cycle_key WHERE r.id = OLD.roll_id AND "
            "(r.first_by_id IS NOT NULL OR f.cycle_id IS NOT NULL))) THEN RAISE EXCEPTION "
            "'this roll is signed or frozen'; END IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER roll_entries_signed_delete BEFORE DELETE ON roll_entries FOR "
            "EACH ROW EXECUTE FUNCTION roll_entries_signed_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION roll_entries_signed_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'this roll is signed or frozen'; "
            "END$$"
        ),
        (
            "CREATE TRIGGER roll_entries_signed_truncate BEFORE TRUNCATE ON roll_entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION roll_entries_signed_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION roll_entries_written_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (NEW.roll_id = NEW.roll_id) OR (NEW.roll_id = "
            "NEW.roll_id) THEN RAISE EXCEPTION 'an entry of a roll is never changed'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER roll_entries_written_update BEFORE UPDATE ON roll_entries FOR "
            "EACH ROW EXECUTE FUNCTION roll_entries_written_update()"
        ),
    ),
}
FUNCTIONS = (
    "cycles_voters_frozen_update",
    "roll_entries_signed_delete",
    "roll_entries_signed_insert",
    "roll_entries_signed_truncate",
    "roll_entries_written_update",
    "rolls_frozen_delete",
    "rolls_frozen_insert",
    "rolls_frozen_truncate",
    "rolls_frozen_update",
    "rolls_written_update",
)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _rolls()
    _identity_checks()
    op.add_column("cycles", sa.Column("oldest_age", WHOLE, nullable=False, server_default="110"))
    op.add_column(
        "cycles",
        sa.Column("residence", sa.String(length=30), nullable=False, server_default="either"),
    )
    for name in ("needs_roll", "needs_match"):
        op.add_column(
            "cycles", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def _rolls() -> None:
    op.create_table(
        "rolls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_key", sa.Uuid(), nullable=False),
        sa.Column("cycle_code", sa.String(length=40), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("people", WHOLE, nullable=False),
        sa.Column("by_area", sa.JSON(), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("first_by_id", sa.Uuid(), nullable=True),
        sa.Column("first_at", MOMENT, nullable=True),
        sa.Column("second_by_id", sa.Uuid(), nullable=True),
        sa.Column("second_at", MOMENT, nullable=True),
        sa.CheckConstraint("people >= 0", name=op.f("a_roll_counts_people")),
        sa.CheckConstraint("first_by_id <> second_by_id", name=op.f("two_people_confirm_a_roll")),
        sa.CheckConstraint(
            "second_by_id IS NULL OR first_by_id IS NOT NULL",
            name=op.f("the_first_signs_first"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["areas.id"], name=op.f("fk_rolls_city_id_areas")),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["accounts.id"], name=op.f("fk_rolls_first_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["accounts.id"], name=op.f("fk_rolls_second_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rolls")),
        sa.UniqueConstraint("cycle_key", "number", name="one_roll_of_a_number"),
    )
    op.create_table(
        "roll_entries",
        sa.Column("roll_id", sa.Uuid(), nullable=False),
        sa.Column("national_id_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("area_code", sa.String(length=40), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["rolls.id"], name=op.f("fk_roll_entries_roll_id_rolls")
        ),
        sa.PrimaryKeyConstraint("roll_id", "national_id_lookup", name=op.f("pk_roll_entries")),
    )


def _identity_checks() -> None:
    op.create_table(
        "identity_checks",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=30), nullable=True),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("again_at", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("tries_are_counted")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_identity_checks_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_identity_checks")),
    )
    op.create_index("ix_identity_checks_again_at", "identity_checks", ["again_at"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER cycles_voters_frozen_update ON cycles")
    else:
        op.execute("DROP TRIGGER cycles_voters_frozen_update")
    for name in ("needs_match", "needs_roll", "residence", "oldest_age"):
        op.drop_column("cycles", name)
    op.drop_index("ix_identity_checks_again_at", table_name="identity_checks")
    for table in ("identity_checks", "roll_entries", "rolls"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
