"""The one intake for every upload: measured, recognised by content, cleaned, checked, then
stored."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from parvis.kernel.errors import Refused

MAX_BYTES = 20_000_000
# A picture is decoded in memory: 40 megapixels are 120 MB, more than any phone's photo needs.
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2560
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as stored: `name` is its key in the storage, made of its content's SHA-256."""

    name: str
    content_type: str
    size: int
    sha256: str


def take_in(upload: IO[bytes], *, folder: str, max_bytes: int = MAX_BYTES) -> StoredFile:
    """Store a picture (JPEG, PNG, WebP) or a PDF under `folder`, and return what was stored.

    Pictures are turned upright, shrunk to LONGEST_SIDE and re-encoded, which drops EXIF, GPS and
    whatever hid behind the pixels. The type is read from the content, never from the name.

    :raises Refused: `file_empty`, `file_too_large`, `file_type_unknown`, `picture_too_large`,
        `picture_unreadable` or `file_infected`; nothing is stored then
    """
    content = upload.read(max_bytes + 1)
    if not content:
        raise Refused("file_empty", _("This file is empty."), status=422)
    if len(content) > max_bytes:
        message = _("This file is too large: %(limit)s MB at most.") % {
            "limit": max_bytes // 1_000_000
        }
        raise Refused("file_too_large", message, status=413)
    cleaned, content_type, suffix = _recognise(content)
    _scan(cleaned)
    digest = hashlib.sha256(cleaned).hexdigest()
    name = f"{folder}/{digest[:2]}/{digest}{suffix}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(cleaned))
    return StoredFile(name=name, content_type=content_type, size=len(cleaned), sha256=digest)


def _recognise(content: bytes) -> tuple[bytes, str, str]:
    if content.startswith(b"%PDF-"):
        return content, "application/pdf", ".pdf"
    try:
        picture = Image.open(io.BytesIO(content), formats=list(_PICTURES))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise _too_many_pixels() from error
        message = _("We can read photos (JPEG, PNG, WebP) and PDF files, not this one.")
        raise Refused("file_type_unknown", message, status=415) from error
    return _clean_picture(picture)


def _clean_picture(picture: Image.Image) -> tuple[bytes, str, str]:
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()
    kept = "PNG" if picture.format == "PNG" else "JPEG"
    try:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = upright.convert("RGBA" if kept == "PNG" else "RGB")
    except (OSError, ValueError, SyntaxError) as error:
        message = _("This picture is damaged: try to save or take it again.")
        raise Refused("picture_unreadable", message, status=422) from error
    # A new image carries pixels only: no metadata, profile or trailing bytes of the old one.
    bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    out = io.BytesIO()
    bare.save(out, kept, quality=85, optimize=True)
    return out.getvalue(), _PICTURES[kept], ".png" if kept == "PNG" else ".jpg"


def _too_many_pixels() -> Refused:
    message = _("This picture has too many pixels: 40 million at most.")
    return Refused("picture_too_large", message, status=413)


def _scan(content: bytes) -> None:
    """Ask the city's virus scanner, if `PARVIS_FILE_SCANNER` names one: `scan(bytes) -> bool`
    (clean)."""
    path = getattr(settings, "PARVIS_FILE_SCANNER", "")
    if not path:
        return
    is_clean: Callable[[bytes], bool] = import_string(path)
    if not is_clean(content):
        raise Refused("file_infected", _("This file was refused by the virus scanner."), status=422)
