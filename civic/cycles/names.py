"""What a cycle is called in the reader's language."""

from __future__ import annotations

from civic.cycles.models import Cycle
from civic.kernel.i18n import digits, language


def cycle_name(cycle: Cycle) -> str:
    """The title of a cycle."""
    return digits((cycle.title_en or cycle.title) if language() == "en" else cycle.title)
