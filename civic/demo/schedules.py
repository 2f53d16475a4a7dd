"""When the projects of the demo should reach their stages, and when they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from civic.projects.stages import ORDER, Stage

# Days after the routing. A project that is told of as late has promised less than it keeps.
PLAN = {
    Stage.APPROVED: 26,
    Stage.FUNDED: 48,
    Stage.TENDERED: 80,
    Stage.CONTRACTED: 104,
    Stage.BUILDING: 120,
    Stage.HANDED_OVER: 240,
}
LONG = PLAN | {Stage.HANDED_OVER: 395}
SLOW = {
    Stage.APPROVED: 60,
    Stage.FUNDED: 150,
    Stage.TENDERED: 235,
    Stage.CONTRACTED: 290,
    Stage.BUILDING: 350,
    Stage.HANDED_OVER: 470,
}
EARLY = (130, 185, 232)
FAR = (150, 270, 390)
VERY_FAR = (360, 400, 460)


@dataclass(frozen=True)
class Schedule:
    """What was promised, by how many days it slips, the last stage reached, and how far it is."""

    planned: Mapping[Stage, int]
    milestones: tuple[int, int, int]
    last: Stage
    progress: int = 0
    slips: int = 0

    def day(self, stage: Stage) -> int:
        """The day on which a stage is really reached, after the routing."""
        if stage is Stage.CONFIRMED:
            return self.day(Stage.HANDED_OVER) + 24
        late = self.slips if ORDER.index(stage) > ORDER.index(Stage.FUNDED) else 3
        return self.planned[stage] + late

    @property
    def expected_end(self) -> int:
        """The day that is expected once it is clear that the promised one cannot be kept."""
        return self.planned[Stage.HANDED_OVER] + 150

    def after(self, stage: Stage) -> Stage | None:
        """The stage that is reached after this one; none after the last."""
        return ORDER[ORDER.index(stage) + 1] if stage is not self.last else None


SCHEDULES = {
    "confirmed": Schedule(PLAN, EARLY, Stage.CONFIRMED, progress=100),
    "handed-over": Schedule(PLAN, EARLY, Stage.HANDED_OVER, progress=100, slips=9),
    "building": Schedule(LONG, FAR, Stage.BUILDING, progress=55),
    "late": Schedule(PLAN, EARLY, Stage.BUILDING, progress=55, slips=30),
    "answered": Schedule(PLAN, FAR, Stage.BUILDING, progress=55, slips=25),
    "blocked": Schedule(PLAN, FAR, Stage.BUILDING, progress=15, slips=70),
    "escalated": Schedule(PLAN, FAR, Stage.BUILDING, progress=15, slips=55),
    "contracted": Schedule(SLOW, VERY_FAR, Stage.CONTRACTED),
    "tendered": Schedule(SLOW | {Stage.CONTRACTED: 270}, VERY_FAR, Stage.TENDERED, slips=5),
    "funded": Schedule(SLOW | {Stage.TENDERED: 345, Stage.CONTRACTED: 360,
                               Stage.BUILDING: 375}, VERY_FAR, Stage.FUNDED),
    "approved": Schedule(SLOW | {Stage.FUNDED: 345, Stage.TENDERED: 360, Stage.CONTRACTED: 375,
                                 Stage.BUILDING: 390}, VERY_FAR, Stage.APPROVED),
    "waits": Schedule(PLAN, EARLY, Stage.ROUTED),
    "returned": Schedule(SLOW | {Stage.APPROVED: 340, Stage.FUNDED: 345, Stage.TENDERED: 360,
                                 Stage.CONTRACTED: 375, Stage.BUILDING: 390}, VERY_FAR,
                         Stage.ROUTED),
}  # fmt: skip


def schedule_of(delivery: str) -> Schedule:
    """The schedule of a project by how its story is called."""
    return SCHEDULES[delivery]
