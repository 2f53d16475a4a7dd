"""Whether a vote may open: each thing it rests on is taken away, and the vote stays closed."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from civic.ballots import actions, commands, engines, guards, jobs, keys, queries, readiness
from civic.cycles.kinds import Standing
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.ledger import signing
from tests.conftest import ASKED_OF_POSTGRES


def problems(cycle):
    return [str(f.problem) for f in readiness.findings(cycle) if f.problem and f.hinders]


def opened(cycle, pot):
    actions.open_boxes(cycle, at=clock.now())
    return queries.box_state(pot.id) == "open"


@pytest.fixture
def guard(engine_name):
    """Take away a constraint or trigger of the box by name."""
    taken = {
        "trigger": {
            "sqlite": "DROP TRIGGER ballots_late_insert",
            "postgresql": "ALTER TABLE ballots DISABLE TRIGGER ballots_late_insert",
        },
        "constraint": {
            # SQLite cannot drop one; a table made anew without it is what a bad migration does.
            "sqlite": "ALTER TABLE voter_slots RENAME TO voter_slots_old",
            "postgresql": "ALTER TABLE voter_slots DROP CONSTRAINT one_ballot_per_scope",
        },
        "index": {
            "sqlite": "DROP INDEX ix_ballots_pot_id",
            "postgresql": "DROP INDEX ix_ballots_pot_id",
        },
    }
    return lambda kind: db.session.execute(text(taken[kind][engine_name]))


class TestAllIsWell:
    def test_nothing_hinders_and_the_box_opens(self, cycle, pot, paper):
        assert problems(cycle) == problems(None) == []
        assert opened(cycle, pot)
        assert problems(cycle) == []

    def test_the_models_promise_many_guards(self, database):
        wanted = [name for t in guards._tables() for name in guards._names(t, "sqlite")]
        assert {"one_ballot_each", "ballots_no_update", "ballots_late_insert"} <= set(wanted)
        assert {"lines_are_numbered", "frozen_rules_no_update", "ix_ballots_pot_id"} <= set(wanted)
        assert len(wanted) > 80


class TestTheDatabase:
    @pytest.mark.parametrize("kind", ["trigger", "constraint", "index"])
    def test_a_guard_that_is_gone(self, cycle, pot, paper, guard, kind):
        guard(kind)
        with pytest.raises(RuleBroken, match="on which the vote rests"):
            opened(cycle, pot)
        assert queries.box_state(pot.id) is None

    def test_settings_that_lose_votes(self, cycle, pot, paper, engine_name, monkeypatch):
        if engine_name == "postgresql":
            monkeypatch.setattr(engines, "POSTGRES", ASKED_OF_POSTGRES)  # ours really are so
            names = list(ASKED_OF_POSTGRES)
        else:
            db.session.execute(text("PRAGMA foreign_keys")).all()
            monkeypatch.setattr(engines, "SQLITE", {n: ("?",) for n in engines.SQLITE})
            names = list(engines.SQLITE)
        assert [next(n for n in names if n in str(p)) for p in engines.unsafe_settings()] == names
        with pytest.raises(RuleBroken, match=f"the setting {names[0]} of the database"):
            opened(cycle, pot)

    def test_what_sqlite_is_asked_is_what_we_set(self, database, engine_name):
        if engine_name == "sqlite":
            for name, good in engines.SQLITE.items():
                assert str(db.session.scalar(text(f"PRAGMA {name}"))) in good

    def test_a_database_that_follows_another(self, database, monkeypatch):
        said = SimpleNamespace(execute=lambda *_: [], scalar=lambda *_: True)
        monkeypatch.setattr(engines, "db", SimpleNamespace(session=said))
        assert [str(p) for p in engines._of_postgres()] == [engines.COPY]

    @pytest.mark.parametrize(
        ("place", "kind"),
        [("/data/civic.db", "ext4"), ("/data/far off/civic.db", "nfs4"), ("/other", "overlay")],
    )
    def test_the_file_system_of_a_file(self, place, kind):
        mounts = "o / overlay rw 0 0\nd /data ext4 rw 0 0\nn:/x /data/far\\040off nfs4 rw 0 0\n"
        assert engines.file_system_of(Path(place), mounts) == kind
        assert ("nfs4" in engines.NETWORK, "ext4" in engines.NETWORK) == (True, False)

    def test_a_clock_that_runs_ahead(self, cycle, pot, paper, engine_name, monkeypatch):
        apart = iter([0.9, 0.11, 0.5, 0.9, 0.1, 0.9])
        monkeypatch.setattr(readiness, "_seconds_apart", lambda: next(apart))
        monkeypatch.setattr(readiness, "on_postgres", lambda: True)
        assert ["110 ms" in said for said in problems(cycle)] == [True]
        assert problems(cycle) == []

    def test_the_clock_is_really_asked(self, database, engine_name):
        if engine_name == "postgresql":
            assert readiness._seconds_apart() < 0.1


class TestTheBook:
    def test_a_signer_that_is_silent(self, cycle, pot, paper, monkeypatch):
        def silent(_request):
            raise signing.SignerSilent

        monkeypatch.setattr(signing, "_ask", silent)
        with pytest.raises(RuleBroken, match="the signer of the public book does not answer"):
            opened(cycle, pot)

    def test_a_book_that_the_signer_knows_and_the_database_does_not(
        self, cycle, pot, paper, signer
    ):
        signer.sign("civic.test/book/1405", 7, b"r" * 32, [], at=clock.now())
        with pytest.raises(RuleBroken, match="“1405” is not what was signed before"):
            opened(cycle, pot)


class TestTheKey:
    def test_a_file_that_others_may_read(self, cycle, pot, paper):
        keys.made_or_found(cycle.id)
        keys.file_of(cycle.id).chmod(0o640)
        with pytest.raises(RuleBroken, match="or others may read it"):
            opened(cycle, pot)
        keys.file_of(cycle.id).chmod(0o600)
        assert opened(cycle, pot)

    def test_a_file_that_is_no_key(self, cycle, pot, paper):
        keys.put_into_file(cycle.id, b"short")
        with pytest.raises(RuleBroken, match="the key of this vote is not at its place"):
            opened(cycle, pot)


class TestTheRest:
    def test_jobs_that_nobody_signs(self, cycle, pot, paper, app, monkeypatch):
        from rq.serializers import JSONSerializer

        monkeypatch.setattr(app.extensions["queue"], "serializer", JSONSerializer)
        with pytest.raises(RuleBroken, match="jobs that nobody signed"):
            opened(cycle, pot)

    def test_a_full_disk_is_a_warning(self, cycle, pot, paper, monkeypatch, capsys):
        monkeypatch.setattr(readiness, "ROOM", 10**18)
        assert commands.print_readiness(cycle.code) == 0
        assert "! there is room" in capsys.readouterr().out
        assert opened(cycle, pot)


class TestWhoIsTold:
    def test_a_rehearsal_is_only_warned(self, cycle, pot, paper, guard):
        cycle.standing = Standing.REHEARSAL
        guard("index")
        with capture_logs() as logs:
            assert opened(cycle, pot)
        assert [one["event"] for one in logs if one["log_level"] == "warning"] == ["vote not ready"]

    def test_a_city_that_is_made_up_is_only_warned(self, app, cycle, pot, paper, monkeypatch):
        def silent(_request):
            raise signing.SignerSilent

        monkeypatch.setattr(signing, "_ask", silent)
        monkeypatch.setitem(app.config, "CIVIC", replace(app.config["CIVIC"], demo=True))
        assert opened(cycle, pot)

    def test_staff_read_the_reason_on_the_page_of_the_cycle(
        self, browser, cycle, pot, paper, adam, rosa
    ):
        keys.put_into_file(cycle.id, b"short")
        why = "the key of this vote is not at its place"
        for person, is_told in ((adam, True), (rosa, False)):
            browser.sign_in(person)
            said = browser.get("cycles.show", code=cycle.code, lang="en").get_text(" ")
            assert (why in said) is is_told
        keys.wipe_file(cycle.id)
        browser.sign_in(adam)
        assert why not in browser.get("cycles.show", code=cycle.code, lang="en").get_text(" ")

    def test_the_job_raises_an_alarm_and_tries_again(self, cycle, pot, paper):
        keys.put_into_file(cycle.id, b"short")
        with capture_logs() as logs:
            jobs.open_due_boxes()
        assert [one["event"] for one in logs if one["log_level"] == "error"] == ["boxes not opened"]
        keys.wipe_file(cycle.id)
        jobs.open_due_boxes()
        assert queries.box_state(pot.id) == "open"

    def test_the_first_voter_is_told_in_a_sentence(self, cast, rosa, cycle, pot):
        keys.put_into_file(cycle.id, b"short")
        with pytest.raises(RuleBroken, match="Voting cannot open yet"):
            cast(rosa, 0)

    def test_the_table(self, cycle, capsys, signer):
        assert commands.print_readiness("") == 0
        assert capsys.readouterr().out.count("✓") == 7
        signer.sign("civic.test/book/1405", 7, b"r" * 32, [], at=clock.now())
        assert commands.print_readiness(cycle.code) == 1
        said = capsys.readouterr().out
        assert (said.count("✓"), said.count("✗")) == (7, 1)
        assert "“1405” is not what was signed before" in said
