"""The verb `shots`: pictures of the carrying pages, taken from a demo city that really runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import click

from civic import trial

WIDTHS = {360: 780, 768: 1024, 1280: 860}
SCHEMES = ("light", "dark")
LANGUAGES = ("fa", "en")


class Shot(NamedTuple):
    """A page by name: who looks at it, where it begins, which links to follow, and in what phase.

    `ask` is what a form with an address of its own was filled in with. Without a phase it is looked
    at in that of a fresh demo, when people vote.
    """

    name: str
    who: str
    start: str
    follow: tuple[str, ...] = ()
    phase: str = ""
    ask: str = ""


def _rest(prefix: str) -> str:
    """The first link of a list that leads further down; buttons and chips lead elsewhere."""
    return f"main :is(h2, h3, li, th, .card) a[href^='{prefix}']:not(.button):not(.chips a)"


WHAT_IF = (_rest("/results/"), "main a[href$='/what-if']")
SHOTS = (
    Shot("home", "visitor", "/"),
    Shot("neighbourhood", "resident", "/me", ("main a[href^='/a/']",)),
    Shot("areas", "visitor", "/areas/"),
    Shot("proposals", "visitor", "/proposals/"),
    Shot("proposal", "visitor", "/proposals/", (_rest("/proposals/"),)),
    Shot("cycle", "visitor", "/", ("main a[href^='/cycles/']",)),
    Shot("ballots", "resident", "/vote/"),
    Shot("ballot", "resident", "/vote/", ("main a[href^='/vote/']",)),
    Shot("results", "visitor", "/results/"),
    Shot("result", "visitor", "/results/", (_rest("/results/"),)),
    Shot("what-if", "visitor", "/results/", WHAT_IF),
    Shot("what-if-answer", "visitor", "/results/", WHAT_IF, ask="rule=bos&pot=2500000000"),
    Shot("projects", "visitor", "/projects/"),
    Shot("project", "visitor", "/projects/", (_rest("/projects/"),)),
    Shot("verify", "visitor", "/verify"),
    Shot("book", "visitor", "/book/"),
    Shot("book-of-a-vote", "visitor", "/book/1404/"),
    Shot("promise", "visitor", "/promise"),
    Shot("turnout", "visitor", "/turnout/1405"),
    Shot("objections", "visitor", "/results/", (_rest("/results/"), "main a[href$='/objections']")),
    Shot("minutes", "visitor", "/results/", (_rest("/results/"), "main a[href$='/minutes']")),
    Shot("calls", "auditor", "/alarms/", ("main a[href^='/alarms/calls/']",)),
    Shot("about", "visitor", "/about"),
    Shot("sign-in", "visitor", "/sign-in"),
    Shot("mine", "resident", "/me"),
    Shot("notices", "resident", "/me/notices"),
    Shot("eligibility", "resident", "/me/vote"),
    Shot("documents", "resident", "/me/documents"),
    Shot("screening", "moderator", "/moderation/", phase="screening"),
    Shot("decision", "moderator", "/moderation/", (_rest("/moderation/"),), phase="screening"),
    Shot("appraisals", "officer", "/appraisals/"),
    Shot("mayor", "mayor", "/mayor/"),
    Shot("headquarters", "headquarters", "/mayor/escalations"),
    Shot("rolls", "headquarters", "/rolls/"),
    Shot("audit", "auditor", "/audit/"),
    Shot("alarms", "auditor", "/alarms/"),
    Shot("objections-to-decide", "auditor", "/objections/desk"),
    Shot("counter", "clerk", "/counter/"),
    Shot("bags", "clerk", "/counter/bags"),
    Shot("two-accounts", "clerk", "/joins/"),
    Shot("roles", "admin", "/admin/roles"),
    Shot("patterns", "visitor", "/patterns"),
)


class View(NamedTuple):
    """How a page is looked at."""

    width: int
    scheme: str
    language: str


# The first screens that the README shows.
README = (
    ("ballot", View(360, "light", "fa")),
    ("project", View(360, "dark", "fa")),
    ("result", View(1280, "light", "en")),
    ("neighbourhood", View(1280, "light", "fa")),
)


def take(folder: Path, only: Sequence[str] = (), widths: Sequence[int] = ()) -> int:
    """Write every page in full to `folder`, as `name-width-scheme-language.png`; says how many."""
    views = [View(*each) for each in product(widths or WIDTHS, SCHEMES, LANGUAGES)]
    wanted = [shot for shot in SHOTS if not only or shot.name in only]
    return _take(folder, list(product(wanted, views)), {"full_page": True})


def take_for_readme(folder: Path) -> int:
    """Write the pictures of the README to `folder`; says how many."""
    by_name = {shot.name: shot for shot in SHOTS}
    return _take(folder, [(by_name[name], view) for name, view in README], {})


def _take(folder: Path, wanted: Sequence[tuple[Shot, View]], how: dict[str, Any]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with trial.running_city() as city, trial.browser() as browser:
        states = {who: _signed_in(browser, city, who) for who in {shot.who for shot, _ in wanted}}
        sights = dict.fromkeys((shot.phase, shot.who, view) for shot, view in wanted)
        now = ""
        # Those of the phase in which the demo begins come first; time does not run backwards.
        for phase, who, view in sorted(sights, key=lambda sight: sight[0]):
            if phase != now:
                city.civic("demo", "phase", phase)
                now = phase
            page = _eyes(browser, city, view, states[who])
            sight = (phase, who, view)
            for shot in (it for it, seen in wanted if (it.phase, it.who, seen) == sight):
                name = f"{shot.name}-{view.width}-{view.scheme}-{view.language}.png"
                if reach(page, city, shot):
                    page.screenshot(path=str(folder / name), **how)
                    taken += 1
                else:
                    click.echo(f"not reached: {name}", err=True)
            page.context.close()
    return taken


def _eyes(browser: Any, city: trial.City, view: View, state: Any) -> Any:
    context = browser.new_context(
        viewport={"width": view.width, "height": WIDTHS[view.width]},
        color_scheme=view.scheme,
        storage_state=state,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "lang", "value": view.language, "url": city.url}])
    return context.new_page()


def _signed_in(browser: Any, city: trial.City, who: str) -> Any:
    from civic.demo.people import mobile_of

    context = browser.new_context()
    if who != "visitor":
        trial.sign_in(context.new_page(), city, mobile_of(who))
    state = context.storage_state()
    context.close()
    return state


def reach(page: Any, city: trial.City, shot: Shot) -> bool:
    """Go to a page as a person does, by its links; did it come?"""
    answer = page.goto(city.url + shot.start)
    for link in shot.follow:
        found = page.query_selector(link)
        if found is None:
            return False
        answer = page.goto(city.url + found.get_attribute("href"))
    if shot.ask:
        answer = page.goto(f"{page.url}?{shot.ask}")
    page.wait_for_load_state("networkidle")
    return bool(answer and answer.ok)
