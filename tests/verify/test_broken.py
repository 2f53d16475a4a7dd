"""Files that are missing, cut off, or of another kind; and a thousand bits that fell over."""

import json
import random
import shutil

import pytest

from tests.verify.city import honest, write

FILES = [
    "log.ndjson", "heads.txt", "key.txt", "openings.ndjson", "config.json", "participation.json",
    "result.json",
]  # fmt: skip


def one_sentence(said):
    lines = said.strip().split("\n")
    assert lines[-2].startswith("✗ This cannot be checked: "), said
    assert lines[-1] == "Not checked."
    return lines[-2]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(check, name):
    files = honest().files(counted=True)
    del files[name]
    code, said = check(files, "recount")
    assert code == 2
    assert name in one_sentence(said)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[]\n", b'{"pots": 3}\n', b"[" * 5000])
def test_a_file_of_another_kind_is_no_success(check, name, content):
    code, said = check(honest().files(counted=True) | {name: content}, "recount")
    assert code in (1, 2), said


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_cut_off_is_no_success(check, name):
    files = honest().files(counted=True)
    text, rng = files[name].encode(), random.Random(name)
    end = len(text.rstrip())
    for cut in [1, end - 1, *(rng.randrange(1, end) for _ in range(10))]:
        assert check(files | {name: text[:cut]}, "recount")[0] in (1, 2)


def test_what_is_no_folder_and_no_zip_is_said_to_be_so(run, tmp_path):
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 and then nothing")
    for path in (tmp_path / "no.zip", tmp_path / "nowhere", tmp_path):
        code, said = run("log", path)
        assert code == 2
        one_sentence(said)


def test_a_head_of_a_witness_that_cannot_be_read_is_said_to_be_so(run, export, tmp_path):
    (tmp_path / "kept.txt").write_text("example.city/book/1405\n12\n")
    code, said = run("log", export[1], "--head", tmp_path / "kept.txt")
    assert code == 2
    assert "kept.txt" in one_sentence(said)


# ── bits that fell over ───────────────────────────────────────────────────────────────────────


def meaning(name, data):
    """What a file says to somebody who does not care how it is written."""
    try:
        text = data.decode()
        if name in {"log.ndjson", "openings.ndjson", "heads.txt"}:
            return text
        if name == "key.txt":
            return text.strip()
        value = json.loads(text)
        if name == "result.json":  # nobody can count a sealed area again from here
            book, parts = value["book"], ("area", "rule", "ballots", "sealed")
            pots = [[pot[part] for part in parts] for pot in value["pots"]]
            return book["size"], book["root"], pots, [pot["winners"] for pot in value["pots"][:3]]
        return value["rules"] if name == "config.json" else value
    except (ValueError, RecursionError, LookupError, TypeError):
        return None


@pytest.mark.parametrize("name", FILES)
def test_no_bit_falls_over_unnoticed(run, tmp_path, name):
    files = honest().files(counted=True)
    data, rng = files[name].encode(), random.Random(f"bits of {name}")
    folder, missed = write(tmp_path, files), []
    for _ in range(143):
        at = rng.randrange(len(data) * 8)
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        (folder / name).write_bytes(flipped)
        code, said = run("recount", folder)
        assert "Traceback" not in said
        if code == 0 and meaning(name, bytes(flipped)) != meaning(name, data):
            missed.append((at, bytes(flipped[max(0, at // 8 - 30) : at // 8 + 30])))
    assert not missed


def test_no_bit_of_a_zip_falls_over_unnoticed(run, export, tmp_path):
    path = shutil.make_archive(str(tmp_path / "export"), "zip", export[1])
    with open(path, "rb") as file:
        data = file.read()
    rng, honest_words = random.Random(3), run("recount", path)[1]
    for _ in range(60):
        at = rng.randrange(len(data) * 8)
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        (tmp_path / "flipped.zip").write_bytes(flipped)
        code, said = run("recount", tmp_path / "flipped.zip")
        assert code in (1, 2) or said == honest_words
