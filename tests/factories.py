"""Things for tests: plain functions that ask only for what matters to the story."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

from sqlalchemy import insert, select

from civic.accounts.models import Account, RoleGrant
from civic.accounts.queries import with_grants
from civic.areas.models import Area, AreaVersion, Level
from civic.ballots.models import BallotProject
from civic.cycles.models import BallotKind, Cycle, Phase, Pot, Rule
from civic.cycles.phases import PhaseKind
from civic.departments.models import Department
from civic.electorate.models import Residency, Roll, Tie
from civic.kernel import clock, crypto
from civic.kernel.db import db
from civic.kernel.text import search_key
from civic.projects.models import MoneyLine, Project, StageDate
from civic.projects.stages import MoneyKind, Stage
from civic.proposals.models import Proposal
from civic.proposals.states import Category, State
from civic.results.models import Count, ResultLine

# Before the noon of the tests as well as before today, whichever of them a test stands at.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_serial = itertools.count(1)
# Of the projects on papers: a clerk types at most four digits, however long the tests run.
_on_paper = itertools.cycle(range(1, 9_000))


def keep(*things):
    """Store things and return them."""
    for thing in things:
        db.session.add(thing)
        db.session.flush()
    db.session.commit()
    return things[0] if len(things) == 1 else things


def make_tree():
    version = AreaVersion(
        number=1,
        valid_from=date(2020, 3, 20),
        source="test",
        sha256="0" * 64,
        imported_at=clock.now(),
    )
    city = _area(version, None, "demo", Level.CITY, "شهر نمونه", "Demo City")
    district = _area(version, city, "demo-6", Level.DISTRICT, "منطقه ۶", "District 6")
    sepidar = _area(version, district, "demo-6-1", Level.NEIGHBOURHOOD, "سپیدار", "Sepidar")
    narvan = _area(version, district, "demo-6-2", Level.NEIGHBOURHOOD, "نارون", "Narvan")
    keep(version, city, district, sepidar, narvan)
    return SimpleNamespace(
        version=version, city=city, district=district, sepidar=sepidar, narvan=narvan
    )


def _area(version, parent, code, level, name, name_en):
    version.id = version.id or uuid4()
    return Area(
        id=uuid4(),
        version_id=version.id,
        code=code,
        level=level,
        parent_id=parent and parent.id,
        path=f"{parent.path if parent else ''}{code}/",
        name=name,
        name_en=name_en,
        name_key=search_key(name),
    )


def make_department(area, *, code="works", name="معاونت فنی و عمرانی"):
    return keep(Department(code=code, name=name, name_en="Works", area_id=area.id, area=area))


def make_account(name="Somebody", *, mobile=None, national_id=None):
    mobile = mobile or f"0912{next(_serial):07d}"
    account = Account(
        id=uuid4(),
        name=name,
        mobile_lookup=crypto.lookup_key("mobile", mobile),
        mobile_sealed=crypto.seal("mobile", mobile),
        created_at=clock.now(),
    )
    if national_id:
        account.national_id_lookup = crypto.lookup_key("national-id", national_id)
        account.national_id_sealed = crypto.seal("national-id", national_id)
        account.birth_date = date(1980, 1, 1)
    keep(account)
    return load(account)


def make_people(number):
    """The ids of many accounts made at once; every second one has an address for letters."""
    rows = [
        {"id": uuid4(), "name": "", "mobile_lookup": uuid4().bytes, "mobile_sealed": b"x",
         "email": f"a{n}@civic.test" if n % 2 else None, "created_at": clock.now()}
        for n in range(number)
    ]  # fmt: skip
    db.session.execute(insert(Account.__table__), rows)
    db.session.commit()
    return [row["id"] for row in rows]


def load(account):
    """The account as a request sees it: with its grants and the time."""
    found = db.session.get(Account, account.id, options=[with_grants()], populate_existing=True)
    found.as_of, found.second_factor_done = clock.now(), True
    return found


def make_resident(name, area):
    account = make_account(name, national_id=make_national_id())
    keep(
        Residency(
            account_id=account.id,
            area_id=area.id,
            tie=Tie.LIVES,
            declared_at=clock.now(),
            area=area,
        )
    )
    return load(account)


def make_staff(name, role, *, area=None, department=None):
    account = make_account(name)
    keep(
        RoleGrant(
            account_id=account.id,
            role=role,
            area_id=area and area.id,
            department_id=department and department.id,
            starts_at=LONG_AGO,
            granted_at=LONG_AGO,
        )
    )
    return load(account)


def make_national_id():
    """A number that passes the checksum; made up, so it stands beside no real name."""
    body = f"{next(_serial):09d}"
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(body)) % 11
    return f"{body}{rest if rest < 2 else 11 - rest}"


def make_cycle(city, *, phase=PhaseKind.IDEAS, code=None, days=10):
    """A cycle that is in the middle of `phase` now; every phase lasts `days`."""
    kinds = list(PhaseKind)
    start = clock.now() - timedelta(days=days * kinds.index(phase) + days / 2)
    code = code or f"14{next(_serial):02d}"
    cycle = Cycle(
        id=uuid4(), code=code, title=f"دوره {code}", title_en=f"Cycle {code}", city_id=city.id,
        tie_seed="seed", created_at=start, city=city,
    )  # fmt: skip
    phases = [
        Phase(
            cycle_id=cycle.id,
            kind=kind,
            opens_at=start + timedelta(days=days * place),
            closes_at=start + timedelta(days=days * (place + 1)),
        )
        for place, kind in enumerate(kinds)
    ]
    keep(cycle, *phases)
    db.session.refresh(cycle, ["phases"])
    return cycle


def make_roll(city, *, code="1406", cycle_key=None):
    """A roll without anybody on it, which nobody has signed."""
    return keep(
        Roll(
            id=uuid4(), cycle_key=cycle_key or uuid4(), cycle_code=code, city_id=city.id, number=1,
            sha256="0" * 64, people=0, by_area={}, imported_at=clock.now(), city=city,
        )
    )  # fmt: skip


def make_pot(
    cycle, area, *, amount=1_000, kind=BallotKind.KNAPSACK, max_choices=None, rule=Rule.GREEDY
):
    return keep(
        Pot(
            cycle_id=cycle.id, area_id=area.id, amount=amount, ballot_kind=kind,
            max_choices=max_choices, rule=rule, rule_options={}, cycle=cycle, area=area,
        )
    )  # fmt: skip


def make_ballot_project(pot, *, cost=400, title=None, proposal=None, number=None):
    number = number or next(_on_paper)
    return keep(
        BallotProject(
            pot_id=pot.id, number=number, code=str(number), title=title or f"پروژه {number}",
            cost=cost, proposal_id=proposal and proposal.id, category=Category.GREEN,
            official={}, pot=pot,
        )
    )  # fmt: skip


def make_proposal(
    author, cycle, area, *, title="روشنایی بوستان لاله", state=State.SUBMITTED, cost=None
):
    at = clock.now()
    proposal = Proposal(
        id=uuid4(), cycle_id=cycle.id, area_id=area.id, author_id=author.id, title=title,
        number=None if state == State.DRAFT else next(_serial), problem="شب‌ها تاریک است.",
        solution="چراغ نصب شود.", category=Category.GREEN, place="بوستان لاله", state=state,
        search_text=search_key(title), cost=cost, created_at=at, changed_at=at,
        submitted_at=None if state == State.DRAFT else at, due_at=at + timedelta(days=5),
        author=author, cycle=cycle, area=area,
    )  # fmt: skip
    return keep(proposal)


def make_line(ballot_project, *, funded=True, votes=12, published=True):
    """A line in the count of a project's pot; the count is made when there is none yet."""
    pot, at = ballot_project.pot, clock.now()
    count = db.session.scalar(select(Count).where(Count.pot_id == pot.id)) or keep(
        Count(
            pot_id=pot.id, rule=pot.rule.value, input_sha256="0" * 64, code_version="test",
            ballots=20, spent=ballot_project.cost, outcome={}, counted_at=at, pot=pot,
            published_at=at if published else None,
        )
    )  # fmt: skip
    return keep(
        ResultLine(
            count_id=count.id, project_id=ballot_project.id, rank=next(_serial), votes=votes,
            funded=funded, reason={}, project=ballot_project,
        )
    )  # fmt: skip


