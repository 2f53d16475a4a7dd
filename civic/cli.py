"""The verbs of the front door, each thin: it parses, calls, and prints."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from civic.bench.commands import bench
from civic.inside import with_app
from civic.keeping import key, ready, rights
from civic.recounting.commands import recount
from civic.serving import PARTS
from civic.torture.commands import torture
from civic.verbs import FrontDoor


@click.group(cls=FrontDoor, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """«من شهردارم», I am the Mayor: residents propose, decide, and watch their city build.

    Every verb explains itself: python3 -m civic VERB --help
    """


cli.add_command(bench)
cli.add_command(key)
cli.add_command(rights)
cli.add_command(recount)
cli.add_command(torture)
for verb in PARTS:
    cli.add_command(verb)


@cli.command()
def up() -> None:
    """Run everything in the foreground, with a demo city when the database is empty."""
    from civic import running

    sys.exit(running.up())


@cli.command(context_settings={"ignore_unknown_options": True})
@click.option("--all", "with_the_long_ones", is_flag=True, help="The tests of endurance, too.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(with_the_long_ones: bool, arguments: tuple[str, ...]) -> None:
    """Run every check; ARGUMENTS go to pytest."""
    from civic import checks

    if with_the_long_ones and not arguments:
        sys.exit(checks.test_all())
    sys.exit(checks.test(list(arguments)))


@cli.command()
def lint() -> None:
    """Check style, types, templates and the order of the packages."""
    from civic import checks

    sys.exit(checks.lint())


@cli.command()
def fix() -> None:
    """Mend what a machine can mend in the style."""
    from civic import checks

    sys.exit(checks.fix())


@cli.command()
@click.argument("packages", nargs=-1)
def messages(packages: tuple[str, ...]) -> None:
    """Bring the catalogues of PACKAGES (all, when none is named) up to date with the texts."""
    from civic.messages import renew

    for line in renew(packages):
        click.echo(line)


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--only", multiple=True, help="A page by its name; can be given again.")
@click.option(
    "--width",
    multiple=True,
    type=click.Choice([360, 768, 1280]),
    help="360, 768 or 1280; all when not given.",
)
@click.option("--readme", is_flag=True, help="The four pictures of the README only.")
def shots(folder: Path, only: tuple[str, ...], width: tuple[int, ...], readme: bool) -> None:
    """Write pictures of the carrying pages to FOLDER, in all sizes, schemes and languages."""
    from civic.shots import take, take_for_readme

    taken = take_for_readme(folder) if readme else take(folder, only, width)
    click.echo(f"{taken} pictures in {folder}")


@cli.group(name="import")
def import_() -> None:
    """Read areas, elections or the roll of voters from files."""


@cli.group()
def demo() -> None:
    """Make the demo city, and move it through its phases."""


@demo.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where people are already.")
@with_app
def make(if_empty: bool) -> None:
    """Make the demo city in an empty database."""
    from civic.demo import commands, making

    if not if_empty or making.is_empty():
        commands.make()


@demo.command()
@click.argument("name")
@with_app
def phase(name: str) -> None:
    """Move the running cycle to the phase NAME (ideas, screening, ballot, voting, …)."""
    from civic.demo import commands

    commands.phase(name)


@demo.command()
@with_app
def who() -> None:
    """List who can sign in, in which role and where."""
    from civic.demo import commands

    commands.who()


@demo.command()
@click.argument("role")
@with_app
def code(role: str) -> None:
    """Print the present second code of everybody who holds ROLE (mayor, officer, …)."""
    from civic.demo import commands

    commands.code(role)


@cli.group()
def verify() -> None:
    """Check what the platform promises."""


verify.add_command(ready)


@verify.command(name="audit")
@with_app
def verify_audit() -> None:
    """Recompute the chain of the audit log; exit 1 where it is broken."""
    from civic.audit.queries import check_chain

    verdict = check_chain()
    if not verdict.whole:
        raise click.ClickException(f"entry {verdict.broken_at} is {verdict.why}")
    click.echo(f"{verdict.entries} entries, the chain is whole; last hash {verdict.head}")


@verify.command()
@with_app
def invariants() -> None:
    """Ask the database what must always hold; exit 1 where it does not."""
    from civic.invariants import check_all
    from civic.kernel.db import reading

    broken = 0
    with reading():
        for invariant, violations in check_all():
            said = f"{violations} violations" if violations else "ok"
            click.echo(f"{said:>14}  {invariant.says}")
            broken += bool(violations)
    sys.exit(broken > 0)


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@import_.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--city-code", required=True, help="Code of the city, such as tehran.")
@click.option("--city-name", required=True, help="Name of the city in Persian.")
@click.option("--city-name-en", default="", help="Name of the city in English.")
@click.option("--source", default="", help="Where the files come from; shown beside the map.")
@click.option(
    "--valid-from",
    default="",
    help="First day of this division, Jalali (1405-01-01) or Gregorian; today if left out.",
)
@with_app
def areas(files: tuple[Path, ...], source: str, valid_from: str, **city: str) -> None:
    """Read the division of the city from GeoJSON FILES, all of it or nothing."""
    from civic.areas.actions import File, edition_of, import_areas_from_console
    from civic.kernel import clock
    from civic.kernel.errors import CivicError

    at = clock.now()
    read = [File(path.name, path.read_bytes()) for path in files]
    try:
        edition = edition_of(read, source=source, valid_from=valid_from, at=at, **city)
        version, report = import_areas_from_console(read, edition, at=at)
    except CivicError as error:
        raise click.ClickException(str(error)) from None
    for line in report.lines():
        click.echo(line)
    click.echo(f"Version {version.number} is stored; it holds from {version.valid_from}.")


@import_.command(name="election")
@click.argument("file", type=FILE)
@with_app
def import_election(file: Path) -> None:
    """Read a real election from a Pabulib FILE, with its ballots, and count it."""
    from civic.results.commands import import_file

    sys.exit(import_file(file))


@import_.command(name="roll")
@click.argument("cycle")
@click.argument("file", type=FILE)
@with_app
def import_roll(cycle: str, file: Path) -> None:
    """Read the roll of people entitled to vote in CYCLE from a CSV FILE, as a draft."""
    from civic.cycles.commands import import_roll_file

    sys.exit(import_roll_file(cycle, file))


@cli.group()
def export() -> None:
    """Write what everybody may have to files."""


@export.command(name="cycle")
@click.argument("code")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", "over", flag_value="what is there", help="Write over files of before.")
@with_app
def export_cycle(code: str, folder: Path, over: str | None) -> None:
    """Write the public files of the cycle CODE, whose results are published, to FOLDER."""
    from civic.results.commands import Over, export_to

    sys.exit(export_to(code, folder, over=Over(over or Over.NOTHING)))


@cli.command("first-admin")
@click.argument("mobile")
@click.argument("name")
@with_app
def first_admin(mobile: str, name: str) -> None:
    """Make the first administrator of a new city, who grants all other roles."""
    from civic.accounts.actions import appoint_first_administrator
    from civic.kernel import clock
    from civic.kernel.errors import RuleBroken

    try:
        appoint_first_administrator(mobile, name=name, at=clock.now())
    except RuleBroken as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{name} can now sign in and grant roles at /admin/roles.")
