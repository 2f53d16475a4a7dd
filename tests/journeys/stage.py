"""A telephone on which the people of the demo city come and go, with JavaScript or without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from civic import trial
from civic.kernel.catalogue import load
from tests.journeys.axe import Accessibility

PHONE = {"width": 360, "height": 780}
HTMX = "[hx-post], [hx-get]"
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"
ARABIC = re.compile("[\u0600-\u06ff]")


def persian(msgid: str, **values: object) -> str:
    """What the platform says in Persian for an English sentence of its catalogues."""
    said = load("fa").gettext(msgid)
    return said % values if values else said


class Phone:
    """One page in somebody's hand. Buttons and links are named in English and found in Persian."""

    def __init__(self, page: Any, stage: Stage) -> None:
        self.page, self.stage = page, stage
        self.troubles: list[str] = []
        page.on("response", self._hear_answer)
        page.on("console", self._hear_console)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _hear_answer(self, answer: Any) -> None:
        if answer.status >= 500:
            self.troubles.append(f"{answer.status} {answer.url}")

    def _hear_console(self, said: Any) -> None:
        # Chromium counts a refused form (422) as a failed resource; to us it is an answer.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.troubles.append(said.text)

    path = property(lambda self: urlsplit(self.page.url).path)

    def open(self, path: str) -> None:
        """Type an address."""
        answer = self.page.goto(self.stage.city.url + path)
        assert answer.ok, f"{path}: {answer.status}\n{self.page.inner_text('body')[:600]}"
        self._look()

    def follow(self, words: str) -> None:
        """Tap a link in the body of the page by what it says."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=_shown(words)).first.click()
        self._look()

    def press(self, words: str) -> None:
        """Tap a button and wait until the page, or the part of it that changes, is there."""
        button = self.page.locator("main").get_by_role("button", name=_shown(words)).first
        by_htmx = self.stage.scripts and button.evaluate("(b, s) => !!b.closest(s)", HTMX)
        if not by_htmx:
            with self.page.expect_navigation():
                button.click()
        else:
            self._press_by_htmx(button)
        self._look()

    def _press_by_htmx(self, button: Any) -> None:
        self.page.evaluate("document.documentElement.dataset.pressed = 1")
        with self.page.expect_response(lambda r: "hx-request" in r.request.headers) as answer:
            button.click()
        if answer.value.headers.get("hx-redirect"):
            # The address may be the one we are on: only a new page has forgotten the mark. It is
            # looked for as an element, since a script asked again and again is refused by our CSP.
            self.page.wait_for_selector("html:not([data-pressed])", state="attached")
            self.page.wait_for_load_state()
        expect(self.page.locator(BUSY)).to_have_count(0)

    def fill(self, **values: str) -> None:
        """Write into fields, or choose in lists, by the names of the fields."""
        for name, value in values.items():
            place = self.page.locator(f"main [name='{name}']").first
            if place.evaluate("e => e.localName") == "select":
                place.select_option(value)
            else:
                place.fill(value)

    def tick(self, **values: str) -> None:
        """Choose among circles or boxes, by the name of the field and the value."""
        for name, value in values.items():
            self.page.check(f"main [name='{name}'][value='{value}']")

    def text(self) -> str:
        """Everything that can be read on the page, with single blanks."""
        return " ".join(self.page.inner_text("body").split())

    def sees(self, words: str, **values: object) -> None:
        """Insist that the page says this: Persian as it stands, or an English sentence of ours."""
        said = _shown(words, **values)
        body = self.text()
        assert said in body, f"“{said}” is not on {self.path}:\n{body[:1500]}"

    def _look(self) -> None:
        assert not self.troubles, f"{self.path}: {self.troubles}\n{self.stage.city.said()}"
        if self.stage.scripts:
            self.stage.accessibility.look(self.page)


def _shown(words: str, **values: object) -> str:
    return words if ARABIC.search(words) else persian(words, **values)


@dataclass
class Stage:
    """One telling of the story: with or without JavaScript, and what has come to be in it."""

    city: trial.City
    chromium: Any
    scripts: bool
    keys: dict[str, Any]
    accessibility: Accessibility
    author: str
    neighbour: str
    title: str
    proposal: str = ""
    pot: str = ""
    project: str = ""
    receipts: list[str] = field(default_factory=list)

    @contextmanager
    def phone(self, mobile: str | None = None) -> Iterator[Phone]:
        """A phone in the hand of somebody of the city, signed in; or of a passer-by."""
        context = self.chromium.new_context(
            viewport=PHONE,
            locale="fa-IR",
            java_script_enabled=self.scripts,
            storage_state=self.keys.get(mobile or ""),
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(60_000)  # how long is measured elsewhere; here it has to come
        phone = Phone(page, self)
        if mobile and mobile not in self.keys:
            trial.sign_in(page, self.city, mobile)
        yield phone
        if mobile:
            self.keys[mobile] = context.storage_state()
        context.close()
