from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from civic.projects.models import MoneyLine, Project, StageDate, Update
from civic.projects.stages import MoneyKind, Stage
from civic.results.models import Count
from tests.conftest import NOON
from tests.factories import keep, make_ballot_project, make_cycle, make_pot

NASTY = "=cmd|'/C calc'!A0 <script>alert(1)</script> \u202e& \x0b۱۲"


@pytest.fixture
def works_in_sepidar(tree, works, otto, at_noon):
    """A published result, and a project with a stage reached and one report."""
    cycle = make_cycle(tree.city)
    pot = make_pot(cycle, tree.sepidar)
    line = make_ballot_project(pot)
    count = Count(
        pot_id=pot.id, rule="greedy", input_sha256="0" * 64, code_version="1", ballots=1200,
        spent=400, outcome={}, counted_at=NOON, published_at=NOON - timedelta(days=9),
    )  # fmt: skip
    project = Project(
        ballot_project_id=line.id, cycle_id=cycle.id, area_id=tree.sepidar.id,
        department_id=works.id, title=NASTY, votes=340, stage=Stage.FUNDED, progress=25,
        routed_at=NOON - timedelta(days=8), changed_at=NOON,
    )  # fmt: skip
    keep(count, project)
    reached = StageDate(project_id=project.id, stage=Stage.APPROVED, reached_on=date(2026, 11, 20))
    waits = StageDate(project_id=project.id, stage=Stage.FUNDED, planned_on=date(2026, 12, 20))
    update = Update(
        project_id=project.id, officer_id=otto.id, text="پی‌کنی تمام شد.", progress=25,
        at=NOON - timedelta(hours=1),
    )  # fmt: skip
    money = [
        MoneyLine(project_id=project.id, kind=kind, amount=amount, on_day=NOON.date())
        for kind, amount in [(MoneyKind.VOTED, 400), (MoneyKind.PAID, 90), (MoneyKind.PAID, 10)]
    ]
    keep(reached, waits, update, *money)
    return SimpleNamespace(
        cycle=cycle, count=count, project=project, reached=reached, update=update
    )
