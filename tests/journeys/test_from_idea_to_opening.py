"""The whole way of an idea, told twice side by side: with JavaScript, and without it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import pytest

from tests.journeys import building, proposing, voting
from tests.journeys.axe import Accessibility
from tests.journeys.stage import Stage

log = logging.getLogger(__name__)
# So many lines of a log tell what went wrong.
TRACEBACK = 50
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def two_stages(city, chromium, accessibility):
    """Two phones in one city; the staff keep their keys, as they do in life."""
    keys: dict[str, object] = {}
    told = (
        ("09121110001", "09120000020", "نیمکت و سایه‌بان برای سالمندان در بوستان شفق"),
        ("09121110002", "09120000110", "آب‌خوری و چراغ کنار زمین بازی کودکان کوچه‌ی نهم"),
    )
    return [
        Stage(city, chromium, scripts, keys, accessibility, *who)
        for scripts, who in zip((True, False), told, strict=True)
    ]


def play(stages: list[Stage], *scenes: Callable[[Stage], None]) -> None:
    for scene in scenes:
        for stage in stages:
            begun = time.monotonic()
            scene(stage)
            seconds = time.monotonic() - begun
            log.info("%4.1f s  scripts=%s  %s", seconds, stage.scripts, scene.__name__)


@pytest.fixture(scope="session")
def story(city, chromium):
    """The whole way, told once for the tests below, whichever of them comes first."""
    accessibility = Accessibility()
    stages = two_stages(city, chromium, accessibility)
    city.civic("demo", "phase", "ideas")
    play(stages, *proposing.SCENES)

    city.civic("demo", "phase", "screening")
    play(stages, voting.the_elite_puts_it_on_the_ballot)

    city.civic("demo", "phase", "voting")
    play(stages, voting.a_resident_votes, voting.a_resident_changes_their_mind)
    play(stages, voting.a_neighbour_votes)

    city.civic("demo", "phase", "counting")
    play(stages, voting.the_box_is_closed, voting.headquarters_publishes_the_result)
    play(stages, voting.everybody_reads_the_result)

    city.civic("demo", "phase", "delivery")
    play(stages, *building.SCENES, voting.the_auditor_reads_it_all)
    return accessibility


@pytest.mark.endurance
def test_from_idea_to_opening(story):
    """Both ways were told to their end, or telling them has failed."""
    assert story.looked, "The journey visited nothing."


@pytest.mark.endurance
def test_the_pages_of_the_way_have_no_barriers(story):
    """Axe has nothing to say about any page that the journey visited with JavaScript."""
    assert not story.found, "\n" + story.report()


@pytest.mark.endurance
def test_nothing_failed_behind_the_pages(city, story):
    """No request and no job of the worker ended in an error while the story was told."""
    assert story.looked, "The journey visited nothing."
    told = city.log.read_text().splitlines()
    failed = [n for n, line in enumerate(told) if "[error" in line or "[critical" in line]
    assert not failed, "\n".join("\n".join(told[n : n + TRACEBACK]) for n in failed[:3])


def test_the_eye_for_barriers_is_open(chromium):
    """On a page with a barrier axe finds it."""
    context, eye = chromium.new_context(), Accessibility()
    page = context.new_page()
    page.goto("data:text/html,<html><title>A</title><main><h1>A</h1><img src=x></main></html>")
    eye.look(page)
    context.close()
    assert "image-alt" in eye.report()
