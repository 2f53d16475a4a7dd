"""Signals of attempts to vote, alarms, the calls of the lot, and turnout by the hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER alarms_kept_delete BEFORE DELETE ON alarms WHEN (1 = 1) BEGIN "
            "SELECT RAISE(ABORT, 'alarms are kept'); END"
        ),
        (
            "CREATE TRIGGER alarms_settled_update BEFORE UPDATE ON alarms WHEN (OLD.state = "
            "'passed' AND NEW.state <> 'passed') OR (OLD.state = 'passed' AND NEW.state <> "
            "'passed') BEGIN SELECT RAISE(ABORT, 'what was passed on stays passed on'); END"
        ),
        (
            "CREATE TRIGGER call_lots_no_update BEFORE UPDATE ON call_lots BEGIN SELECT "
            "RAISE(ABORT, 'call_lots is append-only'); END"
        ),
        (
            "CREATE TRIGGER call_lots_no_delete BEFORE DELETE ON call_lots BEGIN SELECT "
            "RAISE(ABORT, 'call_lots is append-only'); END"
        ),
        (
            "CREATE TRIGGER phone_backs_kept_delete BEFORE DELETE ON phone_backs WHEN (1 = "
            "1) BEGIN SELECT RAISE(ABORT, 'phone_backs are kept'); END"
        ),
        (
            "CREATE TRIGGER turnout_hours_no_update BEFORE UPDATE ON turnout_hours BEGIN "
            "SELECT RAISE(ABORT, 'turnout_hours is append-only'); END"
        ),
        (
            "CREATE TRIGGER turnout_hours_no_delete BEFORE DELETE ON turnout_hours BEGIN "
            "SELECT RAISE(ABORT, 'turnout_hours is append-only'); END"
        ),
        (
            "CREATE TRIGGER alarm_deeds_no_update BEFORE UPDATE ON alarm_deeds BEGIN SELECT "
            "RAISE(ABORT, 'alarm_deeds is append-only'); END"
        ),
        (
            "CREATE TRIGGER alarm_deeds_no_delete BEFORE DELETE ON alarm_deeds BEGIN SELECT "
            "RAISE(ABORT, 'alarm_deeds is append-only'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION alarms_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'alarms are kept'; END IF; "
            "RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER alarms_kept_delete BEFORE DELETE ON alarms FOR EACH ROW EXECUTE "
            "FUNCTION alarms_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION alarms_kept_truncate() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'alarms are kept'; END$$"
        ),
        (
            "CREATE TRIGGER alarms_kept_truncate BEFORE TRUNCATE ON alarms FOR EACH "
            "STATEMENT EXECUTE FUNCTION alarms_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION alarms_settled_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (OLD.state = 'passed' AND NEW.state <> 'passed') OR "
            "(OLD.state = 'passed' AND NEW.state <> 'passed') THEN RAISE EXCEPTION 'what "
            "was passed on stays passed on'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER alarms_settled_update BEFORE UPDATE ON alarms FOR EACH ROW "
            "EXECUTE FUNCTION alarms_settled_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION call_lots_refuse() RETURNS trigger LANGUAGE plpgsql "
            "AS $$BEGIN RAISE EXCEPTION 'call_lots is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER call_lots_no_change BEFORE UPDATE OR DELETE ON call_lots FOR "
            "EACH ROW EXECUTE FUNCTION call_lots_refuse()"
        ),
        (
            "CREATE TRIGGER call_lots_no_truncate BEFORE TRUNCATE ON call_lots FOR EACH "
            "STATEMENT EXECUTE FUNCTION call_lots_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION phone_backs_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'phone_backs are kept'; END "
            "IF; RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER phone_backs_kept_delete BEFORE DELETE ON phone_backs FOR EACH "
            "ROW EXECUTE FUNCTION phone_backs_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION phone_backs_kept_truncate() RETURNS trigger "
            "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'phone_backs are kept'; END$$"
        ),
        (
            "CREATE TRIGGER phone_backs_kept_truncate BEFORE TRUNCATE ON phone_backs FOR "
            "EACH STATEMENT EXECUTE FUNCTION phone_backs_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION turnout_hours_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'turnout_hours is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER turnout_hours_no_change BEFORE UPDATE OR DELETE ON "
            "turnout_hours FOR EACH ROW EXECUTE FUNCTION turnout_hours_refuse()"
        ),
        (
            "CREATE TRIGGER turnout_hours_no_truncate BEFORE TRUNCATE ON turnout_hours FOR "
            "EACH STATEMENT EXECUTE FUNCTION turnout_hours_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION alarm_deeds_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'alarm_deeds is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER alarm_deeds_no_change BEFORE UPDATE OR DELETE ON alarm_deeds "
            "FOR EACH ROW EXECUTE FUNCTION alarm_deeds_refuse()"
        ),
        (
            "CREATE TRIGGER alarm_deeds_no_truncate BEFORE TRUNCATE ON alarm_deeds FOR EACH "
            "STATEMENT EXECUTE FUNCTION alarm_deeds_refuse()"
        ),
    ),
}
FUNCTIONS = (
    "alarm_deeds_refuse",
    "alarms_kept_delete",
    "alarms_kept_truncate",
    "alarms_settled_update",
    "call_lots_refuse",
    "phone_backs_kept_delete",
    "phone_backs_kept_truncate",
    "turnout_hours_refuse",
)


def upgrade() -> None:
    op.create_table(
        "signal_salts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_signal_salts")),
    )
    op.create_table(
        "signals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "vote:first",
                "vote:changed",
                "vote:refused",
                "code:sent",
                "code:right",
                "code:wrong",
                name="signalkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("cycle_key", sa.Uuid(), nullable=True),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.LargeBinary(length=12), nullable=True),
        sa.Column("device", sa.LargeBinary(length=12), nullable=True),
        sa.Column("phone", sa.LargeBinary(length=12), nullable=True),
        sa.Column("age", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_code", sa.String(length=40), nullable=True),
        sa.Column("assistant_id", sa.Uuid(), nullable=True),
        sa.Column("mixed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_signals_hour", "signals", ["hour"], unique=False)
    op.create_table(
        "alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "network:votes",
                "network:people",
                "age:burst",
                "area:burst",
                "area:full",
                "phone:persons",
                "codes:guessed",
                "codes:unused",
                "assistant:line",
                name="alarmkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("mark", sa.String(length=120), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column(
            "gravity",
            sa.Enum("note", "alarm", name="gravity", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("area_code", sa.String(length=40), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("weight", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "weight_then", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("first_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "looked_at",
                "cleared",
                "asked",
                "passed",
                name="alarmstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("agreed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state <> 'passed' OR (asked_by_id IS NOT NULL AND agreed_by_id IS NOT NULL)",
            name=op.f("a_passed_alarm_has_two_names"),
        ),
        sa.CheckConstraint("asked_by_id <> agreed_by_id", name=op.f("two_people_pass_an_alarm_on")),
        sa.ForeignKeyConstraint(["about_id"], ["accounts.id"], name=op.f("fk_alarms_about_id")),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["accounts.id"], name=op.f("fk_alarms_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_alarms_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_alarms_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint("kind", "mark", name="a_pattern_is_raised_once"),
    )
    op.create_index(op.f("ix_alarms_cycle_id"), "alarms", ["cycle_id"], unique=False)
    op.create_table(
        "call_lots",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("people", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawn_by_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_call_lots_cycle_id")),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"], ["accounts.id"], name=op.f("fk_call_lots_drawn_by_id")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_call_lots")),
    )
    op.create_table(
        "phone_backs",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("yes", "no", "not_reached", name="answer", native_enum=False, length=30),
            nullable=True,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (by_id IS NULL)", name=op.f("an_answer_has_a_caller")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_phone_backs_by_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_phone_backs_cycle_id")),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_phone_backs_participation_id"),
        ),
        sa.PrimaryKeyConstraint("cycle_id", "place", name="one_call_for_a_place"),
        sa.UniqueConstraint("participation_id", name="nobody_is_called_twice"),
    )
    op.create_table(
        "turnout_hours",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("people", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "people IS NULL OR people >= 10", name=op.f("nothing_under_ten_is_told")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_turnout_hours_cycle_id")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "hour", "part", "code", name="one_number_an_hour"),
    )
    op.create_table(
        "alarm_deeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column(
            "deed",
            sa.Enum(
                "raised",
                "grew",
                "looked",
                "cleared",
                "asked",
                "passed",
                name="deed",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name=op.f("fk_alarm_deeds_alarm_id")),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_alarm_deeds_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_deeds")),
    )
    op.create_index(op.f("ix_alarm_deeds_alarm_id"), "alarm_deeds", ["alarm_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_table("alarm_deeds")
    op.drop_table("turnout_hours")
    op.drop_table("phone_backs")
    op.drop_table("call_lots")
    op.drop_table("alarms")
    op.drop_table("signals")
    op.drop_table("signal_salts")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
