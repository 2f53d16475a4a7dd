"""The way of an idea to the ballot, each step by whose step it is, at the moment it is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from civic.accounts.models import Account
from civic.appraisals.actions import finish_sheet
from civic.areas.models import Area, Level
from civic.cycles.models import Cycle, Phase
from civic.cycles.phases import PhaseKind
from civic.deliberation.models import Support
from civic.demo import sheets
from civic.demo.chance import chance_of
from civic.demo.city import City
from civic.demo.diary import Diary
from civic.demo.drawings import place_picture
from civic.demo.ideas import Fate, Idea
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.moderation import actions as moderation
from civic.moderation.models import ReasonCode
from civic.proposals import actions as proposals
from civic.proposals.models import Proposal
from civic.proposals.queries import own_area
from civic.proposals.queries import proposal as proposal_by_id
from civic.proposals.states import State

# Decided by an elite, but left where it stands until the round is over.
NEVER_DECIDED = {Fate.WAITS, Fate.DRAFT, Fate.WITHDRAW}
NEVER_COSTED = NEVER_DECIDED | {Fate.ACCEPTED, Fate.REFUSE, Fate.MERGE, Fate.STAYS_RETURNED}
CARRIED_UP = "این پیشنهاد به یک محله محدود نیست و به کار همه شهر می‌آید."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Way:
    """One idea in one cycle; a step that was taken already is passed over."""

    city: City
    cycle: Cycle
    idea: Idea
    diary: Diary

    def __post_init__(self) -> None:
        self.chance = chance_of(self.idea.title, self.idea.area)
        self.area = self.city.areas[self.idea.area]

    def begin(self) -> None:
        """Note when the idea is written down; the rest follows from there."""
        ideas = _phase(self.cycle, PhaseKind.IDEAS)
        late = self.idea.fate in {Fate.WAITS, Fate.ACCEPTED}
        part = self.chance.uniform(0.55, 0.68) if late else self.chance.uniform(0.03, 0.9)
        moment = ideas.opens_at + (ideas.closes_at - ideas.opens_at) * part
        self.diary.note(self._by_day(moment, last_hour=21), self.write)

    def write(self, at: datetime) -> None:
        """A resident writes the idea down and hands it in."""
        if self._found() is None:
            author = self._author()
            draft = proposals.start_draft(author, self.cycle, at=at)
            proposals.save_step(author, draft, self._written(author), at=at)
            if self.idea.fate is not Fate.DRAFT:
                self._do(lambda it: proposals.submit_proposal(author, it, at=at))
                self._gather_support(at)
        step = self.withdraw if self.idea.fate is Fate.WITHDRAW else self.decide
        if self.idea.fate not in NEVER_DECIDED or step == self.withdraw:
            self.diary.note(self._later(at, days=(1, 4), within=PhaseKind.SCREENING), step)

    def withdraw(self, at: datetime) -> None:
        """The author thinks better of it."""
        self._if(State.SUBMITTED, lambda it: proposals.withdraw_proposal(it.author, it, at=at))

    def decide(self, at: datetime) -> None:
        """An elite accepts, returns, refuses, or joins with a twin."""
        self._if(State.SUBMITTED, lambda it: self._screen(it, at))
        follows = self.mend if self.idea.fate is Fate.RETURN else self.cost
        if self.idea.fate not in NEVER_COSTED:
            self.diary.note(self._later(at, days=(2, 8), within=PhaseKind.SCREENING), follows)

    def _screen(self, it: Proposal, at: datetime) -> None:
        elite, fate = self._screener(it), self.idea.fate
        if fate is Fate.REFUSE:
            moderation.refuse(elite, it, ReasonCode(self.idea.code), self.idea.reason, at=at)
        elif fate in {Fate.RETURN, Fate.STAYS_RETURNED} and not self._was_returned(it):
            moderation.return_to_author(
                elite, it, ReasonCode(self.idea.code), self.idea.reason, at=at
            )
        elif fate is Fate.MERGE:
            self._merge(elite, it, at)
        else:
            self._accept_or_carry_up(elite, it, at)

    def _merge(self, elite: Account, it: Proposal, at: datetime) -> None:
        stays = self._found(self.idea.twin)
        if stays is not None:
            moderation.merge(elite, it, stays, self.idea.reason, at=at)
        elif at + DAY < _phase(self.cycle, PhaseKind.SCREENING).closes_at:
            self.diary.note(at + DAY, self.decide)  # its twin is handed in later

    def _accept_or_carry_up(self, elite: Account, it: Proposal, at: datetime) -> None:
        # Nobody proposes for the whole city: an elite finds that it is about more than one place.
        if self.area.level is Level.CITY and it.area.level is not Level.CITY:
            moderation.carry_up(elite, it, self.area, CARRIED_UP, at=at)
            last = _phase(self.cycle, PhaseKind.SCREENING).closes_at - HOUR
            self.diary.note(min(at + DAY, last), self.decide)
        else:
            moderation.accept(elite, it, self.city.departments[self.idea.department], at=at)

    def mend(self, at: datetime) -> None:
        """The author mends what was returned and hands it in again."""

        def again(it: Proposal) -> None:
            proposals.save_step(it.author, it, {"place": self.idea.place}, at=at)
            proposals.resubmit_proposal(it.author, it, at=at)

        self._if(State.RETURNED, again)
        self.idea = replace(self.idea, fate=Fate.BALLOT)
        self.diary.note(self._later(at, days=(1, 3), within=PhaseKind.SCREENING), self.decide)

    def cost(self, at: datetime) -> None:
        """An officer of the department finishes the sheet."""
        officer = self.city.officer_of(self.idea.department)
        sheet = sheets.sheet_for(self.idea, self.chance)
        self._if(State.ACCEPTED, lambda it: finish_sheet(officer, it, sheet, at=at))

    # ── who, when, and with what ──────────────────────────────────────────────────────────────

    def _found(self, title: str = "") -> Proposal | None:
        same = select(Proposal.id).where(
            Proposal.cycle_id == self.cycle.id, Proposal.title == (title or self.idea.title)
        )
        found = db.session.scalar(same)
        return proposal_by_id(found) if found else None

    def _do(self, act: Callable[[Proposal], object]) -> None:
        found = self._found()
        if found is not None:
            act(found)
            db.session.flush()
            # The next step must see whose department it has become.
            db.session.expire(found)

    def _if(self, state: State, act: Callable[[Proposal], object]) -> None:
        self._do(lambda it: act(it) if it.state is state else None)

    def _author(self) -> Account:
        if self.idea.hers:
            return self.city.residents[0]
        near = self.city.residents_in(self.area)
        return near[self.chance.randrange(len(near))]

    def _screener(self, it: Proposal) -> Account:
        if it.area.level is Level.CITY:
            return self.city.headquarters
        return self.city.elite_of(it.area.code)

    def _was_returned(self, it: Proposal) -> bool:
        found = select(moderation.Decision.id).where(moderation.Decision.proposal_id == it.id)
        return db.session.scalar(found) is not None

    def _written(self, author: Account) -> dict[str, Any]:
        # What is meant for the whole city is handed in where its author lives.
        home = own_area(author.id) if self.area.level is Level.CITY else None
        area = home or self.area
        short = self.idea.fate is Fate.RETURN
        written = {
            "area_id": area.id, "title": self.idea.title, "problem": self.idea.problem,
            "solution": self.idea.solution, "category": self.idea.category,
            "place": area.name if short else self.idea.place,
        }  # fmt: skip
        if self.chance.random() < 0.4:
            written["picture"] = place_picture(self.idea.category, self.chance.randrange(2))
        return written | self._spot(area)

    def _spot(self, area: Area) -> dict[str, float]:
        if (
            area.label_lon is None
            or area.label_lat is None
            or area.level is not Level.NEIGHBOURHOOD
        ):
            return {}
        near = [self.chance.uniform(-0.003, 0.003) for _ in range(2)]
        return {
            "lon": round(area.label_lon + near[0], 5),
            "lat": round(area.label_lat + near[1], 5),
        }

    def _later(self, at: datetime, *, days: tuple[float, float], within: PhaseKind) -> datetime:
        last = _phase(self.cycle, within).closes_at - HOUR
        return min(
            self._by_day(at + timedelta(days=self.chance.uniform(*days)), last_hour=14), last
        )

    def _by_day(self, moment: datetime, *, last_hour: int) -> datetime:
        hour, minute = self.chance.randint(9, last_hour), self.chance.randrange(60)
        return local(moment).replace(hour=hour, minute=minute).astimezone(UTC)

    def _gather_support(self, at: datetime) -> None:
        """Neighbours stand behind it; in one statement, since they are many."""
        found = self._found()
        if found is None:
            return
        near = [one.id for one in self.city.residents_in(self.area) if one.id != found.author_id]
        most = min(len(near), self.idea.pull // 2 or 6)
        behind: list[UUID] = self.chance.sample(near, self.chance.randint(min(2, most), most))
        rows = [{"proposal_id": found.id, "account_id": one, "at": at + HOUR} for one in behind]
        if rows:
            db.session.execute(insert(Support), rows)
            proposals.count_supports(found.id, len(rows))


def _phase(cycle: Cycle, kind: PhaseKind) -> Phase:
    return next(phase for phase in cycle.phases if phase.kind is kind)


def proposals_at(cycle: Cycle, state: State) -> list[Proposal]:
    """The proposals of a cycle that stand at this state, in the order of their numbers."""
    found = select(Proposal.id).where(Proposal.cycle_id == cycle.id, Proposal.state == state)
    each = (proposal_by_id(id_) for id_ in db.session.scalars(found.order_by(Proposal.number)))
    return [one for one in each if one is not None]
