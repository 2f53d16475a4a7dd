"""Pictures from people: read, re-encoded without any hidden data, kept under their hash."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path
from typing import IO

from flask import current_app
from PIL import Image, ImageOps, UnidentifiedImageError

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONG_SIDE = 1280
KINDS = ("JPEG", "PNG", "WEBP")


def store_picture(file: IO[bytes]) -> str:
    """Keep a picture and return its name; place and camera data do not survive.

    Raises `RuleBroken` for anything that is not a JPEG, PNG or WebP of a sane size.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise RuleBroken(N_("The picture is larger than 10 megabytes."), field="picture")
    encoded = _encode(data)
    name = f"{hashlib.sha256(encoded).hexdigest()[:32]}.webp"
    path = picture_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        partial = path.with_suffix(f".{os.getpid()}.part")
        partial.write_bytes(encoded)
        partial.replace(path)
    return name


def _encode(data: bytes) -> bytes:
    wrong = RuleBroken(N_("This file is not a picture that we can read."), field="picture")
    try:
        with Image.open(BytesIO(data), formats=KINDS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise wrong
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise wrong from error
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    out = BytesIO()
    upright.save(out, "WEBP", quality=80)
    return out.getvalue()


def picture_path(name: str) -> Path:
    """Where a stored picture lies; names are our own, 32 hex digits and `.webp`."""
    stem, _, suffix = name.partition(".")
    if suffix != "webp" or len(stem) != 32 or not set(stem) <= set("0123456789abcdef"):
        raise FileNotFoundError(name)
    return Path(current_app.config["CIVIC"].home) / "media" / stem[:2] / name
