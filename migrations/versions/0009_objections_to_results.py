"""Objections to results, and what was typed and is not sent yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER objections_kept_delete BEFORE DELETE ON objections WHEN (1 = 1) "
            "BEGIN SELECT RAISE(ABORT, 'objections are kept'); END"
        ),
        (
            "CREATE TRIGGER objections_written_update BEFORE UPDATE ON objections WHEN "
            "(NEW.number <> OLD.number OR NEW.count_id <> OLD.count_id OR NEW.author_id <> "
            "OLD.author_id OR NEW.kind <> OLD.kind OR NEW.words <> OLD.words OR NEW.receipt "
            "<> OLD.receipt) OR (NEW.number <> OLD.number OR NEW.count_id <> OLD.count_id "
            "OR NEW.author_id <> OLD.author_id OR NEW.kind <> OLD.kind OR NEW.words <> "
            "OLD.words OR NEW.receipt <> OLD.receipt) BEGIN SELECT RAISE(ABORT, 'an "
            "objection stays as it was written'); END"
        ),
        (
            "CREATE TRIGGER objections_settled_update BEFORE UPDATE ON objections WHEN "
            "(OLD.state IN ('upheld', 'partly', 'rejected', 'withdrawn')) OR (OLD.state IN "
            "('upheld', 'partly', 'rejected', 'withdrawn')) BEGIN SELECT RAISE(ABORT, 'what "
            "was decided about an objection stands'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION objections_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'objections are kept'; END "
            "IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER objections_kept_delete BEFORE DELETE ON objections FOR EACH ROW "
            "EXECUTE FUNCTION objections_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION objections_kept_truncate() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'objections are kept'; END$$"
        ),
        (
            "CREATE TRIGGER objections_kept_truncate BEFORE TRUNCATE ON objections FOR EACH "
            "STATEMENT EXECUTE FUNCTION objections_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION objections_written_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (NEW.number <> OLD.number OR NEW.count_id <> "
            "OLD.count_id OR NEW.author_id <> OLD.author_id OR NEW.kind <> OLD.kind OR "
            "NEW.words <> OLD.words OR NEW.receipt <> OLD.receipt) OR (NEW.number <> "
            "OLD.number OR NEW.count_id <> OLD.count_id OR NEW.author_id <> OLD.author_id "
            "OR NEW.kind <> OLD.kind OR NEW.words <> OLD.words OR NEW.receipt <> "
            "OLD.receipt) THEN RAISE EXCEPTION 'an objection stays as it was written'; END "
            "IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER objections_written_update BEFORE UPDATE ON objections FOR EACH "
            "ROW EXECUTE FUNCTION objections_written_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION objections_settled_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (OLD.state IN ('upheld', 'partly', 'rejected', "
            "'withdrawn')) OR (OLD.state IN ('upheld', 'partly', 'rejected', 'withdrawn')) "
            "THEN RAISE EXCEPTION 'what was decided about an objection stands'; END IF; "
            "RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER objections_settled_update BEFORE UPDATE ON objections FOR EACH "
            "ROW EXECUTE FUNCTION objections_settled_update()"
        ),
    ),
}
FUNCTIONS = (
    "objections_kept_delete",
    "objections_kept_truncate",
    "objections_settled_update",
    "objections_written_update",
)


def upgrade() -> None:
    op.create_table(
        "objection_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts.id"], name=op.f("fk_objection_drafts_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["count_id"],
            ["counts.id"],
            name=op.f("fk_objection_drafts_count_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_drafts")),
        sa.UniqueConstraint("author_id", "count_id", name="one_draft_per_result"),
    )
    op.create_index(
        op.f("ix_objection_drafts_count_id"), "objection_drafts", ["count_id"], unique=False
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "count",
                "eligibility",
                "procedure",
                "conduct",
                "other",
                name="objectionkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("receipt", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "review",
                "upheld",
                "partly",
                "rejected",
                "withdrawn",
                name="state",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "received",
                "review",
                "upheld",
                "partly",
                "rejected",
                "withdrawn",
                name="state",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("first_by_id", sa.Uuid(), nullable=True),
        sa.Column("second_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('upheld', 'partly') OR (second_by_id IS NOT NULL"
            " AND second_by_id <> first_by_id)",
            name=op.f("two_people_uphold"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('upheld', 'partly', 'rejected') OR (first_by_id IS NOT NULL"
            " AND decided_at IS NOT NULL AND summary <> '' AND answer <> '')",
            name=op.f("a_decision_is_answered_in_words"),
        ),
        sa.CheckConstraint("words <> ''", name=op.f("an_objection_says_something")),
        sa.CheckConstraint(
            "author_id <> first_by_id AND author_id <> second_by_id",
            name=op.f("nobody_judges_the_own"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts.id"], name=op.f("fk_objections_author_id")
        ),
        sa.ForeignKeyConstraint(["count_id"], ["counts.id"], name=op.f("fk_objections_count_id")),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["accounts.id"], name=op.f("fk_objections_first_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["accounts.id"], name=op.f("fk_objections_second_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("number", name="one_objection_per_number"),
    )
    op.create_index(op.f("ix_objections_author_id"), "objections", ["author_id"], unique=False)
    op.create_index(op.f("ix_objections_count_id"), "objections", ["count_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_table("objections")
    op.drop_table("objection_drafts")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
