"""Catalogues of texts: extracted from the code, one file per package and language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

from civic.config import REPOSITORY

CODE, TEMPLATES = REPOSITORY / "civic", REPOSITORY / "templates"
CATALOGUES = REPOSITORY / "translations" / "fa"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "lazy": None, "lazy_gettext": None, "N_": None,
    "ngettext": (1, 2), "_n": (1, 2), "Counted": (1, 2),
    "pgettext": ((1, "c"), 2), "_p": ((1, "c"), 2),
    "policy": None, "RuleBroken": None, "NotAllowed": None, "NotHere": None, "TooMany": None,
}  # fmt: skip
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.xml", "jinja2")]
OPTIONS = {
    pattern: {"trimmed": "true", "silent": "false", "encoding": "utf-8"} for pattern, _ in METHODS
}
# File, line, text (or singular and plural), comments, context.
Found = tuple[str, int, str | tuple[str, ...], list[str], str | None]
# The modules that stand beside the packages, as if they were a package of that name.
TOP = "app"


def packages() -> list[str]:
    """Every folder of code or templates that may hold texts, and the modules beside them."""
    folders = {path.name for root in (CODE, TEMPLATES) for path in root.iterdir() if path.is_dir()}
    return [*sorted(folders - {"__pycache__"}), TOP]


def extract(package: str) -> Catalog:
    """All marked texts of a package, from its code and its templates."""
    found = Catalog(locale="fa", project="civic", fuzzy=False)
    for root in (CODE, TEMPLATES):
        for filename, _line, message, _comments, context in _texts(root, package):
            where = (root / package / filename).relative_to(REPOSITORY).as_posix()
            found.add(message, locations=[(where, 0)], context=context)
    return found


def _texts(root: Path, package: str) -> Iterator[Found]:
    if package == TOP:
        for path in sorted(root.glob("*.py")):
            for line, message, comments, context in extract_from_file(
                "python", path, keywords=KEYWORDS
            ):
                yield f"../{path.name}", line, message, comments, context
    elif (root / package).is_dir():
        yield from extract_from_dir(root / package, METHODS, OPTIONS, keywords=KEYWORDS)


def catalogue(package: str) -> Catalog | None:
    """The Persian catalogue of a package as it stands in its file."""
    path = CATALOGUES / f"{package}.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale="fa")


def renew(names: Sequence[str] = ()) -> Iterator[str]:
    """Write the catalogues anew, keeping what is translated; says what is still missing."""
    CATALOGUES.mkdir(parents=True, exist_ok=True)
    for package in names or packages():
        fresh = extract(package)
        old = catalogue(package)
        path = CATALOGUES / f"{package}.po"
        if not len(fresh):
            path.unlink(missing_ok=True)
            continue
        for message in fresh:
            kept = old.get(message.id, message.context) if old and message.id else None
            if kept is not None:
                message.string = kept.string
        out = BytesIO()
        write_po(out, fresh, sort_output=True, no_location=True, omit_header=False, width=0)
        text = out.getvalue().decode()
        # Dates and tools in the header would change with every run.
        header = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team",
                  "Report-Msgid-Bugs-To", "Generated-By", "Project-Id-Version")  # fmt: skip
        lines = [
            line
            for line in text.splitlines()
            if not line.startswith(tuple(f'"{h}' for h in header))
        ]
        path.write_text(
            "\n".join(line for line in lines if not line.startswith("#")).strip() + "\n"
        )
        missing = [message.id for message in fresh if message.id and not message.string]
        yield f"{package}: {len(fresh)} texts, {len(missing)} without Persian"
