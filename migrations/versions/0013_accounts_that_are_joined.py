"""Two accounts of one person, joined by two people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER account_joins_kept_delete BEFORE DELETE ON account_joins WHEN "
            "(1 = 1) BEGIN SELECT RAISE(ABORT, 'account_joins are kept'); END"
        ),
        (
            "CREATE TRIGGER account_joins_decided_update BEFORE UPDATE ON account_joins "
            "WHEN (OLD.state <> 'asked' OR NEW.stays_id <> OLD.stays_id OR NEW.goes_id <> "
            "OLD.goes_id) OR (OLD.state <> 'asked' OR NEW.stays_id <> OLD.stays_id OR "
            "NEW.goes_id <> OLD.goes_id) BEGIN SELECT RAISE(ABORT, 'what was decided about "
            "two accounts stays'); END"
        ),
        (
            "CREATE TRIGGER participations_joined_insert BEFORE INSERT ON participations "
            "WHEN (EXISTS (SELECT 1 FROM account_joins j WHERE j.goes_id = NEW.account_id "
            "AND j.state = 'joined')) BEGIN SELECT RAISE(ABORT, 'this account was joined "
            "to another'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION account_joins_kept_delete() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'account_joins are "
            "kept'; END IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER account_joins_kept_delete BEFORE DELETE ON account_joins FOR "
            "EACH ROW EXECUTE FUNCTION account_joins_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION account_joins_kept_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'account_joins are kept'; END$$"
        ),
        (
            "CREATE TRIGGER account_joins_kept_truncate BEFORE TRUNCATE ON account_joins "
            "FOR EACH STATEMENT EXECUTE FUNCTION account_joins_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION account_joins_decided_update() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (OLD.state <> 'asked' OR NEW.stays_id <> "
            "OLD.stays_id OR NEW.goes_id <> OLD.goes_id) OR (OLD.state <> 'asked' OR "
            "NEW.stays_id <> OLD.stays_id OR NEW.goes_id <> OLD.goes_id) THEN RAISE "
            "EXCEPTION 'what was decided about two accounts stays'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER account_joins_decided_update BEFORE UPDATE ON account_joins FOR "
            "EACH ROW EXECUTE FUNCTION account_joins_decided_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION participations_joined_insert() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN IF (EXISTS (SELECT 1 FROM account_joins j WHERE "
            "j.goes_id = NEW.account_id AND j.state = 'joined')) THEN RAISE EXCEPTION 'this "
            "account was joined to another'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER participations_joined_insert BEFORE INSERT ON participations FOR "
            "EACH ROW EXECUTE FUNCTION participations_joined_insert()"
        ),
    ),
}
FUNCTIONS = (
    "account_joins_decided_update",
    "account_joins_kept_delete",
    "account_joins_kept_truncate",
    "participations_joined_insert",
)


def upgrade() -> None:
    op.create_table(
        "account_joins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stays_id", sa.Uuid(), nullable=False),
        sa.Column("goes_id", sa.Uuid(), nullable=False),
        sa.Column("number_of_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_by_id IS NULL)"
            " AND (decided_by_id IS NULL) = (decided_at IS NULL)",
            name=op.f("a_join_is_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "state <> 'joined' OR asked_by_id <> decided_by_id",
            name=op.f("two_people_join_accounts"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'joined', 'dropped')", name=op.f("a_join_is_asked_first")
        ),
        sa.CheckConstraint(
            "number_of_id = stays_id OR number_of_id = goes_id",
            name=op.f("the_number_is_of_one_of_them"),
        ),
        sa.CheckConstraint("stays_id <> goes_id", name=op.f("two_accounts_are_joined")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_account_joins_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_account_joins_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["goes_id"], ["accounts.id"], name=op.f("fk_account_joins_goes_id")
        ),
        sa.ForeignKeyConstraint(
            ["number_of_id"], ["accounts.id"], name=op.f("fk_account_joins_number_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["stays_id"], ["accounts.id"], name=op.f("fk_account_joins_stays_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_joins")),
    )
    op.create_index(
        "an_account_goes_once",
        "account_joins",
        ["goes_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'dropped'"),
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    op.create_index(op.f("ix_account_joins_stays_id"), "account_joins", ["stays_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    on = " ON participations" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(sa.DDL(f"DROP TRIGGER participations_joined_insert{on}"))
    op.drop_table("account_joins")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
