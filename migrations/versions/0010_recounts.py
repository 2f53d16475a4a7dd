"""Recounts that residents or those who decide about an objection ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER recounts_kept_delete BEFORE DELETE ON recounts WHEN (1 = 1) "
            "BEGIN SELECT RAISE(ABORT, 'recounts are kept'); END"
        ),
        (
            "CREATE TRIGGER recounts_finished_update BEFORE UPDATE ON recounts WHEN "
            "(OLD.finished_at IS NOT NULL) OR (OLD.finished_at IS NOT NULL) BEGIN SELECT "
            "RAISE(ABORT, 'a recount has one result'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION recounts_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'recounts are kept'; END "
            "IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER recounts_kept_delete BEFORE DELETE ON recounts FOR EACH ROW "
            "EXECUTE FUNCTION recounts_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION recounts_kept_truncate() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'recounts are kept'; END$$"
        ),
        (
            "CREATE TRIGGER recounts_kept_truncate BEFORE TRUNCATE ON recounts FOR EACH "
            "STATEMENT EXECUTE FUNCTION recounts_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION recounts_finished_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (OLD.finished_at IS NOT NULL) OR (OLD.finished_at IS NOT "
            "NULL) THEN RAISE EXCEPTION 'a recount has one result'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER recounts_finished_update BEFORE UPDATE ON recounts FOR EACH ROW "
            "EXECUTE FUNCTION recounts_finished_update()"
        ),
    ),
}
FUNCTIONS = (
    "recounts_finished_update",
    "recounts_kept_delete",
    "recounts_kept_truncate",
)


def upgrade() -> None:
    op.create_table(
        "objection_supports",
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_objection_supports_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["objections.id"], name=op.f("fk_objection_supports_objection_id")
        ),
        sa.PrimaryKeyConstraint("objection_id", "account_id", name=op.f("pk_objection_supports")),
    )
    op.create_table(
        "recounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("same", sa.Boolean(), nullable=True),
        sa.Column("protocol", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (same IS NULL)", name=op.f("a_finished_recount_has_a_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_recounts_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["count_id"], ["counts.id"], name=op.f("fk_recounts_count_id")),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["objections.id"], name=op.f("fk_recounts_objection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recounts")),
        sa.UniqueConstraint("objection_id", name="one_recount_per_objection"),
    )
    op.create_index(op.f("ix_recounts_count_id"), "recounts", ["count_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_table("recounts")
    op.drop_table("objection_supports")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
