"""Asks axe-core about the pages of a journey: each kind of page a few times, in every state."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

VENDOR = Path(__file__).parents[1] / "vendor"
OFTEN_ENOUGH = 3
# axe asks for no contrast where it sees a font of icons: in words that look and measure otherwise
# than their letters one by one. So do most Persian words, whose letters join. We have no such font.
NO_ICONS = """;(() => { const canvas = CanvasRenderingContext2D.prototype;
    canvas.measureText = (text) => ({ width: 10 * text.length }); })()"""
PARTICULAR = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/a/)[\w-]+|(?<=/cycles/)[\w-]+")


@cache
def source() -> str:
    """The text of axe-core, so that it also looks at the contrast of Persian."""
    return next(VENDOR.glob("axe-*.js")).read_text() + NO_ICONS


class Accessibility:
    """What axe found on the pages that were looked at."""

    def __init__(self) -> None:
        self.looked: Counter[tuple[str, bool]] = Counter()
        self.found: dict[tuple[str, str], str] = {}

    def look(self, page: Any) -> None:
        """Examine the page as it stands now, unless its kind was seen often enough."""
        kind = PARTICULAR.sub("<…>", urlsplit(page.url).path)
        is_corrected = page.locator("main .errors").count() > 0
        self.looked[kind, is_corrected] += 1
        if self.looked[kind, is_corrected] > OFTEN_ENOUGH:
            return
        page.evaluate(source())
        for violation in page.evaluate("axe.run().then(found => found.violations)"):
            for node in violation["nodes"]:
                where = " ".join(map(str, node["target"]))
                said = f"{kind}  {violation['id']}  {where}\n    {violation['help']}"
                self.found.setdefault((violation["id"], where), said)

    def report(self) -> str:
        """A line for each rule and place where it is broken."""
        return "\n".join(self.found.values())
