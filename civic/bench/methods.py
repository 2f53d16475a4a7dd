"""What the two who count have in common: how a way to count is named, and how memory is read."""

from __future__ import annotations

import re
import resource
from pathlib import Path
from typing import NamedTuple

MEGABYTE = 1_000_000
STATUS = Path("/proc/self/status")


class Method(NamedTuple):
    """A rule with its completion, what a project is worth to who supports it, and the step."""

    rule: str
    completion: str = "none"
    utility: str = "cost"
    step: int = 1

    @classmethod
    def named(cls, text: str) -> Method:
        """Read `RULE`, `RULE/COMPLETION` or `RULE/COMPLETION/UTILITY`."""
        rule, completion, utility, *_ = [*text.strip().split("/"), "", ""]
        return cls(rule, completion or "none", utility or "cost")

    def __str__(self) -> str:
        return "/".join(self[:3])

    @property
    def short(self) -> str:
        """The name without what goes without saying."""
        utility = "" if self.utility == "cost" else f" ({self.utility})"
        return self.rule + ("" if self.completion == "none" else f"/{self.completion}") + utility


def peak_mb() -> float:
    """The most memory that this process has held; a process of its own is asked for each count."""
    if STATUS.exists():
        # `ru_maxrss` would include what the process that started this one held.
        found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
        return int(found.group(1)) * 1024 / MEGABYTE if found else 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE
