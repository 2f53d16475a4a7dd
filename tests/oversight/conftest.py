from datetime import timedelta

import pytest

from civic.cycles.phases import PhaseKind
from civic.projects.models import MoneyLine, Project, StageDate
from civic.projects.stages import MoneyKind, Stage
from tests import factories


@pytest.fixture
def make_work(tree, works, at_noon):
    """A project of the works department; `stage`, `votes` and `due` make the story."""
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)
    pot = factories.make_pot(cycle, tree.sepidar, amount=10_000)

    def make(title="زمین بازی", *, stage=Stage.ROUTED, votes=10, due=None):
        line = factories.make_ballot_project(pot, cost=400, title=title)
        project = Project(
            ballot_project_id=line.id, cycle_id=cycle.id, area_id=tree.sepidar.id,
            department_id=works.id, title=title, votes=votes, stage=stage, routed_at=at_noon,
            changed_at=at_noon, area=tree.sepidar, department=works,
        )  # fmt: skip
        factories.keep(project)
        day = at_noon.date()
        factories.keep(
            StageDate(project_id=project.id, stage=Stage.ROUTED, reached_on=day),
            MoneyLine(project_id=project.id, kind=MoneyKind.VOTED, amount=400, on_day=day),
        )
        if due:
            factories.keep(
                StageDate(
                    project_id=project.id, stage=Stage.FUNDED, planned_on=day + timedelta(due)
                )
            )
        return project

    return make


@pytest.fixture
def playground(make_work):
    return make_work()
