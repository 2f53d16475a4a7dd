"""Areas as people call them, in the language of the reader."""

from __future__ import annotations

from civic.areas.models import LEVEL_NAMES, Area, Level
from civic.kernel.i18n import _, digits, language


def area_name(area: Area) -> str:
    """The name of an area; in English where it has an English one."""
    if language() != "fa" and area.name_en:
        return area.name_en
    return digits(area.name)


def level_name(level: Level) -> str:
    """What areas of a level are called."""
    return _(LEVEL_NAMES[level])