def make_project(area, department, *, stage=Stage.ROUTED, cost=400, votes=12, author=None):
    """A chosen project that is at `stage`, with its voted money (and approved, once it is)."""
    at = clock.now()
    city = db.session.scalar(select(Area).where(Area.parent_id.is_(None)))
    cycle = db.session.scalar(select(Cycle)) or make_cycle(city, phase=PhaseKind.DELIVERY)
    pot = db.session.scalar(select(Pot).where(Pot.area_id == area.id)) or make_pot(cycle, area)
    proposal = author and make_proposal(author, cycle, area, state=State.SELECTED)
    paper = make_ballot_project(pot, cost=cost, proposal=proposal)
    project = keep(
        Project(
            ballot_project_id=paper.id, proposal_id=paper.proposal_id, cycle_id=cycle.id,
            area_id=area.id, department_id=department.id, title=paper.title, votes=votes,
            category=Category.GREEN, stage=stage, routed_at=at, changed_at=at, area=area,
            department=department,
        )
    )  # fmt: skip
    reached = list(Stage)[: list(Stage).index(stage) + 1]
    kinds = (MoneyKind.VOTED, MoneyKind.APPROVED)[: len(reached)]
    day = at.date() - timedelta(days=30)
    keep(
        *(StageDate(project_id=project.id, stage=each, reached_on=day) for each in reached),
        *(MoneyLine(project_id=project.id, kind=k, amount=cost, on_day=day) for k in kinds),
    )
    return project
