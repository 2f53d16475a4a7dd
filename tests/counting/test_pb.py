from __future__ import annotations

import io

import pytest

from civic.counting import PbError, count, read_pb, write_pb

THRESHOLD = "min_project_score_threshold"

GOOD = """\
META
key;value
description;"Parks; and more"
num_projects;2
num_votes;3
budget;100
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;60;"The ""old"" bridge"
2;50;Trees
VOTES
voter_id;vote;age
v1;1,2;30
v2;2;
v3;;41
"""

# The same without quotation marks among the ballots or anywhere else.
PLAIN = GOOD.replace('"The ""old"" bridge"', "Bridge").replace('"Parks; and more"', "Parks")


def pb(text):
    return read_pb(io.StringIO(text))


class TestReading:
    def test_every_field_is_kept(self):
        file = pb(GOOD)

        assert file.meta["description"] == "Parks; and more"
        assert file.project_rows[0] == ("1", "60", 'The "old" bridge')
        assert file.vote_rows[2] == ("v3", "", "41")

    def test_an_empty_ballot_is_a_voter_without_votes(self):
        election = pb(GOOD).election()

        assert (election.voters, election.votes, election.budget) == (3, (1, 2), 100)

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(GOOD.encode(), id="plain"),
            pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), id="with a byte order mark"),
            pytest.param(GOOD.replace("\n", "\r\n").encode(), id="lines of Windows"),
            pytest.param(GOOD.replace("VOTES\n", "\nVOTES;;\n").encode(), id="padded section"),
        ],
    )
    def test_the_same_file_in_other_clothes(self, content, tmp_path):
        path = tmp_path / "election.pb"
        path.write_bytes(content)

        assert read_pb(path) == read_pb(str(path)) == read_pb(io.BytesIO(content)) == pb(GOOD)
        with path.open(encoding="utf-8") as stream:
            assert read_pb(stream) == pb(GOOD)

    def test_what_was_written_reads_back(self):
        stream = io.StringIO()
        write_pb(pb(GOOD), stream)

        assert pb(stream.getvalue()) == pb(GOOD)

    def test_decimals_become_whole_units(self):
        file = pb(GOOD.replace("1;60;", "1;59.50;").replace("2;50;", "2;40.5;"))

        election = file.election()

        assert election.scale == 100
        assert election.budget == 10_000
        assert [project.cost for project in election.projects] == [5950, 4050]

    def test_a_withdrawn_project_cannot_win(self):
        file = pb(GOOD.replace("2;50;", "2;999999999;"))

        assert file.election().projects[1].withdrawn
        assert count(file.election()).winners == ("1",)

    def test_a_project_named_twice_on_a_ballot_counts_once(self):
        assert pb(GOOD.replace("v2;2;", "v2;2,2;")).election().votes == (1, 2)

    def test_a_long_file_tells_how_far_it_is(self):
        votes = "".join(f"v{number};1;\n" for number in range(12_000))
        head = GOOD[: GOOD.index("v1;")].replace("num_votes;3", "num_votes;12000")
        heard = []

        read_pb(io.StringIO(head + votes), progress=lambda done, of: heard.append((done, of)))

        assert heard[-1] == (12_000, 12_000)
        assert heard == sorted(heard)


class TestRows:
    def test_rows_are_the_same_whether_anybody_looked_or_not(self):
        late, again, looked = pb(PLAIN), pb(PLAIN), pb(PLAIN)
        rows = (("v1", "1,2", "30"), ("v2", "2", ""))

        assert looked.vote_rows[:2] == rows
        assert (len(late.vote_rows), late.vote_rows[-1]) == (3, ("v3", "", "41"))
        assert late.vote_rows == again.vote_rows == looked.vote_rows
        assert late.vote_rows != pb(PLAIN.replace("41", "42")).vote_rows
        assert late.vote_rows == (*rows, ("v3", "", "41"))
        assert late.vote_rows != rows


class TestWhatTheCitySays:
    def test_rule_and_winners_if_it_says_so(self):
        said = pb(GOOD.replace("cost;name", "cost;selected").replace("2;50;Trees", "2;50; 1"))
        silent = pb(GOOD.replace("rule;greedy", "edition;1"))

        assert (said.declared_rule, silent.declared_rule) == ("greedy", "unknown")
        assert (said.selected, silent.selected) == ({"1", "2"}, None)

    def test_nought_and_nothing_are_no_winners(self):
        file = pb(
            GOOD.replace("cost;name", "cost;selected")
            .replace("2;50;Trees", "2;50;0")
            .replace('"The ""old"" bridge"', "")
        )

        assert file.selected == frozenset()


class TestOneProject:
    def test_choose_one_is_counted(self):
        text = GOOD.replace("approval", "choose-1").replace("v1;1,2;", "v1;1;")

        assert pb(text).election().votes == (1, 1)


