"""Which code counted: a fingerprint of the counting library itself."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_version() -> str:
    """The fingerprint of the library that runs here."""
    return fingerprint(Path(__file__).parent)


def fingerprint(library: Path) -> str:
    """SHA-256 over the names and texts of all modules of a library, cut to sixteen digits.

    Names are relative and stand in one order everywhere, so only the library itself matters.
    """
    digest = hashlib.sha256()
    texts = {path.relative_to(library).as_posix(): path for path in library.rglob("*.py")}
    for name in sorted(texts):
        digest.update(name.encode() + b"\n" + texts[name].read_bytes())
    return f"counting-{digest.hexdigest()[:16]}"
