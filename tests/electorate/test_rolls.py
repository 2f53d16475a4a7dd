from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from civic.audit.models import AuditEntry
from civic.cycles import actions as cycles
from civic.cycles.commands import import_roll_file
from civic.cycles.phases import PhaseKind
from civic.electorate import actions, queries
from civic.electorate.models import Roll, RollEntry
from civic.electorate.roll_file import BadRoll
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.ledger.models import Waiting
from tests import factories

HEAD = "national_id,birth_date,area,alive\n"


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city, phase=PhaseKind.BALLOT, code="1405")


def csv_of(number, area="demo-6-1"):
    """A roll of so many made-up people."""
    ids = [factories.make_national_id() for _ in range(number)]
    return HEAD + "".join(f"{each},1359-10-11,{area},1\n" for each in ids)


def bring(cycle, at, content=None):
    """Import a roll as the command line does."""
    of = actions.RollOf(cycle.id, cycle.code, cycle.city)
    return actions.import_roll_from_console((content or csv_of(12)).encode(), of, at=at)


@pytest.fixture
def roll(cycle, at_noon):
    return bring(cycle, at_noon)


@pytest.fixture
def confirmed(roll, adam, hedi, at_noon):
    actions.confirm_roll(adam, roll, at=at_noon)
    return actions.confirm_roll(hedi, roll, at=at_noon)


def freeze(cycle, at):
    cycles.freeze_rules(cycle, {}, at=at)


def entries():
    return db.session.scalar(text("SELECT count(*) FROM roll_entries"))


def refused_by_the_database(statement, says, **values):
    with pytest.raises(DatabaseError, match=says), db.session.begin_nested():
        db.session.execute(text(statement), values)


class TestImport:
    def test_a_draft_holds_nothing_yet(self, cycle, roll):
        assert (roll.number, roll.people, entries()) == (1, 12, 12)
        assert queries.roll_statement(cycle.id) is None
        assert db.session.scalars(select(AuditEntry.event)).all() == ["roll:import"]

    def test_nothing_of_a_wrong_file_is_stored(self, cycle, at_noon):
        with pytest.raises(BadRoll):
            bring(cycle, at_noon, csv_of(12) + "1,1,1,1\n")
        assert entries() == 0
        assert db.session.scalars(select(Roll)).all() == []

    def test_no_id_is_stored(self, cycle, at_noon):
        content = csv_of(1)
        bring(cycle, at_noon, content)
        national_id = content.splitlines()[1].split(",")[0]
        stored = [repr(vars(row)) for row in db.session.scalars(select(RollEntry))]
        stored += [repr(entry.details) for entry in db.session.scalars(select(AuditEntry))]
        assert not any(national_id in each for each in stored)

    def test_after_the_freeze_it_is_refused_and_written_to_the_log(
        self, cycle, confirmed, at_noon, capsys
    ):
        freeze(cycle, at_noon)
        with pytest.raises(RuleBroken, match="frozen"):
            bring(cycle, at_noon)
        assert "roll refused" in capsys.readouterr().out
        assert entries() == 12