FAULTS = [
    ("num_projects;2", "num_projects;3", 4, "num_projects", "is 3, but there are 2", "projects"),
    ("num_votes;3", "num_votes;9", 5, "num_votes", "is 9, but there are 3", "votes"),
    ("num_votes;3", "num_votes;many", 5, "num_votes", "is many", "votes in words"),
    ("num_votes;3\n", "", 2, "num_votes", "num_votes is missing", "no num_votes"),
    ("budget;100", "budget;", 2, "budget", "budget is missing", "no budget"),
    ("budget;100", "budget;-1", 6, "budget", "-1 is not an amount", "negative budget"),
    ("rule;greedy", f"{THRESHOLD};ten", 8, THRESHOLD, "ten is not a number", "threshold"),
    ("budget;100", "budget;" + "9" * 5000, 6, "budget", "not an amount", "endless budget"),
    ("num_votes;3", "num_votes;" + "3" * 5000, 5, "num_votes", "num_votes is 3", "endless votes"),
    ("rule;greedy", "budget;100", 8, "budget", "budget is given twice", "budget twice"),
    ("approval", "shouting", 7, "vote_type", "no vote type shouting", "unknown type"),
    ("v1;1,2;", "v1;1,7;", 15, "vote", "names project 7", "unknown project"),
    ("v1;1,2;", "v1;1,,2;", 15, "vote", "names project , which", "empty project"),
    ("v2;2;", "v2;2", 16, "", "has 2 fields; the header has 3", "short row"),
    ("v2;2;", "v2;2;30;M", 16, "", "has 4 fields", "long row"),
    ("v2;2;", "v1;2;", 16, "voter_id", "Voter v1 stands twice", "voter twice"),
    ("v2;2;", ";2;5", 16, "voter_id", "voter_id is empty", "nameless voter"),
    ("2;50;", "1;50;", 12, "project_id", "Project 1 stands twice", "project twice"),
    ("2;50;", "2;-50;", 12, "cost", "-50 is not an amount", "negative cost"),
    ("2;50;", "2;cheap;", 12, "cost", "cheap is not an amount", "cost in words"),
    ("2;50;", "2;;", 12, "cost", "is not an amount", "no cost"),
    ("2;50;", "2;1e3;", 12, "cost", "1e3 is not an amount", "exponent"),
    ("2;50;", "2;10,5;", 12, "cost", "10,5 is not an amount", "decimal comma"),
    ("2;50;", "2;0;", 12, "cost", "more than nothing", "free project"),
    ("2;50;", "2;1.125;", 12, "cost", "two decimal places", "too fine"),
    ("project_id;cost", "project_id;price", 10, "cost", "Column cost", "no cost column"),
    ("voter_id;vote", "vote;voter_id", 14, "voter_id", "first column", "columns swapped"),
    ('"The ""old"" bridge"', '"The "old" bridge"', 11, "", "quotation marks", "quotes"),
    ('"The ""old"" bridge"', '"The old bridge', 11, "", "quotation marks", "open quote"),
    ("META\n", "", 1, "", "must begin with the section META", "no META"),
    ("PROJECTS\n", "VOTES\n", 9, "", "VOTES does not belong here", "wrong order"),
]


class TestFaults:
    @pytest.mark.parametrize(
        ("old", "new", "line", "field", "complaint"),
        [pytest.param(*fault[:5], id=fault[5]) for fault in FAULTS],
    )
    def test_a_fault_is_named_with_its_place(self, old, new, line, field, complaint):
        assert GOOD.count(old) == 1

        with pytest.raises(PbError) as refused:
            pb(GOOD.replace(old, new))

        assert complaint in str(refused.value)
        assert (refused.value.line, refused.value.field) == (line, field)
        assert str(refused.value).startswith(f"Line {line}: ")

    @pytest.mark.parametrize("keep", range(len(GOOD.splitlines())))
    def test_a_file_cut_after_any_line_is_noticed(self, keep):
        with pytest.raises(PbError):
            pb("".join(GOOD.splitlines(keepends=True)[:keep]))

    def test_two_projects_on_a_ballot_for_one(self):
        with pytest.raises(PbError, match="names 2 projects, but may name only one"):
            pb(GOOD.replace("approval", "choose-1"))

    @pytest.mark.parametrize("encoding", ["cp1250", "utf-16"])
    def test_another_encoding_is_named_with_its_line(self, encoding):
        content = GOOD.replace("Trees", "Żółw").encode(encoding)

        with pytest.raises(PbError, match="not written in UTF-8") as refused:
            read_pb(io.BytesIO(content))

        assert refused.value.line == (12 if encoding == "cp1250" else 1)

    def test_the_sentence_can_be_translated(self):
        with pytest.raises(PbError) as refused:
            pb(GOOD.replace("num_votes;3", "num_votes;9"))

        assert "%(declared)s" in refused.value.reason
        assert refused.value.params == {"key": "num_votes", "declared": "9", "found": 3}
