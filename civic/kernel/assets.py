"""Static files under names that change with their content, bundled where that saves requests."""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
import re
from pathlib import Path

from flask import Flask, Response, abort, request

from civic.kernel.access import public

ROOT = Path(__file__).parents[2] / "static"
FOREVER = "public, max-age=31536000, immutable"
TEXT = {".css", ".js", ".svg", ".json", ".txt"}
HASH_LENGTH = 10


class Assets:
    """Every static file in memory: logical name, fingerprinted name, and bytes ready to send."""

    def __init__(self, root: Path = ROOT) -> None:
        self.names: dict[str, str] = {}
        self.bodies: dict[str, tuple[bytes, bytes | None]] = {}
        vendor = json.loads((root / "vendor/manifest.json").read_text())
        for logical, entry in vendor.items():
            self._add(f"vendor/{logical}", (root / "vendor" / entry["file"]).read_bytes())
        for path in sorted(root.rglob("*")):
            if path.is_file() and "vendor" not in path.parts and path.suffix in TEXT | {".png"}:
                self._add(path.relative_to(root).as_posix(), path.read_bytes())
        for listing in sorted(root.rglob("*.list")):
            self._add(listing.relative_to(root).as_posix()[:-5], self._bundle(listing))

    def _bundle(self, listing: Path) -> bytes:
        parts = [line.strip() for line in listing.read_text().splitlines() if line.strip()]
        texts = ((listing.parent / part).read_text() for part in parts)
        return self._with_urls(_tight("\n".join(texts))).encode()

    def _with_urls(self, css: str) -> str:
        """Fonts and pictures of the style sheet under their fingerprinted names."""
        for logical in sorted(self.names, key=len, reverse=True):
            css = css.replace(f"/static/{logical}", f"/static/{self.names[logical]}")
        return css

    def _add(self, logical: str, body: bytes) -> None:
        stem, _, suffix = logical.rpartition(".")
        name = f"{stem}-{hashlib.sha256(body).hexdigest()[:HASH_LENGTH]}.{suffix}"
        self.names[logical] = name
        small = gzip.compress(body, 9, mtime=0) if f".{suffix}" in TEXT else None
        self.bodies[name] = (body, small)

    def url(self, logical: str) -> str:
        """The address of a file; a `KeyError` at the first request when there is none."""
        return f"/static/{self.names[logical]}"

    def modules(self) -> dict[str, str]:
        """Our JavaScript modules by name."""
        prefix = "js/modules/"
        return {
            logical.removeprefix(prefix).removesuffix(".js"): self.url(logical)
            for logical in self.names
            if logical.startswith(prefix)
        }


def _tight(css: str) -> str:
    """A style sheet without what is only for readers of the source: comments, indentation, air."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    lines = (re.sub(r"^([\w-]+): ", r"\1:", line.strip()) for line in bare.splitlines())
    joined = re.sub(r"(?<=[;{},])\n", "", "\n".join(filter(None, lines)))
    return joined.replace(" {", "{").replace(";}", "}")


def init_assets(app: Flask) -> None:
    """Serve the static files, and let templates name them."""
    assets = Assets()
    app.extensions["assets"] = assets
    app.jinja_env.globals.update(static_url=assets.url, module_urls=assets.modules)

    @public
    def static_file(name: str) -> Response:
        if name not in assets.bodies:
            abort(404)
        body, small = assets.bodies[name]
        response = Response(body, mimetype=mimetypes.guess_type(name)[0] or "font/woff2")
        response.headers["Cache-Control"] = FOREVER
        if small is not None:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings["gzip"]:
                response.set_data(small)
                response.headers["Content-Encoding"] = "gzip"
        return response

    app.add_url_rule("/static/<path:name>", "static_file", static_file)