class TestConfirm:
    def test_two_people_confirm_and_then_it_holds(self, cycle, roll, adam, hedi, at_noon):
        actions.confirm_roll(adam, roll, at=at_noon)
        assert queries.confirmed_roll(cycle.id) is None
        actions.confirm_roll(hedi, roll, at=at_noon)
        said = queries.roll_statement(cycle.id)
        assert said == (1, roll.sha256, 12, {"demo-6-1": 12})
        events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
        assert events == ["roll:import", "roll:sign", "roll:confirm"]

    def test_all_three_acts_stand_in_the_public_book(self, confirmed):
        waiting = db.session.scalars(select(Waiting.body).order_by(Waiting.id)).all()
        done = [body["do"] for body in waiting if body["of"] == ["rolls", str(confirmed.id)]]
        assert sorted(done) == ["roll:confirm", "roll:import", "roll:sign"]

    def test_one_person_does_not_sign_twice(self, roll, adam, at_noon):
        actions.confirm_roll(adam, roll, at=at_noon)
        with pytest.raises(NotAllowed, match="two different people"):
            actions.confirm_roll(adam, roll, at=at_noon)
        refused_by_the_database(
            "UPDATE rolls SET second_by_id = first_by_id", "two_people_confirm_a_roll"
        )

    @pytest.mark.parametrize("who", ["rosa", "milo", "maya", "otto", "ada"])
    def test_nobody_else_confirms(self, who, roll, at_noon, request):
        with pytest.raises(NotAllowed):
            actions.confirm_roll(request.getfixturevalue(who), roll, at=at_noon)

    def test_an_administrator_of_a_part_is_none_of_the_city(self, roll, tree, at_noon):
        local = factories.make_staff("Leila", Role.ADMIN, area=tree.district)
        with pytest.raises(NotAllowed):
            actions.confirm_roll(local, roll, at=at_noon)

    def test_a_roll_that_was_overtaken_is_left_alone(self, cycle, roll, adam, at_noon):
        younger = bring(cycle, at_noon + timedelta(minutes=1))
        with pytest.raises(RuleBroken, match="younger roll"):
            actions.confirm_roll(adam, roll, at=at_noon)
        assert younger.number == 2

    def test_the_younger_holds_once_it_is_confirmed(self, cycle, confirmed, adam, hedi, at_noon):
        younger = bring(cycle, at_noon, csv_of(20, "demo-6-2"))
        actions.confirm_roll(hedi, younger, at=at_noon)
        assert queries.roll_statement(cycle.id).version == 1
        actions.confirm_roll(adam, younger, at=at_noon)
        assert queries.roll_statement(cycle.id)[2:] == (20, {"demo-6-2": 20})

    def test_nor_a_third_time(self, confirmed, at_noon):
        with pytest.raises(RuleBroken, match="confirmed already"):
            actions.confirm_roll(factories.make_staff("Ali", Role.ADMIN), confirmed, at=at_noon)

    def test_a_draft_is_not_confirmed_after_the_freeze(self, cycle, roll, adam, at_noon):
        freeze(cycle, at_noon)
        with pytest.raises(RuleBroken, match="frozen"):
            actions.confirm_roll(adam, roll, at=at_noon)


class TestTheDatabaseItself:
    ADD = (
        "INSERT INTO roll_entries (roll_id, national_id_lookup, birth_date, area_code, alive)"
        " SELECT roll_id, :other, birth_date, area_code, alive FROM roll_entries LIMIT 1"
    )

    def test_nobody_is_put_on_a_signed_roll_or_taken_off(self, roll, adam, at_noon):
        actions.confirm_roll(adam, roll, at=at_noon)
        refused_by_the_database(self.ADD, "signed or frozen", other=b"x" * 32)
        refused_by_the_database("DELETE FROM roll_entries", "signed or frozen")

    def test_nor_on_any_once_the_rules_are_frozen(self, cycle, roll, at_noon):
        freeze(cycle, at_noon)
        refused_by_the_database(self.ADD, "signed or frozen", other=b"x" * 32)
        refused_by_the_database("UPDATE rolls SET first_at = imported_at", "roll of this cycle")
        refused_by_the_database("DELETE FROM rolls", "roll of this cycle")

    def test_what_is_written_stays_written(self, roll):
        refused_by_the_database("UPDATE roll_entries SET alive = NOT alive", "never changed")
        refused_by_the_database("UPDATE rolls SET people = people + 1", "written once")

    def test_whoever_takes_the_triggers_away_is_found_out(self, confirmed, engine_name):
        assert queries.is_whole(confirmed)
        away = "DROP TRIGGER roll_entries_written_update"
        if engine_name == "postgresql":
            away += " ON roll_entries"
        db.session.execute(text(away))
        db.session.execute(text("UPDATE roll_entries SET area_code = 'demo-6-2'"))
        assert not queries.is_whole(confirmed)


class TestTheCommand:
    def test_it_says_what_was_imported(self, cycle, tmp_path, capsys):
        file = tmp_path / "roll.csv"
        file.write_text(csv_of(12))
        assert import_roll_file("1405", file) == 0
        said = capsys.readouterr().out
        assert "12  demo-6-1" in said
        assert "two different people" in said

    def test_it_says_what_is_wrong(self, cycle, tmp_path, capsys):
        file = tmp_path / "roll.csv"
        file.write_text(HEAD + "1,2,3,4\n")
        assert import_roll_file("1405", file) == 2
        said = capsys.readouterr().err.splitlines()
        assert said[0].startswith("roll.csv: line 2, alive: ")
        assert said[-1].startswith("civic: roll.csv: Nothing was imported: 4 places")

    def test_nor_for_a_cycle_that_is_not_there(self, database, tmp_path, capsys):
        assert import_roll_file("1999", tmp_path / "roll.csv") == 2
        assert "no cycle 1999" in capsys.readouterr().err
