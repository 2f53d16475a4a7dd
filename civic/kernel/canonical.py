"""JSON with one spelling only, so that its hash can be checked by anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def canonical(document: Mapping[str, Any]) -> str:
    """Sorted names, no blanks, nothing escaped that need not be."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
