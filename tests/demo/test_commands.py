"""The verbs of the demo: they say what they did, and refuse to touch a real city."""

from __future__ import annotations

from dataclasses import replace

import click
import pyotp
import pytest

from civic.demo import commands, making, people
from civic.demo.making import Size
from civic.kernel import clock

TINY = Size(residents=12, crowd_percent=1, every=20)


@pytest.fixture
def in_demo(app, database, monkeypatch):
    monkeypatch.setitem(app.config, "CIVIC", replace(app.config["CIVIC"], demo=True))


def test_a_real_city_gets_no_demo_people(database):
    with pytest.raises(click.ClickException, match="not a demo"):
        commands.make()
    assert making.is_empty()


def test_a_database_in_use_is_left_alone(in_demo, rosa):
    with pytest.raises(click.ClickException, match="nothing was changed"):
        commands.make()


def test_who_lists_everybody_with_number_and_place(in_demo, capsys):
    making.make_city(now=clock.now(), size=TINY)
    commands.who()
    said = capsys.readouterr().out
    for post in people.POSTS:
        assert f"{post.mobile}   {post.name}" in said
    assert people.RANA in said
    assert "منطقه ۶ (نمونه)" in said


def test_the_second_code_is_the_one_that_is_asked_for(in_demo, capsys, at_noon):
    making.make_city(now=at_noon, size=TINY)
    commands.code("auditor")
    auditor = people.mobile_of("auditor")
    now = pyotp.TOTP(people.secret_of(auditor)).at(at_noon)
    assert f"{now}   {auditor}" in capsys.readouterr().out


def test_a_city_that_does_not_run_is_moved_without_complaints(in_demo, capsys):
    making.make_city(now=clock.now(), size=TINY)
    capsys.readouterr()
    commands.phase("ballot")
    said = capsys.readouterr().out
    assert "is in the phase “Ballot published” now." in said
    assert said.splitlines()[-1] == "The city is not running; to see it: python3 -m civic up"
    assert "queue not reached" not in said


@pytest.mark.parametrize("name", ["king", "resident"])
def test_there_is_no_second_code_for_others(in_demo, name):
    making.make_city(now=clock.now(), size=TINY)
    with pytest.raises(click.ClickException):
        commands.code(name)


def test_without_a_city_there_is_nobody(in_demo):
    with pytest.raises(click.ClickException, match="no demo city yet"):
        commands.who()
