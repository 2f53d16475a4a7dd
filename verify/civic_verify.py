#!/usr/bin/env python3
"""Checks the public book of a vote without a line of the city's code (its form: docs/book.md).
log EXPORT: is the book whole, and was it never rewritten? receipt CODE EXPORT: what became of my
vote? recount EXPORT: count again, and compare. watch URL: follow a vote, and keep what is signed.
EXPORT is the folder of a cycle or its .zip. Exit: 0 all holds, 1 not all, 2 unreadable, 3 no rule.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
import zipfile
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial, reduce
from hashlib import sha256
from heapq import heappop, heappush
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# fmt: off
SEALED_BELOW = 50  # with fewer envelopes than this, those of an area are not opened in public
PARTS = {"cast": "c d n r t", "paper": "c d n r t", "void": "d n r t why", "close": "d n stand t"}
SHARES = ("equal-shares", "equal-shares/add1", "equal-shares/add1-utilitarian")
RULES = ("greedy", "greedy-threshold", "greedy-no-skip", "greedy-per-cost", *SHARES)
LEAF = re.compile("[0-9a-f]{64}")
HEAD = re.compile(r"(?P<text>(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>\S+)\n"
                  r"(?P<at>[0-9-]{10}T[0-9:]{8}Z)\n)\n(?P<signatures>(?:— \S+ \S+\n)+)")
VERDICTS = {0: ("All of this holds.", "همه این‌ها درست است."), 2: ("Not checked.", "بررسی نشد."),
    1: ("Not all of this holds: show it to others.", "همه این‌ها درست نیست: به دیگران نشان دهید."),
    3: ("Not every area can be counted here.", "همه محدوده‌ها را نمی‌توان اینجا شمرد.")}
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
say = partial(print, flush=True)

def load(source: Any, parse: Callable[[Any], Any] = json.load) -> Any:
    """What a file or an address says; `OSError` with a sentence where it cannot be read."""
    try:
        with urlopen(source, timeout=30) if type(source) is str else source.open("rb") as file:
            return parse(file)
    except Exception as slip:
        raise OSError(f"{source} is missing, or not as it should be: {slip!r}") from slip

def add_leaf(peaks: list[bytes], size: int, node: bytes) -> None:
    """Append the hash of a line to a tree of this size (RFC 9162), kept as its whole subtrees."""
    while size & 1:
        node, size = sha256(b"\1" + peaks.pop() + node).digest(), size >> 1
    peaks.append(node)

def root_of(peaks: list[bytes]) -> str:
    """The fingerprint of all lines of a tree, as heads write it."""
    peaks = peaks[::-1] or [sha256(b"").digest()]
    root = reduce(lambda right, left: sha256(b"\1" + left + right).digest(), peaks)
    return b64encode(root).decode()

def read_heads(file: Any) -> list[Any]:
    """The heads of a file, with an empty line between them."""
    text = file.read(2**28).decode()
    heads = [*HEAD.finditer(text)]
    if not heads or "\n".join(head[0] for head in heads) != text:
        raise ValueError("these are not signed heads")
    return heads

def faults_of(heads: list[Any], key: str, book: str, root_at: Any) -> Iterator[str]:
    """What is wrong with heads of a book, by its key (name+hash+key) and by its roots."""
    name, mark, code = key.split("+", 2)
    public = Ed25519PublicKey.from_public_bytes(b64decode(code, validate=True)[1:])
    for head in heads:
        this, signed = f"head of {head['size']} lines ({head['at']})", False
        for code in re.findall(f"— {re.escape(name)} (.*)\n", head["signatures"]):
            with suppress(ValueError, InvalidSignature):
                public.verify(b64decode(code, validate=True)[4:], head["text"].encode())
                signed = signed or b64decode(code)[:4].hex() == mark
        if not signed or head["origin"] != f"{name}/book/{book}":
            yield f"the {this} is not signed for this book by its key"
        elif root_at(int(head["size"])) != head["root"]:
            yield f"the book is not an extension of the signed {this}"

class Book:
    """An export: its log and its openings, what follows from them, and what is wrong with them."""
    def __init__(self, path: Path, names: list[str], given: str) -> None:
        folder: Any = path if path.is_dir() else load(path, lambda _: zipfile.Path(str(path)))
        inside = [*folder.iterdir()]
        self.folder = inside[0] if len(inside) == 1 and inside[0].is_dir() else folder
        self.rules = load(self.folder / "config.json", lambda file: json.load(file)["rules"])
        self.pots = {pot["area"]: pot for pot in self.rules["pots"]}
        self.config: Any = {"e": "", "keys": {"heads": ""}}
        self.lines: dict[str, int] = {}  # of each commitment
        self.standing: dict[int, Any] = {}  # the area of each line whose envelope stands
        self.ended: dict[int, tuple[int, Any]] = {}  # by which line it does not, and its area
        self.faults, self.stand = dict[str, str](), Counter[Any]()
        self.closed, self.web = set[Any](), set[tuple[str, int]]()  # what a cast may replace
        self.ballots: dict[Any, Counter[tuple[int, ...]]] = defaultdict(Counter)
        self.no, self.size, self.roots = self.faults.setdefault, 0, {0: root_of([])}
        key = load(self.folder / "key.txt", lambda file: file.read().decode().strip())
        heads = load(self.folder / "heads.txt", read_heads)
        kept = [head for name in names for head in load(Path(name), read_heads)]
        sizes = [int(head["size"]) for head in heads + kept]
        load(self.folder / "log.ndjson", partial(self._read, {*sizes}))
        if {key, given or key} != {self.config["keys"]["heads"]}:
            self.no("heads", "the keys of line 0, of key.txt and the one that was given differ")
        for some, whose in ((kept, " that a witness holds"), (heads, "")):
            for fault in faults_of(some, key, self.config["e"], self.roots.get):
                self.no("heads", fault + whose)
        if sizes[: len(heads)] != sorted(sizes[: len(heads)]) or int(heads[-1][3]) != self.size:
            self.no("heads", f"the heads are out of order, or do not cover {self.size} lines")
        load(self.folder / "openings.ndjson", self._open)
        told = {pot["area"]: pot for pot in load(self.folder / "participation.json")["pots"]}
        for area, pot in (self.pots | told).items():
            opened, stand, seen = self.ballots[area].total(), self.stand[area], pot.get("marked", 0)
            if area not in self.closed:
                self.no("closed", f"area {area} was never closed")
            if opened != stand >= SEALED_BELOW:
                self.no("openings", f"area {area}: of {stand} envelopes {opened} were opened")
            if not 0 <= seen - stand <= (pot.get("papers") or 0):  # papers kept at home
                self.no("marks", f"area {area}: {seen} people marked, {stand} envelopes stand")
        for claim, sentence in (
            ("lines", f"All {self.size} lines are well numbered and spelled; line 0 names rules"),
            ("twins", f"No two of {len(self.lines)} envelopes are the same, and none ended twice"),
            ("closed", "Every area was closed with the right number, and no vote came after"),
            ("heads", f"{len(sizes)} heads are signed and fit the log, and the last covers it all"),
            ("openings", "Just the envelopes that stand were opened, and none of a sealed area"),
            ("changed", "Every opened envelope is what was recorded, and what its paper allows"),
            ("marks", "As many people are marked as envelopes stand, but for papers kept at home")):
            say(f"✗ {self.faults[claim]}." if claim in self.faults else f"✓ {sentence}.")
        self.verdict = int(bool(self.faults))

    def _read(self, sizes: set[int], file: Iterable[bytes]) -> None:
        peaks: list[bytes] = []
        for n, raw in enumerate(file):
            add_leaf(peaks, n, sha256(b"\0" + raw.removesuffix(b"\n")).digest())
            self.size = n + 1
            self.roots |= {n + 1: root_of(peaks)} if n + 1 in sizes else {}
            try:
                self._take(n, json.loads(raw), raw)
            except Exception:
                self.no("lines", f"line {n} of the log is not in the one form that a line has")

    def _take(self, n: int, line: Any, raw: bytes) -> None:
        if canonical(line).encode() + b"\n" != raw or line["n"] != n:
            self.no("lines", f"line {n} of the log is numbered or spelled in another way")
        if n == 0 and line["t"] == "config":
            self.config = line
            if sha256(canonical(self.rules).encode()).hexdigest() != line["rules"]:
                self.no("lines", "config.json does not hold the rules that line 0 names")
            return
        area, kind, ended, code = line["d"], line["t"], line.get("r"), line.get("c", "0" * 64)
        plain = {*map(type, line.values())} <= {int, str, type(None)} and " ".join(sorted(line))
        if plain != PARTS[kind] or area not in self.pots or not LEAF.fullmatch(code):
            raise ValueError
        if self.standing.get(ended) == area and (kind == "void" or (kind, ended) in self.web):
            self.ended[ended] = n, self.standing.pop(ended)
            self.stand[area] -= 1
        elif kind == "void" or ended is not None:
            self.no("twins", f"line {n} ends line {ended}, where no such envelope stands")
        if kind == "close":
            if area in self.closed or line["stand"] != self.stand[area]:
                self.no("closed", f"line {n} closes area {area} again, or with a wrong number")
            self.closed.add(area)
        elif kind != "void":
            if self.lines.setdefault(code, n) != n:
                self.no("twins", f"lines {self.lines[code]} and {n} are one receipt for two votes")
            if kind == "cast" and area in self.closed:
                self.no("closed", f"line {n} is a vote after the close of area {area}")
            self.standing[n], self.stand[area] = area, self.stand[area] + 1
            self.web.update([(kind, n)] * (kind == "cast"))

    def _open(self, file: Iterable[bytes]) -> None:
        before = ""
        for raw in file:
            one = json.loads(raw)
            area, code, chosen, nonce = one["d"], one["c"], one["p"], bytes.fromhex(one["x"])
            said = canonical({"d": area, "e": self.config["e"], "p": chosen}).encode()
            this, pot = f"the opened envelope {code[:12]}", self.pots[area]
            one = (canonical({"c": code, "d": area, "p": chosen, "x": nonce.hex()}) + "\n").encode()
            if self.standing.get(self.lines.get(code, -1)) != area or code <= before or one != raw:
                self.no("openings", f"{this} is none that stands, or not in its form and order")
            elif self.stand[area] < SEALED_BELOW:
                self.no("openings", f"{this} is of area {area}, which has few and is sealed")
            elif len(nonce) != 48 or sha256(b"pb-ballot-v1\0" + nonce + said).hexdigest() != code:
                self.no("changed", f"{this} is not what was recorded in line {self.lines[code]}")
            costs = {project["number"]: project["cost"] for project in pot["projects"]}
            spent = sum(costs.get(n, 0) for n in chosen) if pot["ballot"] == "knapsack" else 0
            right = sorted({*chosen} & {*costs})[: pot["max_choices"]]
            if chosen != right or spent > pot["amount"]:
                self.no("changed", f"{this} is not what its paper allows")
            self.ballots[area][tuple(chosen)] += 1
            before = code

    def receipt(self, typed: str) -> int:
        """Say what became of the envelope that has this code."""
        code = re.sub(r"\D", "", typed)
        found = [c for c in self.lines if len(code) == 24 and int(c, 16) % 10**24 == int(code)]
        opened = load(self.folder / "openings.ndjson", lambda file: {
            one["c"]: one["p"] for one in map(json.loads, file) if one["c"] in found})
        say("This is its code:" if found else "No envelope of this book has this code:", code)
        for c in found:
            by, area = self.ended.get(n := self.lines[c]) or (0, self.standing[n])
            say(f"Line {n} is an envelope of area {area!r};",
                f"line {by} replaced or voided it." if by else "it stands and is counted.")
            if c in opened:
                titles = {one["number"]: one["title"] for one in self.pots[area]["projects"]}
                say("It was opened and holds:", canonical([titles.get(n) for n in opened[c]]))
        return self.verdict if found else 1

    def recount(self, _typed: str) -> int:
        """Count anew every pot that is not sealed, and compare."""
        result, verdict = load(self.folder / "result.json"), self.verdict
        told = {pot["area"]: pot | result["book"] for pot in result["pots"]}
        root = b64decode(self.roots.get(result["book"]["size"], "")).hex()
        for area, pot in ((area, self.pots[area]) for area in told | self.pots):
            rule, stand = pot["rule"], self.stand[area]
            mine = {"root": root, "rule": rule, "ballots": stand, "sealed": stand < SEALED_BELOW}
            if rule in RULES and not mine["sealed"]:
                mine["winners"] = winners(pot, self.rules["tie_seed"], self.ballots[area])
            same, known = mine.items() <= told[area].items(), rule in RULES or mine["sealed"]
            verdict = (verdict or (0 if known else 3)) if same else 1
            say(f"{'✗?✓'[same + (same and known)]} Area {area!r}: {canonical(mine)}",
                "" if same else f"is not {canonical(told[area])}")
        return verdict

def winners(pot: Any, seed: str, ballots: Counter[tuple[int, ...]]) -> list[str]:
    """The codes of the winners of a pot in the order funded."""
    paper, amount, rule = {p["number"]: p for p in pot["projects"]}, pot["amount"], pot["rule"]
    times, options, won = [*ballots.values()], pot["rule_options"], list[int]()
    fans = {n: [i for i, chosen in enumerate(ballots) if n in chosen] for n in paper}
    votes = {n: sum(times[i] for i in fans[n]) for n in paper}
    lots = {n: sha256(f"{seed}\n{paper[n]['code']}".encode()).digest() for n in paper}
    order = sorted((-votes[n], paper[n]["cost"], lots[n], n) for n in paper
                   if votes[n] >= options.get("threshold", 0))
    if rule in SHARES:
        for_sale = [one for one in order if one[0] and one[1] <= amount]
        share = Fraction(amount, ballots.total())
        step = max(1, options.get("step") or int(share) // 500)
        more = buy(for_sale, amount, share, fans, times)
        while more is not None:
            won, share = more, share + step
            raised = "add1" in rule and len(won) < len(for_sale)
            more = buy(for_sale, amount, share, fans, times) if raised else None
    elif rule == "greedy-per-cost":
        order.sort(key=lambda one: Fraction(one[0], one[1]))
    left = amount - sum(paper[n]["cost"] for n in won)
    for _, cost, _, n in order if rule not in SHARES[:2] else []:
        if n not in won and cost <= left:
            won.append(n)
            left -= cost
        elif rule == "greedy-no-skip":
            break
    return [paper[n]["code"] for n in won]

def buy(for_sale: Any, left: int, share: Fraction, fans: Any, times: list[int]) -> Any:
    """What equal shares buy, in order; None where it would cost more than the pot."""
    purses, unit, group = [0, share.numerator], share.denominator, [1] * len(times)
    offers, won = [(Fraction(0), rank, -1, 0, 0) for rank in for_sale], list[int]()
    while offers:
        _, rank, turn, due, payers = heappop(offers)
        votes, cost, _, n = rank
        if turn < len(won):  # since others paid it may be dearer, and never cheaper
            people, due, payers = Counter[int](), cost * unit, -votes
            for i in fans[n]:
                people[group[i]] += times[i]
            for purse, many in sorted((purses[one], many) for one, many in people.items()):
                if purse * payers >= due:
                    rate = Fraction(due, payers * unit * cost)
                    heappush(offers, (rate, rank, len(won), due, payers))
                    break
                due, payers = due - purse * many, payers - many
        elif cost > left:
            return None
        else:  # who can pays due / payers; purses are kept whole by making the unit smaller
            unit, purses, moved = unit * payers, [purse * payers for purse in purses], {0: 0}
            for i in fans[n]:
                if (before := group[i]) not in moved:
                    moved[before] = len(purses) * (purses[before] > due)
                    purses.append(max(0, purses[before] - due))
                group[i] = moved[before]
            won.append(n)
            left -= cost
    return won

def look(url: str, folder: Path, given: str) -> int:
    """Does the book at an address extend what was seen of it? Keep what is signed."""
    folder.mkdir(parents=True, exist_ok=True)
    seen: Any = {"key": "", "size": 0, "peaks": [], "heads": []}
    seen |= load(folder / "seen.json") if (folder / "seen.json").exists() else {}
    key = given or seen["key"] or load(f"{url}/key", lambda file: file.read(999).decode().strip())
    peaks, [head] = [*map(bytes.fromhex, seen["peaks"])], load(f"{url}/head", read_heads)

    def root_at(size: int) -> str:
        leaves: list[str] = []
        for n in range(seen["size"], size):
            page = f"{url}/leaves?from={n}"
            leaves = leaves or load(page, lambda file: LEAF.findall(file.read().decode())[::-1])
            if not leaves:
                raise ValueError(f"{page} does not give the hashes of lines that are signed")
            add_leaf(peaks, n, bytes.fromhex(leaves.pop()))
        return root_of(peaks) if size >= seen["size"] else ""

    for fault in faults_of([head], key, url.rsplit("/", 1)[1], root_at):
        evidence = folder / f"evidence-{time.time_ns()}.txt"
        evidence.write_text("\n".join([*seen["heads"][-1:], head[0]]))
        say(f"✗ {fault}, as far as it was seen before: {evidence} holds both heads.")
        return 1
    heads = seen["heads"] + [head[0]] * (head[0] not in seen["heads"][-1:])
    seen = {"key": key, "size": int(head[3]), "heads": heads, "peaks": [*map(bytes.hex, peaks)]}
    for name, text in (("seen.json", json.dumps(seen)), ("heads.txt", "\n".join(heads))):
        (folder / "new").write_text(text, encoding="utf-8")
        os.sync()  # whatever happens now, the file is there as a whole or as it was
        (folder / "new").replace(folder / name)
    say(f"✓ {head['origin']}: {head['size']} lines ({head['at']}) extend what was seen before.")
    return 0

def main(arguments: list[str] | None = None) -> int:
    """Understand the command, and say in the end what it all comes to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["log", "receipt", "recount", "watch"])
    parser.add_argument("what", nargs="+", help="EXPORT, CODE EXPORT, or URL")
    parser.add_argument("--head", action="append", default=[], help="heads that a witness kept")
    parser.add_argument("--key", default="", help="the key of the heads, as you know it")
    parser.add_argument("--folder", type=Path, default="watched", help="what watch has seen")
    parser.add_argument("--once", action="store_true", help="watch: look once")
    parser.add_argument("--fa", action="store_true", help="the verdict in Persian")
    options = parser.parse_intermixed_args(arguments)
    verdict, (*words, place) = 2, options.what
    while True:
        try:
            if options.command == "watch":
                verdict = look(place.rstrip("/"), options.folder, options.key)
            else:
                book = Book(Path(place), options.head, options.key)
                answer = getattr(book, options.command, None)
                verdict = answer("".join(words)) if answer else book.verdict
        except Exception as slip:
            say(f"✗ This cannot be checked: {slip}")
        if verdict == 1 or options.command != "watch" or options.once:
            say(VERDICTS[verdict][options.fa])
            return verdict
        time.sleep(60)

if __name__ == "__main__":
    raise SystemExit(main())
