"""What kind of file this is, told by its content; archives are opened on the way."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from parvis.opendata.rules.reading.limits import Limits, Progress
from parvis.opendata.rules.reading.problems import Unreadable

_BLOCK = 1 << 20
_HEAD = 65_536
# No honest table shrinks a thousandfold; a bomb does.
GREATEST_RATIO = 300
RATIO_MATTERS_FROM = 20_000_000
_CONTROLS = bytes([*range(1, 9), *range(14, 26), *range(27, 31)])
_PAGE = re.compile(rb"\s*<(!doctype|html|\?xml)", re.IGNORECASE)
_JSON_START = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\]])")


class Kind(StrEnum):
    """The formats read."""

    DELIMITED = "csv"
    SHEET = "xlsx"
    JSON = "json"
    LINES = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A file out of its archive, and its kind."""

    path: Path
    kind: Kind
    archive: str = ""


def recognise(source: Path, folder: Path, *, limits: Limits, progress: Progress) -> Recognised:
    """Return what a file is; a gzip or zip archive is unpacked into `folder`, once.

    :raises Unreadable: `file_empty`, `file_too_large`, `archive_bomb`, `archive_unfit`,
        `archive_damaged`, `not_a_table`
    """
    found = form_of(source)
    if found == "gzip":
        with gzip.open(source, "rb") as packed:
            inner = _unpacked(packed, source, folder, limits, progress)
    elif found == "zip":
        inner = _unzipped(source, folder, limits, progress)
    else:
        return Recognised(path=source, kind=_kind(found))
    within = form_of(inner)
    if within in {"gzip", "zip"}:
        raise Unreadable("archive_unfit")
    return Recognised(path=inner, kind=_kind(within), archive=found)


def _kind(found: str) -> Kind:
    if found == "page":
        raise Unreadable("not_a_table")
    return Kind(found)


def form_of(path: Path) -> str:
    """Return what the first bytes of a file say it is: a `Kind`, "gzip", "zip", or "page" for what
    is no table.

    :raises Unreadable: `file_empty`, `archive_damaged`
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("file_empty")
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.SHEET
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    return _of_text(head)


def _of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise Unreadable("archive_damaged") from error
    is_sheet = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & names
    return Kind.SHEET if is_sheet else "zip"


def _of_text(head: bytes) -> str:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(b"%PDF") or _PAGE.match(plain) or _is_binary(head):
        return "page"
    if not _JSON_START.match(plain):
        return Kind.DELIMITED
    if plain.lstrip().startswith(b"{"):
        first, _, rest = plain.lstrip().partition(b"\n")
        if first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{"):
            return Kind.LINES
    return Kind.JSON


def _is_binary(head: bytes) -> bool:
    """Tell whether bytes are no text in any encoding: control characters that no table holds.

    Zero bytes are half of every letter in UTF-16, or damage that is reported cell by cell.
    """
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return not head.startswith((b"\xff\xfe", b"\xfe\xff")) and controls * 100 > len(head)


def _unzipped(source: Path, folder: Path, limits: Limits, progress: Progress) -> Path:
    try:
        with zipfile.ZipFile(source) as archive:
            members = [
                one
                for one in archive.infolist()
                if not one.is_dir() and not one.filename.startswith("__MACOSX/")
            ]
            if len(members) != 1:
                raise Unreadable("archive_unfit", files=len(members))
            if members[0].flag_bits & 1:
                raise Unreadable("archive_locked")
            return _unpacked(archive.open(members[0]), source, folder, limits, progress)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable("archive_damaged") from error


def _unpacked(
    packed: IO[bytes] | gzip.GzipFile,
    source: Path,
    folder: Path,
    limits: Limits,
    progress: Progress,
) -> Path:
    """Write what is packed to a file of its own, counting: sizes an archive declares may lie."""
    target = folder / "unpacked"
    most = max(source.stat().st_size * GREATEST_RATIO, RATIO_MATTERS_FROM)
    done = 0
    try:
        with packed, target.open("wb") as out:
            for block in _blocks(packed):
                done += len(block)
                if done > min(most, limits.unpacked_bytes):
                    code = "archive_bomb" if done > most else "file_too_large"
                    raise Unreadable(code, megabytes=limits.unpacked_bytes // 1_000_000)
                out.write(block)
                progress("unpacking", done, None)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable("archive_damaged") from error
    return target


def _blocks(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def check_sheet_size(path: Path, limits: Limits) -> None:
    """Refuse a spreadsheet whose parts, packed small, would fill the memory.

    :raises Unreadable: `archive_bomb`
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            with archive.open(part) as packed:
                done = sum(len(block) for block in _capped(packed, limits.whole_bytes))
            if done > limits.whole_bytes:
                raise Unreadable("archive_bomb", megabytes=limits.whole_bytes // 1_000_000)


def _capped(packed: IO[bytes], most: int) -> Iterator[bytes]:
    done = 0
    for block in _blocks(packed):
        done += len(block)
        yield block
        if done > most:
            return
