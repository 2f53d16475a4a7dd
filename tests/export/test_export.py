"""A cycle as a folder of files: whole, checkable, and without persons."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from io import StringIO

import pytest
from sqlalchemy import select

from civic.accounts.models import Account
from civic.audit.queries import check_chain
from civic.config import REPOSITORY
from civic.counting import count, read_pb
from civic.cycles.models import FrozenRules
from civic.cycles.queries import cycle_by_code
from civic.demo import making
from civic.demo.making import Size
from civic.kernel.canonical import canonical
from civic.kernel.db import db
from civic.kernel.errors import NotHere, RuleBroken
from civic.ledger import sequencer
from civic.results import commands
from civic.results.actions import import_election
from civic.results.commands import Over
from civic.results.export import export_cycle
from civic.results.queries import counts_of
from civic.results.rules import without_few
from tests import factories
from tests.results.test_elections import SMALL

TINY = Size(residents=12, crowd_percent=10, every=6)


@pytest.fixture
def wola(database, tmp_path, at_noon):
    """An election with three ballots, too few to give them away."""
    return _imported(SMALL.format(rule="greedy", skwer=1), tmp_path, at_noon)


@pytest.fixture
def folder(database, tmp_path, at_noon):
    """The folder of an election with sixty ballots."""
    few, _, votes = SMALL.format(rule="greedy", skwer=1).partition("VOTES\n")
    head = votes.splitlines()[0]
    many = [f"{n};{30 + n % 40};K;{'7' if n % 3 else '7,9'}" for n in range(60)]
    text = few.replace("num_votes;4", "num_votes;60").replace("\n7;600.50;3;", "\n7;600.50;60;")
    text = text.replace("\n8;500;2;", "\n8;500;0;").replace("\n9;300;1;", "\n9;300;20;")
    counted = _imported("\n".join([text + "VOTES", head, *many]) + "\n", tmp_path, at_noon)
    export_cycle(counted.pot.cycle.code, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def last_year(database, at_noon, signer, tmp_path):
    """The folder of the demo's cycle of last year, whose results stand."""
    making.make_city(now=at_noon, size=TINY)
    sequencer.write_all()
    export_cycle("1404", tmp_path / "1404")
    return tmp_path / "1404"


def _imported(text, tmp_path, at):
    path = tmp_path / "wola.pb"
    path.write_text(text)
    return import_election(read_pb(path), path.name, at=at, progress=lambda *_: None)


class TestTheFolder:
    def test_the_rules_can_be_hashed_again(self, folder):
        config = json.loads((folder / "config.json").read_text())
        frozen = db.session.scalars(select(FrozenRules)).one()
        assert canonical(config["rules"]) == frozen.document
        hashed = hashlib.sha256(canonical(config["rules"]).encode()).hexdigest()
        assert hashed == config["sha256"] == frozen.sha256

    def test_the_ballots_count_to_the_same_winners(self, folder):
        (path,) = folder.glob("*.pb")
        told = json.loads(path.with_suffix(".json").read_text())
        election = read_pb(path).election()
        assert election.voters == 60
        assert list(count(election, "greedy").winners) == told["winners"] == ["7", "9"]

    def test_the_table_names_every_project(self, folder):
        (path,) = folder.glob("*.csv")
        rows = list(csv.DictReader(StringIO(path.read_text().removeprefix("\ufeff"))))
        votes = {row["project_id"]: (row["votes"], row["funded"]) for row in rows}
        assert votes == {"7": ("60", "1"), "9": ("20", "1"), "8": ("0", "0")}

    def test_the_head_of_the_log_is_kept(self, folder):
        head = json.loads((folder / "audit.json").read_text())
        assert (head["head"], head["whole"]) == (check_chain().head, True)
        assert head["entries"] > 0

    def test_the_fingerprints_are_those_of_the_files(self, folder):
        for line in (folder / "SHA256SUMS").read_text().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest

    def test_each_file_is_explained_in_both_languages(self, folder):
        persian = (folder / "README.fa.md").read_text()
        english = (folder / "README.en.md").read_text()
        for name in ("config.json", "*.pb", "*.csv", "participation.json", "audit.json"):
            assert f"`{name}`" in persian
            assert f"`{name}`" in english
        assert "## The files" in english
        assert "The files" not in persian


