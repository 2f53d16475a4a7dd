"""Somebody outside who keeps every signed head, and compares the book with them in the end."""

from __future__ import annotations

import threading
import urllib.request
from contextlib import suppress

from civic.ledger.notes import HeadText, read_head
from civic.ledger.tree import root_of
from civic.torture.city import City

EVERY = 0.7
PAGE = 1_000


class Watcher:
    """Looks at the newest head of a book every moment, and forgets none."""

    def __init__(self, city: City, book: str) -> None:
        self.heads: dict[int, HeadText] = {}
        self.forks: list[str] = []
        self._address = f"http://127.0.0.1:{city.settings.port}/book/{book}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @property
    def longest(self) -> int:
        """The longest book that was seen."""
        return max(self.heads, default=0)

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Keep the newest head; two of one length with different roots are a fork."""
        with suppress(OSError):
            head = read_head(self._ask("head"))
            known = self.heads.setdefault(head.size, head)
            if known.root != head.root:
                self.forks.append(f"two heads of {head.size} lines")
            if head.size < self.longest:
                self.forks.append(f"a head of {head.size} lines after one of {self.longest}")

    def faults(self) -> list[str]:
        """What of the heads does not fit the book as everybody can copy it now."""
        self.look()
        leaves: list[bytes] = []
        while True:
            more = self._ask(f"leaves?from={len(leaves)}").split()
            leaves += map(bytes.fromhex, more)
            if len(more) < PAGE:
                break
        wrong = [
            f"the head of {size} lines is of another book"
            for size, head in self.heads.items()
            if size > len(leaves) or root_of(leaves[:size]) != head.root
        ]
        return self.forks + wrong

    def _watch(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()

    def _ask(self, path: str) -> str:
        with urllib.request.urlopen(f"{self._address}/{path}", timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode())
