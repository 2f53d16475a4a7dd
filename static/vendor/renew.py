"""Renew the vendored files: fetch the pinned packages with npm, cut the fonts, write the manifest.

Needs npm, and `pip install fonttools brotli`; run it as `python static/vendor/renew.py`. What it
writes is committed, so that neither of them is needed to run or to test the site.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, parse_unicodes, save_font
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1] / "tests" / "vendor"

# Persian and Arabic letters, marks, both digit sets and punctuation, the two joiners, and the
# ready-made ligatures of the rial sign and the names of God; without Quranic and African letters.
PERSIAN = (
    "0600-0604,060C-061F,0621-063A,0640-0655,0660-0671,067E,0686,0698,06A9,06AF,06BE,06C0-06C3,"
    "06CC,06D2-06D5,06F0-06F9,200B-200F,2010-2011,FDF2,FDFC"
)
# English, and the signs that a Persian page borrows from the Latin set.
ENGLISH = "0020-007E,00A0,00A9,00AB,00B0,00B1,00B7,00BB,00D7,00E9,2009,2013-2014,2018-201E,2022,2026,202F,2030,2039-203A,2066-2069,2190-2193,2212,2713"  # noqa: E501
WEIGHTS = (400, 750)  # the style sheet uses no others


@dataclass(frozen=True)
class Vendored:
    """One file: from which package, under which name, made how."""

    name: str
    package: str
    version: str
    source: str
    make: Callable[[Path, Path], object] = shutil.copyfile
    folder: Path = HERE


def cut_font(unicodes: str, source: Path, target: Path) -> None:
    """Keep only some characters and weights: a phone pays for each of them."""
    options = Options(flavor="woff2", layout_features=["*"], hinting=False)
    font = load_font(str(source), options)
    cutter = Subsetter(options)
    cutter.populate(unicodes=parse_unicodes(unicodes))
    cutter.subset(font)
    instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    save_font(font, str(target), options)


FONT = "@fontsource-variable/vazirmatn"
ALL = (
    Vendored("htmx.js", "htmx.org", "2.0.11", "dist/htmx.min.js"),
    Vendored(
        "vazirmatn-arabic.woff2", FONT, "5.3.0", "files/vazirmatn-arabic-wght-normal.woff2",
        partial(cut_font, PERSIAN),
    ),
    Vendored(
        "vazirmatn-latin.woff2", FONT, "5.3.0", "files/vazirmatn-latin-wght-normal.woff2",
        partial(cut_font, ENGLISH),
    ),
    Vendored("axe.js", "axe-core", "4.14.1", "axe.min.js", folder=TESTS),
)  # fmt: skip


def fetch(package: str, version: str, into: Path) -> Path:
    """Unpack one npm package; none of its scripts run."""
    command = ["npm", "pack", "--silent", "--pack-destination", into, f"{package}@{version}"]
    archive = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    target = into / f"{package.replace('/', '-')}-{version}"
    with tarfile.open(into / archive) as packed:
        packed.extractall(target, filter="data")
    return target / "package"


def renew(item: Vendored, package: Path) -> dict[str, str]:
    """Write one file with its licence, and describe it for the manifest."""
    stem, _, suffix = item.name.rpartition(".")
    target = item.folder / f"{stem}-{item.version}.{suffix}"
    for old in item.folder.glob(f"{stem}-[0-9]*.{suffix}"):
        old.unlink()
    licence_folder = item.folder / "licences"
    licence_folder.mkdir(parents=True, exist_ok=True)
    item.make(package / item.source, target)
    plain_name = item.package.strip("@").replace("/", "-")
    licence = licence_folder / f"{plain_name}.txt"
    shutil.copyfile(package / "LICENSE", licence)
    digest = hashlib.sha384(target.read_bytes()).digest()
    return {
        "file": target.name,
        "integrity": f"sha384-{base64.b64encode(digest).decode()}",
        "licence": json.loads((package / "package.json").read_text())["license"],
        "licence_text": f"licences/{licence.name}",
        "package": item.package,
        "source": item.source,
        "version": item.version,
    }


def main() -> None:
    """Renew every file and both manifests."""
    manifests: dict[Path, dict[str, dict[str, str]]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for item in ALL:
            package = fetch(item.package, item.version, Path(temporary))
            entry = renew(item, package)
            manifests.setdefault(item.folder, {})[item.name] = entry
            size = (item.folder / entry["file"]).stat().st_size
            sys.stdout.write(f"{entry['file']}: {size:,} bytes, {entry['licence']}\n")
    for folder, entries in manifests.items():
        text = json.dumps(entries, indent=2, sort_keys=True, ensure_ascii=False)
        (folder / "manifest.json").write_text(f"{text}\n")


if __name__ == "__main__":
    main()
