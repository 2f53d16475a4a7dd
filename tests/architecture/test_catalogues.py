"""Persian and English are complete, both."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from civic.messages import catalogue, extract, packages

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
PERSIAN = re.compile("[\u0600-\u06ff]")
# Marks between words, and words that are the same in every language.
NOT_A_TEXT = re.compile(
    r"[\W\d_]+|Atom|GeoJSON|JSON|CSV|SMS|QR|Add1|pb|nbsp|mdash|middot|times|hellip"
)


def texts(message):
    return message if isinstance(message, list | tuple) else [message]


@pytest.mark.parametrize("package", packages())
def test_every_text_has_its_persian(package):
    wanted, kept = extract(package), catalogue(package)
    missing = [
        message.id
        for message in wanted
        if message.id
        and not (
            kept
            and kept.get(message.id, message.context)
            and all(texts(kept.get(message.id, message.context).string))
        )
    ]
    assert not missing, f"python3 -m civic messages {package}, then translate"


@pytest.mark.parametrize("package", packages())
def test_no_catalogue_keeps_what_is_no_longer_said(package):
    wanted, kept = extract(package), catalogue(package)
    stale = [m.id for m in kept or [] if m.id and not wanted.get(m.id, m.context)]
    assert not stale


@pytest.mark.parametrize("package", packages())
def test_placeholders_are_the_same_in_both_languages(package):
    for message in catalogue(package) or []:
        if message.id:
            said = set(PLACEHOLDER.findall(" ".join(texts(message.id))))
            for string in texts(message.string):
                assert set(PLACEHOLDER.findall(string)) <= said, message.id
                assert "%" not in PLACEHOLDER.sub("", string).replace("%%", ""), message.id


def test_one_text_has_one_translation():
    seen = {}
    for package in packages():
        for message in catalogue(package) or []:
            if message.id:
                key = (message.context, *texts(message.id))
                first = seen.setdefault(key, (package, message.string))
                assert first[1] == message.string, (package, first[0], message.id)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_says_nothing_that_is_not_marked(path):
    source = path.read_text()
    environment = Environment(autoescape=True)
    plain = "".join(
        value if kind == "data" else "\0" for _line, kind, value in environment.lex(source)
    )
    plain = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>", "", plain, flags=re.S)
    plain = re.sub(r"<[^>]*>", " ", plain)
    assert not NOT_A_TEXT.sub(" ", plain).strip(), NOT_A_TEXT.sub(" ", plain).split()[:10]
    assert not PERSIAN.search(plain)
