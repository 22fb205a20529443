"""A first look at a file somebody sends: what can be refused before anybody waits for a reading."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePath

from parvis.opendata.rules.reading.limits import Limits
from parvis.opendata.rules.reading.problems import Unreadable
from parvis.opendata.rules.reading.recognising import (
    GREATEST_RATIO,
    RATIO_MATTERS_FROM,
    Kind,
    form_of,
)

_TEXT = frozenset({Kind.DELIMITED.value})
_JSON = frozenset({Kind.JSON.value, Kind.LINES.value})
_SHEET = frozenset({Kind.SHEET.value})
FORMS = {
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".tab": _TEXT,
    ".txt": _TEXT,
    ".json": _JSON,
    ".jsonl": _JSON,
    ".ndjson": _JSON,
    ".geojson": _JSON,
    ".xlsx": _SHEET,
    ".xlsm": _SHEET,
    ".xlsb": _SHEET,
    ".xls": _SHEET,
    ".ods": _SHEET,
    ".parquet": frozenset({Kind.PARQUET.value}),
    ".gz": frozenset({"gzip"}),
    ".zip": frozenset({"zip"}),
}
"""What a file may hold that is called so."""
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{0,9}")


def glance(path: Path, name: str, limits: Limits) -> None:
    """Refuse what no reading could make a table of, whatever it takes: the first bytes, the name
    and what an archive says of itself are looked at.

    :raises Unreadable: `file_empty`, `archive_damaged`, `not_a_table`, `extension_unknown`,
        `extension_wrong`, `archive_bomb`, `file_too_large`
    """
    form = str(form_of(path))
    if form == "page":
        raise Unreadable("not_a_table")
    extension = PurePath(name).suffix.lower()
    if _EXTENSION.fullmatch(extension):
        if extension not in FORMS:
            raise Unreadable("extension_unknown", extension=extension)
        if form not in FORMS[extension]:
            raise Unreadable("extension_wrong", extension=extension, found=form.upper())
    if zipfile.is_zipfile(path) and form in {"zip", Kind.SHEET}:
        _check_declared(path, form, limits)


def _check_declared(path: Path, form: str, limits: Limits) -> None:
    """Refuse an archive that says itself how much it unpacks to; one that lies is caught when it is
    unpacked."""
    with zipfile.ZipFile(path) as archive:
        largest = max((one.file_size for one in archive.infolist()), default=0)
    most = max(path.stat().st_size * GREATEST_RATIO, RATIO_MATTERS_FROM)
    if form == Kind.SHEET:
        most = limits.whole_bytes
    if largest > most:
        raise Unreadable("archive_bomb")
    if largest > limits.unpacked_bytes:
        raise Unreadable("file_too_large", megabytes=limits.unpacked_bytes // 1_000_000)
