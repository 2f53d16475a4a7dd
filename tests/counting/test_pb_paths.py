"""The quick reader reads a file exactly as the strict one does, or leaves it to the strict one."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.counting import PbError, read_pb, write_pb
from civic.counting.files import quick as pb_quick
from civic.counting.files.block import Unusual
from civic.counting.files.reader import read_quickly, read_strictly

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CIVIC_REFERENCE_DATA", ROOT.parent / "shared/data")) / "pabulib"

IDS = ("1", "12", "XII.2/long-id-of-19b", "XII.2/long-id-of-20b", "Żoliborz", "a b", "0")
LIMITS = {
    "approval": {"max_length": "2", "min_length": "2", "max_sum_cost": "25.5", "min_sum_cost": "9"},
    "choose-1": {"max_length": "1", "max_sum_cost": "many"},
    "ordinal": {"min_length": "3", "max_length": "3"},
    "cumulative": {"max_points": "3", "min_points": "1", "max_sum_points": "5"},
    "scoring": {"min_points": "-1", "min_sum_points": "0.5", "default_score": "-0.5"},
}
NASTY = [
    *('"', ";", ",", "\n", "\r", "\r\n", " ", "\0", "\u2028", "é", "-", ".5", "0"),
    *("VOTES\n", "x" * 9),
]


def silent(done, of):
    """Nobody listens."""


def said(file):
    """All that a file holds: its content, its ballots, and the notes on it."""
    entries = file.entries
    return (
        dict(file.meta), file.meta_lines, file.project_fields, file.project_rows, file.vote_fields,
        tuple(file.vote_rows), file.notes, entries.starts.tolist(), entries.choices.tolist(),
        None if entries.points is None else entries.points.tolist(), entries.unit,
        entries.repeats.tolist(), file.election().sha256,
    )  # fmt: skip


def told(read, content):
    """What a reader says about a file, or why it refuses it."""
    try:
        return said(read(content))
    except PbError as fault:
        return str(fault), fault.line, fault.field


def both_agree(content):
    """Check that the two readers agree; says whether the quick one had something to say."""
    strictly = told(lambda given: read_strictly(given, silent), content)
    assert told(lambda given: read_pb(io.BytesIO(given)), content) == strictly
    try:
        quickly = read_quickly(content, silent)
    except (Unusual, PbError, UnicodeDecodeError):
        return False
    assert said(quickly) == strictly
    return True


@st.composite
def files(draw):
    """A file of any vote type that may break its own limits but none of the format."""
    vote_type = draw(st.sampled_from(sorted(LIMITS)))
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=6, unique=True))
    most = {"choose-1": 1}.get(vote_type, 7)
    ballots = draw(st.lists(st.lists(st.sampled_from(ids), max_size=most), min_size=1, max_size=9))
    limits = draw(st.lists(st.sampled_from(sorted(LIMITS[vote_type].items())), unique=True))
    with_points = vote_type in {"cumulative", "scoring"} or draw(st.booleans())
    points = ["0", "1", "2", "3", "2.5", "1.25"] + ["-1", "-0.1"] * (vote_type == "scoring")
    columns = draw(st.permutations(["vote", "age", *["points"] * with_points]))
    lines = ["META", "key;value", f"vote_type;{vote_type}", f"num_projects;{len(ids)}"]
    lines += [f"num_votes;{len(ballots)}", "budget;100", *map(";".join, limits), "PROJECTS"]
    lines += ["project_id;cost;votes;score"]
    lines += [f"{id_};{10 + at};{draw(st.integers(0, 3))};" for at, id_ in enumerate(ids)]
    lines += ["VOTES", ";".join(["voter_id", *columns])]
    for number, ballot in enumerate(ballots):
        given_points = [draw(st.sampled_from(points)) for _ in ballot]
        row = {"vote": ",".join(ballot), "points": ",".join(given_points), "age": "4,5"}
        lines.append(";".join([f"voter-{number}", *(row[column] for column in columns)]))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of a few rows, so that small files have several."""
    monkeypatch.setattr(pb_quick, "BLOCK", 40)


@settings(max_examples=150)
@given(text=files())
def test_a_plain_file_is_read_quickly_and_as_strictly(small_blocks, text):
    assert both_agree(text.encode())


@settings(max_examples=250)
@given(text=files(), at=st.integers(0, 10_000), cut=st.integers(0, 3), put=st.sampled_from(NASTY))
def test_a_file_with_a_slip_is_read_or_refused_alike(small_blocks, text, at, cut, put):
    at %= len(text)

    both_agree((text[:at] + put + text[at + cut :]).encode())


