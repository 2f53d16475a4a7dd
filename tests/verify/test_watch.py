"""A witness follows a book over HTTP, and notices when it changes its mind."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.verify.city import Signer, honest, sha256, write


class Site:
    """The addresses of one book, as a city gives them."""

    def __init__(self):
        self.city, self.size, self.page = honest(), 40, 7
        self.answers, self.asked = {}, []
        self.show(40)

    def show(self, size, *, minute=0, signer=None):
        self.size = size
        self.head = (signer or self.city.signer).head(self.city.leaves(size), minute)

    def answer(self, path, query):
        self.asked.append(path)
        what = path.removeprefix("/book/1405/")
        if what in self.answers:
            return self.answers[what]
        if what == "head":
            return self.head.encode()
        if what == "key":
            return self.city.signer.verifier.encode() + b"\n"
        start = int(query["from"][0])
        lines = self.city.leaves(self.size)[start : start + self.page]
        return "".join(sha256(b"\0" + line).hex() + "\n" for line in lines).encode()


@pytest.fixture
def site():
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            body = here.answer(parts.path, parse_qs(parts.query))
            self.send_response(200 if body is not None else 500)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_port}/book/1405"
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def look(run, site, tmp_path):
    folder = tmp_path / "seen"
    return lambda *words: run("watch", site.url, "--folder", folder, "--once", *words)


def evidence(tmp_path):
    return [path.read_text() for path in sorted((tmp_path / "seen").glob("evidence-*.txt"))]


def test_a_book_that_grows_is_followed_and_only_what_is_new_is_fetched(look, site, tmp_path):
    for minute, size in enumerate((40, 40, 41, 200, len(site.city.lines))):
        site.show(size, minute=minute)
        site.asked.clear()
        code, said = look()
        assert (code, f"{size} lines" in said) == (0, True)
    new = len(site.city.lines) - 200
    assert len([path for path in site.asked if path.endswith("leaves")]) == -(-new // 7)
    kept = (tmp_path / "seen/heads.txt").read_text()
    assert kept.count("example.city/book/1405\n") == 5
    assert not evidence(tmp_path)


def test_what_was_kept_is_good_for_checking_the_export(look, site, run, tmp_path, verifier):
    for size in (40, 120, 121):
        site.show(size)
        look()
    export = write(tmp_path / "export", site.city.files())
    assert run("log", export, "--head", tmp_path / "seen/heads.txt")[0] == 0
    site.city.lines[100]["c"] = "ab" * 32
    site.city.sign_again()
    write(tmp_path / "export", site.city.files())
    code, said = run("log", export, "--head", tmp_path / "seen/heads.txt")
    assert (code, "that a witness holds" in said) == (1, True)


@pytest.mark.parametrize("size", [40, 60], ids=["of the same size", "that goes on"])
def test_a_fork_is_evidence(look, site, tmp_path, size):
    look()
    before = site.head
    site.city.lines[20]["c"] = "ab" * 32
    site.show(size, minute=1)
    code, said = look()
    assert code == 1
    assert "is not an extension of the signed head" in said or size == 40
    assert evidence(tmp_path) == [f"{before}\n{site.head}"]
    assert before in (tmp_path / "seen/heads.txt").read_text()


def test_a_fork_before_what_was_seen_shows_only_when_its_root_is_compared(look, site, tmp_path):
    look()
    site.city.lines[20]["c"] = "ab" * 32
    site.show(60, minute=1)
    assert look()[0] == 1  # the lines from 40 on are the same, yet the root is not


def test_a_book_that_shrank_is_evidence(look, site, tmp_path):
    look()
    before = site.head
    site.show(30, minute=1)
    code, _ = look()
    assert code == 1
    assert evidence(tmp_path) == [f"{before}\n{site.head}"]


def test_a_head_that_another_key_signed_is_no_head(look, site, tmp_path):
    look()
    site.show(50, minute=1, signer=Signer(7))
    code, said = look()
    assert (code, "is not signed for this book by its key" in said) == (1, True)
    assert len(evidence(tmp_path)) == 1


def test_the_key_of_the_first_day_stays_the_key(look, site):
    assert look()[0] == 0
    site.city.signer = Signer(7)
    site.show(50)
    assert look()[0] == 1


def test_a_key_that_was_given_counts_and_none_is_fetched(look, site):
    assert look("--key", Signer(7).verifier)[0] == 1
    site.asked.clear()
    assert look("--key", site.city.signer.verifier)[0] == 0
    assert "/book/1405/key" not in site.asked
    assert look("--key", Signer(7).verifier)[0] == 1


def test_a_head_that_is_seen_twice_is_kept_once(look, site, tmp_path):
    assert [look()[0], look()[0]] == [0, 0]
    assert (tmp_path / "seen/heads.txt").read_text() == site.head


@pytest.mark.parametrize("what", ["head", "key", "leaves"])
@pytest.mark.parametrize("answer", [None, b"", b"<html>", b"\xff", b"[]\n", b'{"n": 99}\n'])
def test_garbage_is_not_evidence_and_is_not_kept(look, site, tmp_path, what, answer):
    site.answers[what] = answer
    code, said = look()
    assert code == 2, said
    assert "This cannot be checked" in said
    assert not evidence(tmp_path)
    site.answers.clear()
    assert look()[0] == 0


def test_a_silent_server_is_not_evidence(run, tmp_path):
    code, said = run("watch", "http://127.0.0.1:9/book/1405", "--folder", tmp_path, "--once")
    assert (code, "This cannot be checked" in said) == (2, True)


def test_it_can_be_killed_between_any_two_steps(look, site, tmp_path, verifier, monkeypatch):
    class Killed(BaseException):
        """Nothing in a program catches a kill."""

    look()
    real = verifier.Path.replace
    for step in range(1, 4):
        calls = []

        def replace(path, to, calls=calls, step=step):
            calls.append(path)
            if len(calls) == step:
                raise Killed
            return real(path, to)

        monkeypatch.setattr(verifier.Path, "replace", replace)
        site.show(40 + 20 * step, minute=step)
        if step < 3:
            with pytest.raises(Killed):
                look()
        monkeypatch.setattr(verifier.Path, "replace", real)
        assert look()[0] == 0
        assert site.head in (tmp_path / "seen/heads.txt").read_text()
        assert verifier.load(tmp_path / "seen/heads.txt", verifier.read_heads)


def test_it_looks_again_every_minute_until_something_is_wrong(
    run, site, tmp_path, verifier, monkeypatch
):
    naps = []

    def sleep(seconds):
        naps.append(seconds)
        site.answers.clear()
        if len(naps) == 1:
            site.answers["head"] = b"garbage"
        elif len(naps) == 3:
            site.show(30)

    monkeypatch.setattr(verifier.time, "sleep", sleep)
    code, said = run("watch", site.url, "--folder", tmp_path / "seen")
    assert (code, naps) == (1, [60, 60, 60])
    assert said.count("✓") == 2
