"""The home of the data: its keys, its lock and what follows from it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from civic.config import Settings
from civic.home import (
    KEYS,
    CannotUseHome,
    alone_in,
    environment_for,
    is_prepared,
    note_prepared,
)


class TestEnvironment:
    def test_an_empty_one_is_completed_to_settings_that_work(self, tmp_path):
        home = tmp_path / "var"

        settings = Settings.read(environment_for({"CIVIC_HOME": str(home)}))

        assert settings.database_url == f"sqlite:///{home}/civic.db"
        assert settings.redis_url == f"unix://{home}/valkey.sock"
        assert settings.demo

    def test_what_was_given_stays(self, tmp_path):
        given = {"CIVIC_HOME": str(tmp_path), "DEMO": "0", "SECRET_KEY": "x" * 40, "PATH": "/bin"}

        environment = environment_for(given)

        assert given.items() <= environment.items()

    def test_an_empty_value_counts_as_not_given(self, tmp_path):
        environment = environment_for({"CIVIC_HOME": str(tmp_path), "DATABASE_URL": ""})

        assert environment["DATABASE_URL"].startswith("sqlite:///")

    def test_a_city_with_its_own_database_brings_its_own_keys_and_no_demo(self, tmp_path):
        given = {"CIVIC_HOME": str(tmp_path), "DATABASE_URL": "postgresql://city/civic"}

        environment = environment_for(given)

        assert not environment.keys() & {*KEYS, "DEMO"}
        assert not (tmp_path / "secrets.env").exists()

    def test_a_long_path_gets_a_short_socket_that_is_always_the_same(self, tmp_path):
        given = {"CIVIC_HOME": str(tmp_path / ("long" * 30))}

        first = environment_for(given)["REDIS_URL"]

        assert len(first.removeprefix("unix://")) < 100
        assert environment_for(given)["REDIS_URL"] == first
        Path(first.removeprefix("unix://")).parent.rmdir()

    def test_a_place_that_cannot_be_written_is_one_sentence(self, tmp_path):
        (tmp_path / "file").write_text("")

        with pytest.raises(CannotUseHome, match="cannot keep data in"):
            environment_for({"CIVIC_HOME": str(tmp_path / "file" / "var")})


class TestKeys:
    def keys(self, home):
        environment = environment_for({"CIVIC_HOME": str(home)})
        return {name: environment[name] for name in KEYS}

    def test_stay_the_same_and_differ_from_each_other(self, tmp_path):
        first = self.keys(tmp_path)

        assert self.keys(tmp_path) == first
        assert len(set(first.values())) == len(KEYS)

    def test_are_for_the_owner_alone(self, tmp_path):
        self.keys(tmp_path)

        assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600

    def test_a_key_that_is_new_joins_the_kept_ones(self, tmp_path):
        (tmp_path / "secrets.env").write_text("SECRET_KEY=" + "a" * 64 + "\n")

        keys = self.keys(tmp_path)

        assert keys["SECRET_KEY"] == "a" * 64
        assert len(keys["BALLOT_KEY"]) == 64


class TestAloneIn:
    def test_a_second_one_is_sent_away(self, tmp_path):
        with (
            alone_in(tmp_path),
            pytest.raises(CannotUseHome, match="already runs"),
            alone_in(tmp_path),
        ):
            pass

    def test_the_next_one_may_come_after_the_first_has_left(self, tmp_path):
        with alone_in(tmp_path):
            pass

        with alone_in(tmp_path):
            assert (tmp_path / "running.lock").exists()


class TestIsPrepared:
    @pytest.fixture
    def settings(self, tmp_path):
        database = sqlite3.connect(tmp_path / "civic.db")
        database.execute("CREATE TABLE alembic_version AS SELECT '0001' AS version_num")
        database.commit()
        database.close()
        return Settings.read(environment_for({"CIVIC_HOME": str(tmp_path)}))

    def test_not_before_it_was_noted(self, settings):
        assert not is_prepared(settings)

    def test_afterwards_it_is(self, settings):
        note_prepared(settings)

        assert is_prepared(settings)

    def test_not_when_the_database_was_exchanged_for_an_older_one(self, settings):
        note_prepared(settings)
        with closing(sqlite3.connect(settings.home / "civic.db")) as database:
            database.execute("UPDATE alembic_version SET version_num = '0000'")
            database.commit()

        assert not is_prepared(settings)

    def test_not_when_the_database_is_gone(self, settings):
        note_prepared(settings)
        (settings.home / "civic.db").unlink()

        assert not is_prepared(settings)

    def test_not_when_the_demo_city_is_wanted_for_the_first_time(self, settings):
        note_prepared(replace(settings, demo=False))

        assert not is_prepared(settings)

    def test_never_for_a_database_of_the_city(self, settings):
        elsewhere = replace(settings, database_url="postgresql+psycopg://city/civic")
        note_prepared(elsewhere)

        assert not is_prepared(elsewhere)
