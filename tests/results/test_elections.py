"""Real and broken election files through the tables of live voting."""

import shlex
from io import BytesIO, StringIO

import pytest
from sqlalchemy import func, select

from civic.areas import queries as areas
from civic.ballots.models import Ballot, Opening, VoterSlot
from civic.ballots.queries import box_state, openings
from civic.counting import PbError, count, read_pb
from civic.cycles.kinds import Rule
from civic.cycles.queries import frozen_rules, running_cycle
from civic.electorate.models import Participation
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.notifications.models import Notice
from civic.recounting.options import tie_rule
from civic.results import commands, queries
from civic.results.actions import import_election
from civic.results.reading import Reading
from civic.tables import METADATA

GREEDY = [
    "Poland_Zabrze_2020", "Poland_Poznan_2025_10_-_Swierczewo_Wilda_Zielony_Debiec__large",
    "Poland_Warszawa_2025_Wilanow", "Poland_Warszawa_2021_Mokotow", "Hungary_Veszprem_2025",
    "US_Stanford_Dataset_Your_Voice_Your_Choice_Parks_and_Streets-_Seattle_2018_District_2"
    "_vote_approvals",
]  # fmt: skip
SMALL = """META
key;value
description;Wola 2024
unit;Warszawa
subunit;Wola
num_projects;3
num_votes;4
budget;1000.50
vote_type;approval
rule;{rule}
currency;PLN
date_begin;01.06.2024
date_end;15.06.2024
PROJECTS
project_id;cost;votes;name;selected
7;600.50;3;Skwer;{skwer}
8;500;2;=Most;0
9;300;1;Zegar;1
VOTES
voter_id;age;sex;vote
a;31;F;7,8
b;44;M;7
c;19;F;7,8
d;70;M;9
"""


def small(*, rule="greedy", skwer=1):
    return read_pb(StringIO(SMALL.format(rule=rule, skwer=skwer)))


def silent(done, total):
    """Nobody watches."""


def imported(file, at, name="wola.pb"):
    return import_election(file, name, at=at, progress=silent)


