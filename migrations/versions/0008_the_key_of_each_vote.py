"""the key of each vote: its fingerprint, and who had it destroyed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER ballot_keys_kept_delete BEFORE DELETE ON ballot_keys WHEN (1 = "
            "1) BEGIN SELECT RAISE(ABORT, 'ballot_keys are kept'); END"
        ),
        (
            "CREATE TRIGGER ballot_keys_same_update BEFORE UPDATE ON ballot_keys WHEN "
            "(NEW.cycle_id <> OLD.cycle_id OR NEW.fingerprint <> OLD.fingerprint OR "
            "OLD.destroyed_at IS NOT NULL) OR (NEW.cycle_id <> OLD.cycle_id OR "
            "NEW.fingerprint <> OLD.fingerprint OR OLD.destroyed_at IS NOT NULL) BEGIN "
            "SELECT RAISE(ABORT, 'a cycle keeps its key until it is destroyed'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION ballot_keys_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'ballot_keys are kept'; END"
            " IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER ballot_keys_kept_delete BEFORE DELETE ON ballot_keys FOR EACH "
            "ROW EXECUTE FUNCTION ballot_keys_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_keys_kept_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'ballot_keys are kept'; END$$"
        ),
        (
            "CREATE TRIGGER ballot_keys_kept_truncate BEFORE TRUNCATE ON ballot_keys FOR "
            "EACH STATEMENT EXECUTE FUNCTION ballot_keys_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION ballot_keys_same_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (NEW.cycle_id <> OLD.cycle_id OR NEW.fingerprint <> "
            "OLD.fingerprint OR OLD.destroyed_at IS NOT NULL) OR (NEW.cycle_id <> "
            "OLD.cycle_id OR NEW.fingerprint <> OLD.fingerprint OR OLD.destroyed_at IS NOT "
            "NULL) THEN RAISE EXCEPTION 'a cycle keeps its key until it is destroyed'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER ballot_keys_same_update BEFORE UPDATE ON ballot_keys FOR EACH "
            "ROW EXECUTE FUNCTION ballot_keys_same_update()"
        ),
    ),
}
FUNCTIONS = ("ballot_keys_kept_delete", "ballot_keys_kept_truncate", "ballot_keys_same_update")


def upgrade() -> None:
    op.create_table(
        "ballot_keys",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("asked_by_id <> confirmed_by_id", name=op.f("two_people_destroy_a_key")),
        sa.CheckConstraint(
            "(destroyed_at IS NULL) = (confirmed_by_id IS NULL)"
            " AND (destroyed_at IS NULL OR asked_by_id IS NOT NULL)"
            " AND (asked_at IS NULL) = (asked_by_id IS NULL)",
            name=op.f("a_key_is_destroyed_by_people"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_ballot_keys_cycle_id")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_ballot_keys_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["accounts.id"], name=op.f("fk_ballot_keys_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_ballot_keys")),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_table("ballot_keys")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