@given(text=files(), bytes_=st.binary(min_size=1, max_size=2), at=st.integers(0, 10_000))
def test_a_file_with_wrong_bytes_is_read_or_refused_alike(text, bytes_, at):
    content = text.encode()
    at %= len(content)

    both_agree(content[:at] + bytes_ + content[at + 1 :])


@given(text=files())
def test_what_was_read_is_written_and_reads_back(text):
    file = read_pb(io.BytesIO(text.encode()))
    out = io.StringIO()
    write_pb(file, out)

    again = read_pb(io.BytesIO(out.getvalue().encode()))

    assert again == file
    assert again.election().sha256 == file.election().sha256


HEAD = """\
META
key;value
vote_type;approval
num_projects;2
num_votes;2
budget;9
PROJECTS
project_id;cost
1;4
long-project-id;5
VOTES
voter_id;vote;age
"""
UNUSUAL = {
    "quotation marks": 'a;1;\nb;"1";\n',
    "a blank line": "a;1;\n\nb;1;\n",
    "blanks in a list": "a;1;\nb;1, long-project-id;\n",
    "blanks around an id": "a;1;\nb ;1;\n",
    "blanks of another script around an id": "a;1;\n\u2003b;1;\n",
    "more fields than the header": "a;1;;\nb;1;;\n",
    "fields in the wrong row": "a;1;;x\nb;1\n",
    "a very long id": f"a;1;\n{'b' * 90};1;\n",
    "a very long row": f"a;1;\nb;1;{'c' * 100_001}\n",
    "a lonely carriage return": "a;1;\rb;1;\n",
    "a zero byte": "a;1;\nb;1\0;\n",
    "a section again": "a;1;\nVOTES;;\n",
    "no voter id": "a;1;\n;1;\n",
    "a voter twice": "a;1;\na;1;\n",
    "a long voter twice": "voter-number-1;1;\nvoter-number-1;1;\n",
    "an unknown project": "a;1;\nb;2;\n",
    "an unknown project with a longer id": "a;1;\nb;longest-project-id;\n",
    "too many ballots": "a;1;\nb;1;\nc;1;\n",
    "no ballots": "",
}  # fmt: skip


@pytest.mark.parametrize("rows", UNUSUAL)
def test_what_is_unusual_is_left_to_the_strict_reader(rows):
    with pytest.raises((Unusual, PbError)):
        read_quickly((HEAD + UNUSUAL[rows]).encode(), silent)

    both_agree((HEAD + UNUSUAL[rows]).encode())


def test_ids_of_different_length_in_different_blocks(small_blocks):
    voters = ["v", "voter-with-a-long-id", *(f"w{number}" for number in range(30))]
    rows = "".join(f"{voter};1,long-project-id;\n" for voter in voters)
    content = (HEAD.replace("num_votes;2", "num_votes;32") + rows).encode()

    assert both_agree(content)
    assert not both_agree(content.replace(b"w29;", b"v;"))


def test_more_projects_than_the_quick_reader_likes():
    lines = "".join(f"p{number};1\n" for number in range(2_001))
    head = HEAD.replace("1;4\nlong-project-id;5\n", lines)
    content = (head.replace("projects;2", "projects;2001") + "a;p7,p2000;\nb;p7;\n").encode()

    assert not both_agree(content)
    assert read_pb(io.BytesIO(content)).election().votes[7] == 2


def test_an_id_that_reads_as_the_beginning_of_another():
    head = HEAD.replace("1;4", "long-pro;4")

    assert both_agree((head + "a;long-pro;\nb;long-project-id,long-pro;\n").encode())


def test_a_head_with_a_lonely_carriage_return_is_read_strictly():
    content = HEAD.replace("key;value", 'key;value\nnote;"a\rb"') + "a;1;\nb;1;\n"

    assert not both_agree(content.encode())


def test_a_section_named_inside_a_quoted_text_is_no_section():
    content = HEAD.replace("key;value", 'key;value\nnote;"a\nVOTES\nb\n"') + "a;1;\nb;1;\n"

    assert read_pb(io.BytesIO(content.encode())).meta["note"] == "a\nVOTES\nb"
    both_agree(content.encode())


@pytest.mark.skipif(not DATA.exists(), reason="allowed: the real elections are not in the code")
@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.pb")))
def test_real_files(name):
    content = (DATA / name).read_bytes()
    draw = random.Random(name)

    assert both_agree(content)
    if len(content) < 300_000:
        for _ in range(6):
            at = draw.randrange(len(content))
            both_agree(content[:at] + draw.choice(NASTY).encode() + content[at + 1 :])