def rows():
    """How many rows every table holds."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in METADATA.sorted_tables
    }


@pytest.mark.parametrize("name", GREEDY)
def test_real_winners_come_out_of_the_tables(database, reference, at_noon, name):
    file = read_pb(reference / "pabulib" / f"{name}.pb")
    counted = imported(file, at_noon, f"{name}.pb")
    outcome = count(file.election(), "greedy", threshold=file.threshold)
    assert counted.input_sha256 == file.election().sha256
    assert set(counted.outcome["winners"]) == set(outcome.winners)
    if file.declared_rule == "greedy" and file.selected is not None:
        assert set(counted.outcome["winners"]) == file.selected


def test_equal_shares_are_those_of_the_city(database, reference, at_noon):
    file = read_pb(reference / "pabulib" / "Netherlands_Assen_2024.pb")
    counted = imported(file, at_noon)
    assert counted.pot.rule is Rule.EQUAL_SHARES_ADD1
    assert set(counted.outcome["winners"]) == file.selected


class TestImport:
    def test_the_box_is_as_if_voted_live_and_closed(self, database, at_noon):
        counted = imported(small(), at_noon)
        assert box_state(counted.pot_id) == "closed"
        assert sorted(openings(counted.pot_id)) == [[1], [1, 2], [1, 2], [3]]
        tables = (Ballot, Opening, VoterSlot)
        assert [db.session.scalar(select(func.count()).select_from(t)) for t in tables] == [4, 4, 4]

    def test_it_is_published_and_its_rules_are_frozen(self, database, at_noon):
        counted = imported(small(), at_noon)
        assert counted.published_at == at_noon
        assert frozen_rules(counted.pot.cycle_id).sha256
        assert counted.pot.cycle.imported_from == "wola.pb"

    def test_nobody_is_said_to_have_taken_part_or_is_told(self, database, rosa, at_noon):
        imported(small(), at_noon)
        for table in (Participation, Notice):
            assert not db.session.scalar(select(func.count()).select_from(table))

    def test_the_city_keeps_its_own_division_and_cycle(self, tree, at_noon):
        counted = imported(small(), at_noon)
        assert areas.current_version(at_noon).id == tree.version.id
        assert running_cycle(at_noon) is None
        assert counted.pot.area.name == "Warszawa Wola"

    def test_two_elections_stand_side_by_side(self, database, at_noon):
        one, two = imported(small(), at_noon), imported(other_money(), at_noon)
        assert one.pot.area_id != two.pot.area_id

    def test_the_same_election_is_refused_the_second_time(self, database, at_noon):
        imported(small(), at_noon)
        before = rows()
        with pytest.raises(RuleBroken, match="imported before"):
            imported(small(rule="unknown"), at_noon)
        assert rows() == before

    def test_a_rule_we_do_not_know_is_counted_as_greedy_with_a_note(self, database, at_noon):
        counted = imported(small(rule="greedy-custom"), at_noon)
        reading = Reading(counted, queries.lines_of(counted))
        assert (counted.pot.rule, reading.other_rule) == (Rule.GREEDY, "greedy-custom")


def other_money():
    return read_pb(StringIO(SMALL.format(rule="greedy", skwer=1).replace("1000.50", "900.50")))


def test_an_id_that_no_paper_can_hold_is_refused(database, at_noon):
    text = SMALL.format(rule="greedy", skwer=1).replace("\n9;", f"\n{'9' * 61};")
    before = rows()
    with pytest.raises(RuleBroken, match="too long"):
        imported(read_pb(StringIO(text.replace("M;9", f"M;{'9' * 61}"))), at_noon)
    assert rows() == before


class TestPage:
    def test_where_the_city_decided_otherwise_the_page_says_so(self, browser, at_noon):
        counted = imported(small(skwer=0), at_noon)
        note = browser.get("results.show", pot_id=counted.pot_id).select_one(".note--warning")
        assert [li.bdi.text for li in note.select("li")] == ["Skwer"]

    def test_where_it_did_not_the_page_says_that(self, browser, at_noon):
        counted = imported(small(), at_noon)
        assert browser.get("results.show", pot_id=counted.pot_id).select_one(".note--success")

    def test_amounts_keep_their_currency(self, browser, at_noon):
        counted = imported(small(), at_noon)
        english = browser.get("results.show", pot_id=counted.pot_id, lang="en").text
        assert "600.50 PLN" in english
        assert "toman" not in english
        assert "۶۰۰٫۵۰ PLN" in browser.get("results.show", pot_id=counted.pot_id).text


def faults():
    good = SMALL.format(rule="greedy", skwer=1)
    return {
        "wrong counts": (good.replace("num_votes;4", "num_votes;5"), 7),
        "unknown project": (good.replace("M;9", "M;99"), 24),
        "cut in the middle": (good[: good.index("c;19")], 7),
        "cut before the votes": (good[: good.index("VOTES")], 18),
        "another type": (good.replace("approval", "ordinal"), 9),
        "no money": (good.replace("budget;1000.50", "budget;0"), 8),
    }


@pytest.mark.parametrize("fault", faults())
def test_a_broken_file_is_refused_with_its_line_and_nothing_is_stored(database, at_noon, fault):
    text, line = faults()[fault]
    before = rows()
    with pytest.raises(PbError) as refused:
        imported(read_pb(StringIO(text)), at_noon)
    assert refused.value.line == line
    assert rows() == before


def test_another_encoding_is_refused(database):
    text = SMALL.format(rule="greedy", skwer=1).replace("Skwer", "Łąka")
    with pytest.raises(PbError, match="UTF-8") as refused:
        read_pb(BytesIO(text.encode("cp1250")))
    assert refused.value.line == 16


def test_what_breaks_in_the_middle_leaves_nothing(database, at_noon):
    def stumble(done, total):
        raise KeyboardInterrupt

    before = rows()
    with pytest.raises(KeyboardInterrupt):
        import_election(small(), "wola.pb", at=at_noon, progress=stumble)
    assert rows() == before


class TestCommand:
    def test_says_what_was_stored(self, database, at_noon, tmp_path, capsys):
        path = tmp_path / "wola.pb"
        path.write_text(SMALL.format(rule="greedy", skwer=1))
        assert commands.import_file(path) == 0
        assert "4 ballots, 2 winners: /results/" in capsys.readouterr().out

    def test_refuses_in_one_line_that_names_the_place(self, database, tmp_path, capsys):
        path = tmp_path / "wola.pb"
        path.write_text(faults()["unknown project"][0])
        assert commands.import_file(path) == 2
        assert "civic: wola.pb: Line 24: " in capsys.readouterr().err

    def test_an_election_that_is_here_already_is_refused_in_english(
        self, database, at_noon, tmp_path, capsys
    ):
        path = tmp_path / "wola.pb"
        path.write_text(SMALL.format(rule="greedy", skwer=1))
        commands.import_file(path)
        assert commands.import_file(path) == 2
        said = capsys.readouterr().err
        assert "civic: wola.pb: This election was imported before, as cycle pb-" in said

    def test_a_kind_of_ballot_that_cannot_be_kept_is_refused_before_ballots_are_read(
        self, database, tmp_path, capsys, monkeypatch
    ):
        def read_anyway(*args, **kwargs):
            raise AssertionError("the ballots were read")

        monkeypatch.setattr(commands, "read_pb", read_anyway)
        path = tmp_path / "wola.pb"
        path.write_text(SMALL.format(rule="greedy", skwer=1).replace("approval", "cumulative"))
        assert commands.import_file(path) == 2
        assert capsys.readouterr().err == (
            "civic: wola.pb: Line 9: Ballots of the type cumulative cannot be kept here; "
            "approval and choose-1 can.\n"
        )


class TestGivenOutAgain:
    @pytest.mark.parametrize(
        "name", ["Netherlands_Assen_2024", "Poland_Warszawa_2025_Wilanow", "Poland_Swiecie_2023"]
    )
    def test_the_command_on_the_page_counts_our_file_to_the_same_result(
        self, browser, reference, at_noon, name
    ):
        counted = imported(read_pb(reference / "pabulib" / f"{name}.pb"), at_noon)
        text = browser.get("results.file", pot_id=counted.pot_id, kind="pb").response.text
        again = count(read_pb(StringIO(text)).election(), **said_by_the_command(counted))
        assert list(again.winners) == counted.outcome["winners"]
        assert again.input_sha256 == counted.input_sha256

    def test_nothing_about_the_voters(self, browser, reference, at_noon):
        source = read_pb(reference / "pabulib" / "Poland_Warszawa_2025_Wilanow.pb")
        counted = imported(source, at_noon)
        text = browser.get("results.file", pot_id=counted.pot_id, kind="pb").response.text
        file = read_pb(StringIO(text))
        assert file.vote_fields == ("voter_id", "vote")
        assert [row[0] for row in file.vote_rows[:3]] == ["1", "2", "3"]
        places = {row[0]: place for place, row in enumerate(file.project_rows)}
        written = [[places[id_] for id_ in ballot] for ballot in file.ballots()]
        assert written == sorted(written), "The order of the ballots must not tell who came when."


def said_by_the_command(counted):
    words = shlex.split(Reading(counted, queries.lines_of(counted)).recount)[5:]
    said = dict(zip(words[::2], words[1::2], strict=True))
    return {
        "rule": said["--rule"],
        "completion": said.get("--completion", "none"),
        "step": int(said["--step"]) if "--step" in said else None,
        "threshold": int(said.get("--threshold", 0)),
        "ties": tie_rule(said["--ties"]),
    }
