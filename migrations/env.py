"""Runs the migrations with the application's own connection."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import text

db = current_app.extensions["migrate"].db
LOCK = 7_420_142


def render_item(kind: str, item: object, _autogenerate: object) -> str | bool:
    """Write our column types as what they are in the database; migrations import no `civic`."""
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "Enum":
        return f"sa.String({item.length})"
    return False


def run() -> None:
    """Upgrade in one transaction, with limits on PostgreSQL so that no voter waits for us."""
    with db.engine.connect() as connection:
        postgres = connection.dialect.name == "postgresql"
        if not postgres:
            # Batch mode rebuilds tables; rows must not cascade away meanwhile. Past SQLAlchemy,
            # since SQLite ignores it within a transaction; and nobody uses the connection after us.
            connection.detach()
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            if postgres:
                connection.execute(text("SET LOCAL lock_timeout = '5s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    context.configure(
        dialect_name=db.engine.dialect.name, target_metadata=db.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    run()
