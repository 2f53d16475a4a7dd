"""The signer: it remembers, it extends, and it refuses everything else."""

from __future__ import annotations

import json
import socket
import threading
from datetime import UTC, datetime

import pytest

from civic.ledger.notes import is_signed_by, read_head
from civic.ledger.signer import MEMORY_FILE, Refused, Server, Signer, answer
from civic.ledger.tree import consistency_proof, leaf_hash, root_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ORIGIN = "example.city/book/1405"
LEAVES = [leaf_hash(str(n).encode()) for n in range(20)]


def nodes(height, index):
    return root_of(LEAVES[index << height : (index + 1) << height])


@pytest.fixture
def signer(tmp_path):
    return Signer(tmp_path / "signer", "example.city")


def signed(signer, size, *, old=0):
    proof = consistency_proof(old, size, nodes) if old else []
    return signer.sign(ORIGIN, size, root_of(LEAVES[:size]), proof, at=NOON)


class TestSigning:
    def test_a_new_book_is_signed_as_it_is(self, signer):
        note = signed(signer, 5)

        assert read_head(note).size == 5
        assert is_signed_by(note, signer.key)
        assert signer.last(ORIGIN) == note

    def test_an_extended_book_is_signed(self, signer):
        signed(signer, 5)

        assert read_head(signed(signer, 12, old=5)).size == 12

    def test_the_same_book_is_signed_again_with_a_new_time(self, signer):
        signed(signer, 5)

        assert read_head(signer.sign(ORIGIN, 5, root_of(LEAVES[:5]), [], at=NOON)).size == 5

    def test_a_shorter_book_is_refused(self, signer):
        signed(signer, 5)

        with pytest.raises(Refused, match="had 5 lines and now has 4"):
            signed(signer, 4)

    def test_a_changed_book_is_refused(self, signer):
        signed(signer, 5)
        forged = [leaf_hash(b"another"), *LEAVES[1:]]
        proof = consistency_proof(5, 9, lambda h, i: root_of(forged[i << h : (i + 1) << h]))

        with pytest.raises(Refused, match="not those that were signed"):
            signer.sign(ORIGIN, 9, root_of(forged[:9]), proof, at=NOON)

    def test_a_refusal_changes_nothing(self, signer):
        note = signed(signer, 5)

        with pytest.raises(Refused):
            signed(signer, 4)

        assert signer.last(ORIGIN) == note


class TestMemory:
    def test_it_outlives_the_process(self, signer, tmp_path):
        note = signed(signer, 5)

        again = Signer(tmp_path / "signer", "example.city")

        assert again.last(ORIGIN) == note
        assert again.key == signer.key
        with pytest.raises(Refused):
            signed(again, 4)

    def test_key_and_memory_are_for_the_signer_alone(self, signer):
        signed(signer, 5)

        assert {file.stat().st_mode & 0o777 for file in signer.folder.iterdir()} == {0o600}

    def test_a_file_that_was_left_half_written_is_not_read(self, signer, tmp_path):
        note = signed(signer, 5)
        (signer.folder / MEMORY_FILE).with_suffix(".new").write_text("{half")

        assert Signer(tmp_path / "signer", "example.city").last(ORIGIN) == note


class TestAnswers:
    def test_it_tells_its_key_and_its_last_head(self, signer):
        note = signed(signer, 5)

        assert answer(signer, {"do": "key"}) == {"key": str(signer.key)}
        assert answer(signer, {"do": "last", "origin": ORIGIN}) == {"note": note}
        assert answer(signer, {"do": "last", "origin": "another"}) == {"note": None}

    @pytest.mark.parametrize(
        "asked",
        [{}, {"do": "sign"}, {"do": "sign", "origin": ORIGIN, "size": "x", "root": "", "proof": []},
         {"do": "run"}, {"do": "sign", "origin": ORIGIN, "size": 1, "root": "zz", "proof": []}],
    )  # fmt: skip
    def test_anything_else_is_refused(self, signer, asked):
        assert "refused" in answer(signer, asked)
        assert signer.last(ORIGIN) is None

    def test_over_a_socket(self, signer, tmp_path):
        def say(line):
            with socket.socket(socket.AF_UNIX) as end:
                end.connect(str(tmp_path / "socket"))
                end.sendall(line + b"\n")
                return json.loads(end.makefile().readline())

        with Server(tmp_path / "socket", signer) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            root = root_of(LEAVES[:3]).hex()
            sign = {"do": "sign", "origin": ORIGIN, "size": 3, "root": root, "proof": []}
            assert read_head(say(json.dumps(sign).encode())["note"]).size == 3
            assert "refused" in say(b"no json")
            assert "refused" in say(b"[1]")
            server.shutdown()
