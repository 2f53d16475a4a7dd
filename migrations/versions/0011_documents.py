"""Documents that were issued, each with a number and a fingerprint."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents BEGIN SELECT "
            "RAISE(ABORT, 'documents is append-only'); END"
        ),
        (
            "CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents BEGIN SELECT "
            "RAISE(ABORT, 'documents is append-only'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION documents_refuse() RETURNS trigger LANGUAGE plpgsql "
            "AS $$BEGIN RAISE EXCEPTION 'documents is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER documents_no_change BEFORE UPDATE OR DELETE ON documents FOR "
            "EACH ROW EXECUTE FUNCTION documents_refuse()"
        ),
        (
            "CREATE TRIGGER documents_no_truncate BEFORE TRUNCATE ON documents FOR EACH "
            "STATEMENT EXECUTE FUNCTION documents_refuse()"
        ),
    ),
}
FUNCTIONS = ("documents_refuse",)


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "participation",
                "minutes",
                "recount",
                name="documentkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'participation') = (holder_id IS NOT NULL)",
            name=op.f("a_certificate_has_a_holder"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["accounts.id"], name=op.f("fk_documents_holder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("kind", "subject_id", name="one_document_per_subject"),
        sa.UniqueConstraint("number", name="one_document_per_number"),
    )
    op.create_index(op.f("ix_documents_holder_id"), "documents", ["holder_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_table("documents")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
