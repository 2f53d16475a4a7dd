"""News in words: the entries of a feed, in the language of the feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from werkzeug.routing import BuildError

from civic.areas.models import Area
from civic.areas.names import area_name
from civic.departments.names import department_name
from civic.kernel.i18n import _, day, language, money, number
from civic.opendata.queries import NEWEST, News
from civic.opendata.rules import xml_text
from civic.projects.models import Project
from civic.projects.stages import STAGE_NAMES
from civic.results.models import Count


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    id: UUID
    at: datetime
    title: str
    text: str
    link: str


@dataclass(frozen=True)
class Feed:
    """What stands above the entries; `since` dates a feed in which nothing happened yet."""

    title: str
    address: str
    page: str
    since: datetime

    @property
    def id(self) -> UUID:
        """The same as long as the feed has this address."""
        return uuid5(NAMESPACE_URL, self.address)


def written(feed: Feed, news: News) -> str:
    """The feed as Atom."""
    entries = sorted(_entries(news), key=lambda entry: (entry.at, entry.id), reverse=True)[:NEWEST]
    # Not `render_template`: that asks who is signed in, and a feed is the same for everybody.
    template = current_app.jinja_env.get_template("opendata/feed.xml")
    updated = max((entry.at for entry in entries), default=feed.since)
    return template.render(feed=feed, entries=entries, updated=updated, x=xml_text)


def _entries(news: News) -> Iterator[Entry]:
    yield from map(_of_result, news.results)
    yield from map(_of_routing, news.routed)
    for reached, project in news.reached:
        assert reached.reached_on, "the query asks for reached stages"  # noqa: S101
        at = _morning(reached.reached_on)
        stage = _(STAGE_NAMES[reached.stage])
        title = _("“%(title)s” reached a new stage: %(stage)s.", title=project.title, stage=stage)
        text = _("Reached on %(day)s.", day=day(reached.reached_on))
        yield _of_project(reached.id, at, title, text, project)
    for update, project in news.updates:
        title = _(
            "New report on “%(title)s”: %(progress)s percent done.",
            title=project.title, progress=number(update.progress),
        )  # fmt: skip
        text = f"{update.text}\n{day(update.at)}"
        yield _of_project(update.id, update.at, title, text, project)


def _of_result(count: Count) -> Entry:
    pot, published = count.pot, count.published_at
    assert published, "the query asks for published counts"  # noqa: S101
    cycle = (pot.cycle.title_en if language() != "fa" else None) or pot.cycle.title
    text = _(
        "%(cycle)s: %(ballots)s ballots were counted, and the chosen projects take %(spent)s of "
        "%(amount)s. Published on %(day)s.",
        cycle=cycle, ballots=number(count.ballots), spent=money(count.spent),
        amount=money(pot.amount), day=day(published),
    )  # fmt: skip
    title = _("The result for %(area)s is published.", area=area_name(pot.area))
    link = _page(pot.area, "results.show", pot_id=pot.id)
    return Entry(count.id, published, title, text, link)


def _of_routing(project: Project) -> Entry:
    title = _(
        "“%(title)s” went to %(department)s.",
        title=project.title, department=department_name(project.department),
    )  # fmt: skip
    text = _("%(votes)s residents voted for it. Routed on %(day)s.",
             votes=number(project.votes), day=day(project.routed_at))  # fmt: skip
    return _of_project(project.id, project.routed_at, title, text, project)


def _of_project(id_: UUID, at: datetime, title: str, text: str, project: Project) -> Entry:
    place = _("Place: %(area)s", area=area_name(project.area))
    return Entry(id_, at, title, f"{text}\n{place}", page_of(project))


def page_of(project: Project) -> str:
    """The page of a project."""
    return _page(project.area, "projects.show", project_id=project.id)


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(current_app.config["CIVIC"].timezone))


def _page(area: Area, endpoint: str, **values: Any) -> str:
    """The page of a thing; where the city has none, that of its area."""
    try:
        return url_for(endpoint, **values, _external=True)
    except BuildError:
        return url_for("pages.area", code=area.code, _external=True)
