"""Translations, read straight from the `.po` files: nothing to compile, nothing to forget."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

ROOT = Path(__file__).parents[2] / "translations"


class PoDomain(Domain):
    """All `translations/<language>/*.po` files as one catalogue; English is the msgid itself."""

    def get_translations(self) -> NullTranslations:
        locale: Locale | None = get_locale()
        return load(locale.language if locale else "en")


@cache
def load(language: str) -> NullTranslations:
    """Every catalogue of a language, merged; a language without files speaks English."""
    merged: Translations | None = None
    for path in sorted((ROOT / language).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        one = Translations(compiled)
        merged = merged.merge(one) if merged else one
    return merged or NullTranslations()
