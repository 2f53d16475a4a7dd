"""How many working days each of them has who must act on a proposal."""

from __future__ import annotations

SCREENING = 5
MENDING = 10
APPRAISING = 10
