"""The verbs of those who keep a vote: its key on paper, its database, and whether it may open."""

from __future__ import annotations

import sys

import click

from civic.inside import with_app
from civic.kernel.guards import rights_on


@click.group()
def key() -> None:
    """Put the key of a vote on paper, and bring it back from there."""


@key.command()
@click.argument("cycle")
@with_app
def shares(cycle: str) -> None:
    """Print three shares of the key of CYCLE, of which any two give it back."""
    from civic.ballots.commands import print_shares

    sys.exit(print_shares(cycle))


@key.command()
@click.argument("cycle")
@with_app
def restore(cycle: str) -> None:
    """Read two shares, and put the key of CYCLE back to its place."""
    from civic.ballots.commands import restore_key

    sys.exit(restore_key(cycle))


@click.command()
@click.argument("cycle", default="")
@with_app
def ready(cycle: str) -> None:
    """Look at everything a vote rests on, for CYCLE or the whole city; exit 1 where it fails."""
    from civic.ballots.commands import print_readiness

    sys.exit(print_readiness(cycle))


@click.command()
@click.argument("role")
def rights(role: str) -> None:
    """Print what ROLE of PostgreSQL needs to run the city without owning a table."""
    from civic.tables import METADATA

    if not role.isidentifier() or role != role.lower():
        raise click.BadParameter("a role is named by small letters, digits and underscores.")
    click.echo(f"GRANT USAGE ON SCHEMA public TO {role};")
    click.echo(f"GRANT SELECT ON alembic_version TO {role};")
    for table in METADATA.sorted_tables:
        click.echo(f"REVOKE ALL ON {table.name} FROM {role};")
        click.echo(f"GRANT {', '.join(rights_on(table))} ON {table.name} TO {role};")
