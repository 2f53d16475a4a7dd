"""What the verbs about the key and the readiness of a vote do; shares are printed only."""

from __future__ import annotations

import click

from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import keys, readiness, shares
from civic.cycles.models import Cycle
from civic.cycles.queries import cycle_by_code, frozen_rules
from civic.kernel import clock
from civic.kernel.errors import CivicError
from civic.kernel.roles import PLATFORM


def print_shares(code: str) -> int:
    """Print three shares of a cycle's key, made now if its vote is still to open."""
    cycle = _cycle(code)
    key = _key_for_shares(cycle)
    # That they were printed is known to everybody, before anybody has them.
    record(PLATFORM, Event.KEY_SHARE, cycle, at=clock.now(), sha256=keys.fingerprint_of(key))
    for share in shares.split(key):
        click.echo(f"\nShare {share.number} of {shares.SHARES} of the key of the vote {code}")
        click.echo(str(share))
    click.echo(
        f"\nAny {shares.NEEDED} of them give the key back: civic key restore {code}\n"
        "Each goes into an envelope of its own, kept by three different bodies. Nothing of this\n"
        "was stored or logged; clear the screen now. When the key is destroyed, burn the papers."
    )
    return 0


def _key_for_shares(cycle: Cycle) -> bytes:
    try:
        if keys.row_of(cycle.id) is None and frozen_rules(cycle.id) is None:
            return keys.made_or_found(cycle.id)
        found = keys.key_of(cycle.id)
    except CivicError as error:
        raise click.ClickException(str(error)) from None
    if found is None:
        raise click.ClickException(
            "this vote was opened before votes had keys of their own; its tags follow from"
            " BALLOT_KEY alone."
        )
    return found


def restore_key(code: str) -> int:
    """Ask for two shares and put the key back, if it is the one that the vote was opened with."""
    cycle = _cycle(code)
    row = keys.row_of(cycle.id)
    if row is not None and row.destroyed_at is not None:
        raise click.ClickException("this key was destroyed by two people, and stays destroyed.")
    there = keys.found_in_file(cycle.id)
    if there is not None and (row is None or keys.fingerprint_of(there) == row.fingerprint):
        raise click.ClickException(f"the key is at its place already: {keys.file_of(cycle.id)}")
    key = _joined()
    if row is not None and keys.fingerprint_of(key) != row.fingerprint:
        raise click.ClickException("these are shares of another vote's key; nothing was changed.")
    keys.wipe_file(cycle.id)  # where a wrong file lies
    keys.put_into_file(cycle.id, key)
    record(PLATFORM, Event.KEY_RESTORE, cycle, at=clock.now(), sha256=keys.fingerprint_of(key))
    click.echo(f"The key is back at its place: {keys.file_of(cycle.id)}")
    return 0


def print_readiness(code: str) -> int:
    """Print a line for everything that was looked at; 1 where something hinders a vote."""
    hindered = 0
    for finding in readiness.findings(_cycle(code) if code else None):
        sign = "✓" if finding.problem is None else ("✗" if finding.hinders else "!")
        click.echo(f"{sign} {finding.says}")
        if finding.problem is not None:
            click.echo(f"    {finding.problem}")
            hindered += finding.hinders
    return int(hindered > 0)


def _joined() -> bytes:
    try:
        first = shares.Share.read(click.prompt("First share"))
        return shares.joined(first, shares.Share.read(click.prompt("Another share")))
    except shares.NoShare as problem:
        raise click.ClickException(f"{problem}.") from None


def _cycle(code: str) -> Cycle:
    found = cycle_by_code(code)
    if found is None:
        raise click.ClickException(f"there is no cycle {code}.")
    return found
