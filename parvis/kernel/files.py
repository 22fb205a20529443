"""The one intake for every upload: measured, recognised by content, cleaned, checked, then
stored."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from parvis.kernel import metadata, pictures
from parvis.kernel.errors import Refused
from parvis.kernel.uploads import MAX_BYTES, file_too_large


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as stored: `name` is its key in the storage, made of its content's SHA-256."""

    name: str
    content_type: str
    size: int
    sha256: str


def take_in(upload: IO[bytes], *, folder: str, max_bytes: int = MAX_BYTES) -> StoredFile:
    """Store a picture (JPEG, PNG, WebP, HEIC) or a PDF under `folder`, and return what was stored.

    Pictures are turned upright, shrunk to LONGEST_SIDE and re-encoded, which drops EXIF, GPS and
    whatever hid behind the pixels. The type is read from the content, never from the name.

    :raises Refused: `file_empty`, `file_too_large`, `file_type_unknown`, `file_two_in_one`,
        `picture_too_large`, `picture_moves`, `picture_unreadable` or `file_infected`; nothing is
        stored then
    """
    cleaned, content_type, suffix = _recognise(read_whole(upload, max_bytes=max_bytes))
    scan(cleaned)
    digest = hashlib.sha256(cleaned).hexdigest()
    name = f"{folder}/{digest[:2]}/{digest}{suffix}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(cleaned))
    return StoredFile(name=name, content_type=content_type, size=len(cleaned), sha256=digest)


def read_whole(upload: IO[bytes], *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the content of an upload; no more of it is read than it may hold.

    :raises Refused: `file_empty`, `file_too_large`
    """
    content = upload.read(max_bytes + 1)
    if not content:
        raise Refused("file_empty", _("This file is empty."), status=422)
    if len(content) > max_bytes:
        raise file_too_large(max_bytes)
    return content


def sweep(
    folder: str, *, named: Callable[[Collection[str]], Iterable[str]], before: dt.datetime
) -> int:
    """Delete what `take_in` stored under `folder` before a moment and no row names any more; return
    how many files. `named` returns, of some names, those that a row names."""
    gone = 0
    for inner in _inside(folder)[0]:
        names = [f"{folder}/{inner}/{file}" for file in _inside(f"{folder}/{inner}")[1]]
        kept = set(named(names))
        for name in names:
            if name not in kept and default_storage.get_modified_time(name) < before:
                default_storage.delete(name)
                gone += 1
    return gone


def _inside(folder: str) -> tuple[list[str], list[str]]:
    """Return the folders and the files in a folder; none if there is no such folder."""
    if not default_storage.exists(folder):
        return [], []
    return default_storage.listdir(folder)


def scan(content: bytes) -> None:
    """Ask the city's virus scanner, if `PARVIS_FILE_SCANNER` names one: `scan(bytes) -> bool`
    (clean).

    :raises Refused: `file_infected`
    """
    path = getattr(settings, "PARVIS_FILE_SCANNER", "")
    if not path:
        return
    is_clean: Callable[[bytes], bool] = import_string(path)
    if not is_clean(content):
        raise Refused("file_infected", _("This file was refused by the virus scanner."), status=422)


def _recognise(content: bytes) -> tuple[bytes, str, str]:
    if content.startswith(b"%PDF-"):
        return content, "application/pdf", ".pdf"
    if not metadata.kind_of(content):
        message = _("We can read photos (JPEG, PNG, WebP, HEIC) and PDF files, not this one.")
        raise Refused("file_type_unknown", message, status=415)
    made = pictures.clean(pictures.let_in(content))
    return made.content, made.content_type, made.suffix
