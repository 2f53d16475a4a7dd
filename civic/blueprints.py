"""Every capability's face, and the modules that must be known before the first request."""

from __future__ import annotations

from typing import Any

ALL: tuple[Any, ...] = ()
TEMPLATE_QUERIES: dict[str, Any] = {}