class TestParticipation:
    def test_small_numbers_are_left_out_and_one_more_that_would_give_them_away(self):
        assert without_few({"a": 30, "b": 4, "c": 12}) == {"a": 30, "b": None, "c": None}

    def test_small_ones_that_are_few_together_take_a_big_one_along(self):
        assert without_few({"a": 30, "b": 1, "c": 1}) == {"a": None, "b": None, "c": None}

    def test_small_ones_that_are_enough_together_stand_alone(self):
        assert without_few({"a": 30, "b": 6, "c": 4}) == {"a": 30, "b": None, "c": None}

    def test_big_numbers_are_told(self):
        assert without_few({"a": 10, "b": 11}) == {"a": 10, "b": 11}


def test_the_demo_of_last_year_gives_away_nobody(last_year, capsys):
    names = {path.name for path in last_year.iterdir()}
    areas = {count.pot.area.code for count in counts_of(cycle_by_code("1404"))}
    assert {f"1404-{code}.{kind}" for code in areas for kind in ("json", "csv")} <= names
    everything = "\n".join(path.read_text() for path in last_year.iterdir())
    people = db.session.scalars(select(Account)).all()
    assert people
    for person in people:
        assert str(person.id) not in everything
        assert person.name not in everything
    told = json.loads((last_year / "participation.json").read_text())
    assert {pot["area"] for pot in told["pots"]} == areas
    check_by_the_stand_alone_program(last_year)
    numbers = [n for pot in told["pots"] for n in (pot["ballots"], *pot["took_part"].values())]
    assert any(numbers)
    assert all(n is None or n >= 10 for n in numbers)
    # The cycle of this year is still voted about.
    assert commands.export_to("1405", last_year / "new", over=Over.NOTHING) == 2
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert not (last_year / "new").exists()


def check_by_the_stand_alone_program(folder):
    """What observers run: the book holds, and the winners come out again."""
    assert (folder / "openings.ndjson").read_text()
    for verb in ("log", "recount"):
        command = [sys.executable, "verify/civic_verify.py", verb, str(folder)]
        ran = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


class TestRefusals:
    def test_a_book_that_is_not_signed_to_its_end(self, database, at_noon, signer, tmp_path):
        making.make_city(now=at_noon, size=TINY)

        with pytest.raises(RuleBroken, match="not signed to its end"):
            export_cycle("1404", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_an_unknown_cycle(self, database, tmp_path):
        with pytest.raises(NotHere):
            export_cycle("1300", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_a_result_that_is_counted_and_not_published(self, tree, at_noon, tmp_path):
        line = factories.make_line(
            factories.make_ballot_project(
                factories.make_pot(factories.make_cycle(tree.city), tree.sepidar)
            ),
            published=False,
        )
        code = line.project.pot.cycle.code
        with pytest.raises(RuleBroken, match="not published"):
            export_cycle(code, tmp_path / "out")

    def test_the_command_speaks_english_whatever_the_city_speaks(self, database, tmp_path, capsys):
        assert commands.export_to("1300", tmp_path / "out", over=Over.NOTHING) == 2
        said = capsys.readouterr().err
        assert said.startswith("civic: ")
        assert said.isascii()

    def test_a_folder_with_something_in_it_stays_as_it_is(self, wola, tmp_path, capsys):
        folder = tmp_path / "out"
        folder.mkdir()
        (folder / "config.json").write_text("mine")
        code = wola.pot.cycle.code
        assert commands.export_to(code, folder, over=Over.NOTHING) == 2
        assert "--force" in capsys.readouterr().err
        assert [path.name for path in folder.iterdir()] == ["config.json"]
        assert (folder / "config.json").read_text() == "mine"

    def test_unless_it_is_forced(self, wola, tmp_path, capsys):
        folder = tmp_path / "out"
        folder.mkdir()
        (folder / "config.json").write_text("mine")
        code = wola.pot.cycle.code
        assert commands.export_to(code, folder, over=Over.WHAT_IS_THERE) == 0
        assert json.loads((folder / "config.json").read_text())["cycle"] == code
        assert str(folder / "SHA256SUMS") in capsys.readouterr().out


def test_an_election_from_a_file_with_few_ballots_gives_none_of_them(wola, tmp_path):
    export_cycle(wola.pot.cycle.code, tmp_path / "out")
    names = {path.suffix for path in (tmp_path / "out").iterdir()}
    assert ".pb" not in names
    assert (tmp_path / "out" / f"{wola.pot.cycle.code}.csv").exists()
    told = json.loads((tmp_path / "out" / "participation.json").read_text())
    assert told["pots"][0]["ballots"] is None
