"""The voters of the demo city: the many in bulk, a few of its residents by the way of everyone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from random import Random
from uuid import uuid4

from sqlalchemy import insert

from civic.accounts.models import Account
from civic.ballots import rules
from civic.ballots.actions import cast_ballot
from civic.ballots.models import Ballot, BallotProject, Opening, VoterSlot
from civic.ballots.queries import limits_of, paper
from civic.ballots.voters import tags_for
from civic.cycles.kinds import BallotKind
from civic.cycles.models import Pot
from civic.demo.chance import chance_of
from civic.kernel import crypto
from civic.kernel.db import db
from civic.ledger.actions import submit_many
from civic.ledger.kinds import LineKind


def fill_box(pot: Pot, pulls: dict[str, int], voters: range) -> None:
    """Put the ballots of these made-up voters into an open box, through the tables of casting.

    They are people without accounts: thousands of those would only make the demo slow.
    """
    lines, tag_of = paper(pot), tags_for(pot)
    ballots, openings, slots, envelopes = [], [], [], []
    for voter in voters:
        choices = choose(pot, lines, pulls, chance_of(pot.area.code, voter))
        nonce, ballot_id = secrets.token_bytes(48), uuid4()
        held = rules.commitment(nonce, election=pot.cycle.code, area=pot.area.code, choices=choices)
        ballots.append(
            {"id": ballot_id, "pot_id": pot.id, "commitment": held,
             "receipt": rules.receipt_of(held), "channel": "web"}
        )  # fmt: skip
        envelopes.append(held)
        openings.append({"ballot_id": ballot_id, "nonce": nonce, "choices": choices})
        key = crypto.lookup_key("demo-voter", f"{pot.area.code}:{voter}")
        slots.append({"pot_id": pot.id, "voter_tag": tag_of(key), "head_ballot_id": ballot_id})
    for model, rows in ((Ballot, ballots), (Opening, openings), (VoterSlot, slots)):
        if rows:
            db.session.execute(insert(model), rows)
    submit_many(pot.cycle_id, LineKind.CAST, [(held, pot.area.code) for held in envelopes])


def cast_for(
    residents: Sequence[Account], pot: Pot, pulls: dict[str, int], *, at: datetime
) -> None:
    """Let residents vote as everybody does: with receipt, participation and notice."""
    lines = paper(pot)
    for resident in residents:
        choices = choose(pot, lines, pulls, chance_of(pot.area.code, resident.name))
        cast_ballot(resident, pot, choices, key=uuid4(), form_opened_at=at, at=at)


def choose(
    pot: Pot, lines: Sequence[BallotProject], pulls: dict[str, int], chance: Random
) -> list[int]:
    """What a voter ticks: what draws them, as far as the ballot allows, and at least one."""
    limits = limits_of(pot)
    # By title first: what somebody likes does not hang on the order of the paper.
    by_title = sorted(lines, key=lambda line: line.title)
    drawn = sorted(by_title, key=lambda line: chance.random() * 60 - pulls.get(line.title, 30))
    liked = [line for line in drawn if chance.random() * 100 < pulls.get(line.title, 30) + 8]
    chosen: list[BallotProject] = []
    for line in liked or drawn[:1]:
        full = limits.most is not None and len(chosen) >= limits.most
        spent = sum(one.cost for one in chosen) + line.cost
        if not full and (limits.kind is not BallotKind.KNAPSACK or spent <= limits.amount):
            chosen.append(line)
    return sorted(line.number for line in chosen)
