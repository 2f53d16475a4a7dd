"""The file itself: small, alone, and true to the published test vectors."""

import ast
import hashlib
import io
import subprocess
import sys
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civic.ledger.notes import HeadText, Key, sign_note
from civic.ledger.tree import leaf_hash, root_of
from tests.verify.city import commitment, receipt
from tests.verify.conftest import PROGRAM


def test_it_fits_on_a_few_pages():
    assert len(PROGRAM.read_text().splitlines()) <= 350


def test_it_needs_nothing_but_python_and_cryptography():
    names = set()
    for node in ast.walk(ast.parse(PROGRAM.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add((node.module or "").partition(".")[0])
    assert names - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_runs_as_a_plain_program_anywhere(tmp_path):
    command = [sys.executable, str(PROGRAM), "--help"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    for command in ("log", "receipt", "recount", "watch"):
        assert command in ended.stdout


def test_it_checks_as_a_plain_program_and_a_wrong_command_is_no_success(export, tmp_path):
    for words, code in ((["log", export[1]], 0), (["log", tmp_path], 2), (["vote"], 2), ([], 2)):
        command = [sys.executable, str(PROGRAM), *map(str, words)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == code, ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr


def test_the_vectors_of_leaf_and_root(verifier):
    lines = [
        verifier.canonical({"n": n, "t": "cast", "c": "00" * 32, "d": 1, "r": None}).encode()
        for n in range(3)
    ]
    leaves = [hashlib.sha256(b"\0" + line).digest() for line in lines]
    assert leaves[0].hex() == "e32e9a20d3d8233e9a2ff172bbed172333ded7c8fc00c5a8b7c879798b6807a3"
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        verifier.add_leaf(peaks, size, leaf)
    root = verifier.b64decode(verifier.root_of(peaks)).hex()
    assert root == "02b7298644e9e9fc53add3e284163828bc6f895db269bdb42343885a0e7961f6"


def test_the_vectors_of_envelope_and_receipt():
    code = commitment(1, [3, 17, 22], bytes(48))
    assert code == "77371ade3bad6734520d19125bfc3a5f5c13111ed31279442ef1434262cf86fb"
    assert receipt(code) == "101277278015737262212859"


def test_it_reads_keys_heads_and_roots_as_the_book_writes_them(verifier):
    private = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    leaves = [leaf_hash(f"line {n}".encode()) for n in range(1000)]
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        if size in {0, 1, 2, 3, 255, 256, 257, 999}:
            root = root_of(leaves[:size])
            assert verifier.b64decode(verifier.root_of(peaks)) == root
            head = HeadText("city.example/book/1405", size, root, datetime(2026, 3, 4, tzinfo=UTC))
            note = sign_note(head.text(), "city.example", private)
            heads = verifier.read_heads(io.BytesIO(note.encode()))
            key = str(Key.of("city.example", private))
            at = {size: verifier.root_of(peaks)}.get
            assert list(verifier.faults_of(heads, key, "1405", at)) == []
            assert len(list(verifier.faults_of(heads, key, "acts", at))) == 1
        verifier.add_leaf(peaks, size, leaf)
