"""What the database itself refuses, whoever asks: triggers that are made with their tables."""

from __future__ import annotations

from sqlalchemy import DDL, Table, event


def append_only(table: Table, *, unless: str = "") -> None:
    """Let the database itself refuse to change or delete rows of a table (on PostgreSQL, to
    empty it too).

    `unless` is an SQL condition over OLD under which a row may still go. The triggers are
    made with the table; the migrations hold the same statements.
    """
    name = table.name
    when = f"WHEN NOT ({unless})" if unless else ""
    for act in ("UPDATE", "DELETE"):
        statement = (
            f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        )
        _guard(table, "sqlite", statement)
    condition = f"WHEN (NOT ({unless}))" if unless else ""
    for statement in (
        f"CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{name} is append-only'; END$$",
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW {condition} EXECUTE FUNCTION {name}_refuse()",
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_refuse()",
    ):
        _guard(table, "postgresql", statement)


def guards_of(table: Table, dialect: str) -> frozenset[str]:
    """The names of the triggers that stand before a table on this kind of database."""
    return frozenset(table.info.get(dialect, ()))


def rights_on(table: Table) -> tuple[str, ...]:
    """What whoever runs the platform needs of a table on PostgreSQL, and no more.

    Nobody needs a right that the triggers refuse anyway; without it a trigger that somebody
    switches off is not the last door.
    """
    guards = guards_of(table, "postgresql")
    if f"{table.name}_no_change" in guards:
        return "SELECT", "INSERT"
    if f"{table.name}_kept_delete" in guards:
        return "SELECT", "INSERT", "UPDATE"
    return "SELECT", "INSERT", "UPDATE", "DELETE"


def _guard(table: Table, dialect: str, statement: str) -> None:
    event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))
    if statement.startswith("CREATE TRIGGER "):
        table.info.setdefault(dialect, []).append(statement.split()[2])


def refuse_when(table: Table, name: str, condition: str, *, on: tuple[str, ...], says: str) -> None:
    """Let the database itself refuse acts (`on`: INSERT, UPDATE, DELETE) on rows of a table.

    `condition` is SQL over `{row}`, the row concerned (for an update the old and the new one),
    and may hold subqueries. The triggers are made with the table; the migrations hold them too.
    Where rows may not be deleted, PostgreSQL refuses to empty the table as well.
    """
    for act in on:
        rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[act]
        met = " OR ".join(f"({condition.format(row=row)})" for row in rows)
        trigger, back = f"{table.name}_{name}_{act.lower()}", "OLD" if act == "DELETE" else "NEW"
        for engine, statement in (
            (
                "sqlite",
                f"CREATE TRIGGER {trigger} BEFORE {act} ON {table.name} WHEN {met} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END",
            ),
            (
                "postgresql",
                f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN IF {met} THEN RAISE EXCEPTION '{says}'; END IF; RETURN {back}; END$$",
            ),
            (
                "postgresql",
                f"CREATE TRIGGER {trigger} BEFORE {act} ON {table.name} "
                f"FOR EACH ROW EXECUTE FUNCTION {trigger}()",
            ),
        ):
            _guard(table, engine, statement)
    if "DELETE" in on:
        _refuse_emptying(table, name, says)


def keep_rows(table: Table) -> None:
    """Let the database itself refuse to delete rows of a table that may change."""
    refuse_when(table, "kept", "1 = 1", on=("DELETE",), says=f"{table.name} are kept")


def _refuse_emptying(table: Table, name: str, says: str) -> None:
    # Triggers on rows do not fire when PostgreSQL empties a table at once.
    trigger = f"{table.name}_{name}_truncate"
    for statement in (
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{says}'; END$$",
        f"CREATE TRIGGER {trigger} BEFORE TRUNCATE ON {table.name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {trigger}()",
    ):
        _guard(table, "postgresql", statement)
