"""A small honest city that votes and writes its public folder as docs/book.md says, on its own."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import json
import random
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civic.counting import Election, TieRule, count
from civic.counting.registry import suggested_step

CYCLE, NAME, SEED = "1405", "example.city", "a published seed"


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(data):
    return hashlib.sha256(data).digest()


def root_of(leaves):
    """The root of RFC 9162 (2.1.1) as it is written there: split at the largest power of two."""
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]) if leaves else sha256(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(leaves[:k]) + root_of(leaves[k:]))


def commitment(area, choices, nonce):
    said = canonical({"d": area, "e": CYCLE, "p": choices})
    return sha256(b"pb-ballot-v1\0" + nonce + said.encode()).hex()


def receipt(code):
    return str(int(code, 16) % 10**24).zfill(24)


class Signer:
    """Who holds the key of the heads."""

    def __init__(self, seed=1, name=NAME):
        self.key, self.name = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), name
        raw = b"\1" + self.key.public_key().public_bytes_raw()
        self.mark = sha256(name.encode() + b"\n" + raw)[:4]
        self.verifier = f"{name}+{self.mark.hex()}+{base64.b64encode(raw).decode()}"

    def head(self, leaves, minute=0, book=CYCLE):
        root = base64.b64encode(root_of(leaves)).decode()
        at = f"2026-11-22T{minute // 60:02}:{minute % 60:02}:00Z"
        text = f"{self.name}/book/{book}\n{len(leaves)}\n{root}\n{at}\n"
        signature = base64.b64encode(self.mark + self.key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


SIGNER = Signer()


def pot(area, rule="greedy", *, knapsack=False, projects=8, options=None):
    rng = random.Random(f"pot {area}")
    paper = [
        {"number": n, "code": f"{area}-p{n}", "title": f"طرح {n}", "cost": 100 * rng.randint(2, 11)}
        for n in range(1, projects + 1)
    ]
    return {
        "area": area, "amount": 2000, "ballot": "knapsack" if knapsack else "approval",
        "max_choices": None if knapsack else 4, "rule": rule, "rule_options": options or {},
        "projects": paper,
    }  # fmt: skip


POTS = (
    pot("7-1", "equal-shares/add1"),
    pot(2, "greedy-per-cost", knapsack=True),
    pot("کوی ۳", "greedy-no-skip"),
    pot(9),
)


class City:
    """A cycle of votes: its book, its open envelopes, and the files that it gives away."""

    def __init__(self, seed=0, pots=POTS):
        self.rng, self.signer = random.Random(seed), SIGNER
        self.rules = {"cycle": CYCLE, "tie_seed": SEED, "pots": list(pots)}
        self.lines, self.heads, self.envelopes, self.marked = [], [], {}, {}
        self.add(
            t="config", e=CYCLE, rules=sha256(canonical(self.rules).encode()).hex(), roll=None,
            code="1.0", grace=120, witnesses=["newspaper"],
            keys={"heads": self.signer.verifier, "receipts": Signer(9).verifier},
        )  # fmt: skip

    @property
    def pots(self):
        return {pot["area"]: pot for pot in self.rules["pots"]}

    def add(self, **line):
        self.lines.append({"n": len(self.lines), **line})
        return len(self.lines) - 1

    def choices(self, area):
        pot, chosen, left = self.pots[area], [], self.pots[area]["amount"]
        for project in self.rng.sample(pot["projects"], self.rng.randint(1, 4)):
            if pot["ballot"] == "approval" or project["cost"] <= left:
                chosen.append(project["number"])
                left -= project["cost"]
        return sorted(chosen)

    def put(self, kind, area, *, replaces=None, choices=None):
        """An envelope: a line of the book, and what is in it."""
        nonce, chosen = self.rng.randbytes(48), choices or self.choices(area)
        code = commitment(area, chosen, nonce)
        n = self.add(t=kind, d=area, c=code, r=replaces)
        self.envelopes[n] = {"c": code, "d": area, "p": chosen, "x": nonce.hex()}
        self.marked[area] = self.marked.get(area, 0) + (replaces is None)
        return n

    def void(self, n, why="paper"):
        area = self.envelopes[n]["d"]
        self.marked[area] -= 1
        return self.add(t="void", d=area, r=n, why=why)

    def ended(self):
        return {line["r"] for line in self.lines if line.get("r") is not None}

    def standing(self, area=None):
        ended = self.ended()
        return [
            n for n, one in self.envelopes.items()
            if n not in ended and area in (None, one["d"]) and n < len(self.lines)
        ]  # fmt: skip

    def close(self):
        for area in self.pots:
            self.add(t="close", d=area, stand=len(self.standing(area)))

    def leaves(self, size=None):
        return [canonical(line).encode() for line in self.lines[:size]]

    def sign(self, size=None):
        self.heads.append(self.signer.head(self.leaves(size), len(self.heads)))

    def sign_again(self, sizes=None):
        """The key holder signs the book as it is now, as if it had always been so."""
        sizes = sizes or [int(head.split("\n")[1]) for head in self.heads[:-1]] + [len(self.lines)]
        self.heads = []
        for size in sizes:
            self.sign(size)

    def openings(self):
        open_ = [n for n in self.standing() if len(self.standing(self.envelopes[n]["d"])) >= 50]
        return sorted((dict(self.envelopes[n]) for n in open_), key=lambda one: one["c"])

    def winners(self, area):
        pot = self.pots[area]
        codes = {one["number"]: one["code"] for one in pot["projects"]}
        ballots = [[codes[n] for n in self.envelopes[m]["p"]] for m in self.standing(area)]
        costs = {one["code"]: one["cost"] for one in pot["projects"]}
        election = Election.of(costs, pot["amount"], ballots)
        rule, _, completion = pot["rule"].partition("/")
        options = {"ties": TieRule(SEED), "threshold": pot["rule_options"].get("threshold", 0)}
        step = pot["rule_options"].get("step") or suggested_step(election)
        return list(count(election, rule, completion or "none", step=step, **options).winners)

    def result(self, *, counted=True):
        """What the city says it counted, by its own library; or all of it but the winners."""
        return {
            "book": {"origin": f"{NAME}/book/{CYCLE}", "size": len(self.lines),
                     "root": root_of(self.leaves()).hex()},
            "pots": [
                {"area": area, "rule": pot["rule"], "ballots": len(self.standing(area)),
                 "sealed": len(self.standing(area)) < 50,
                 "winners": self.winners(area) if counted else []}
                for area, pot in self.pots.items()
            ],
        }  # fmt: skip

    def files(self, *, counted=False):
        """The public folder: the name and the text of each file."""
        marks = [{"area": area, "marked": self.marked.get(area, 0)} for area in self.pots]
        ndjson = "".join
        return {
            "log.ndjson": ndjson(canonical(line) + "\n" for line in self.lines),
            "heads.txt": "\n".join(self.heads),
            "key.txt": self.signer.verifier + "\n",
            "openings.ndjson": ndjson(canonical(one) + "\n" for one in self.openings()),
            "config.json": json.dumps({"format": "x", "rules": self.rules}, indent=1),
            "participation.json": json.dumps({"pots": marks}),
            "result.json": json.dumps(self.result(counted=counted), ensure_ascii=False),
        }


@functools.cache
def _voted(seed, voters):
    city = City(seed)
    areas = list(city.pots)
    for turn in range(voters * 3 + 30):
        area = areas[-1] if turn % 10 == 0 and turn < 300 else areas[turn % 3]
        n = city.put("cast", area)
        fate = city.rng.random()
        if fate < 0.1:
            city.put("cast", area, replaces=n)
        elif fate < 0.15:
            city.void(n)
            city.put("paper", area)
        if turn % 25 == 0:
            city.sign()
    city.close()
    city.put("paper", areas[0])
    city.sign()
    return city


def honest(seed=0, voters=90):
    """A whole vote: some vote again, some on paper, one box is too small to be opened."""
    return copy.deepcopy(_voted(seed, voters))


def write(folder: Path, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder
