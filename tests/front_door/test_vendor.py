"""The files of other projects: as they were described, with their licences, and light."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "static" / "vendor", ROOT / "tests" / "vendor"]
ENTRIES = [
    pytest.param(folder, entry, id=name)
    for folder in FOLDERS
    for name, entry in json.loads((folder / "manifest.json").read_text()).items()
]


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_a_file_is_what_the_manifest_says(folder, entry):
    digest = hashlib.sha384((folder / entry["file"]).read_bytes()).digest()

    assert entry["integrity"] == f"sha384-{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_a_file_comes_with_its_licence(folder, entry):
    assert entry["licence"]
    assert len((folder / entry["licence_text"]).read_text()) > 200


def test_nothing_lies_there_unexplained():
    for folder in FOLDERS:
        entries = json.loads((folder / "manifest.json").read_text()).values()
        explained = {entry["file"] for entry in entries}
        kept = {path.name for path in folder.iterdir() if path.suffix in {".js", ".css", ".woff2"}}
        assert kept == explained


def test_the_fonts_are_light_enough_for_a_phone():
    fonts = (ROOT / "static" / "vendor").glob("*.woff2")

    assert sum(font.stat().st_size for font in fonts) < 45_000
