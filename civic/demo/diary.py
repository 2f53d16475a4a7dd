"""What happens in the demo city, in the order of time: whoever acts may note what follows."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Act = Callable[[datetime], None]


class Diary:
    """Acts with their moments. Nothing after the present moment happens."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []
        self._serial = count()

    def note(self, moment: datetime, act: Act) -> None:
        """Do `act` at `moment`; of two at the same moment the one that was noted first."""
        heapq.heappush(self._acts, (moment, next(self._serial), act))

    def live_until(self, now: datetime) -> None:
        """Let everything happen that is due by now."""
        while self._acts and self._acts[0][0] <= now:
            moment, _serial, act = heapq.heappop(self._acts)
            act(moment)
