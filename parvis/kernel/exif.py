"""What the EXIF block of a photo says that we ask: which way is up, and where it was taken.

Exif 2.32 (CIPA DC-008) in the frame of TIFF 6.0. What is broken says nothing.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_ORIENTATION, _GPS, _SOUTH, _LATITUDE, _WEST, _LONGITUDE = 0x0112, 0x8825, 1, 2, 3, 4
_SHORT, _LONG, _RATIONAL, _ASCII = 3, 4, 5, 2
_TIFF, _MOST_ENTRIES = 42, 500
_POLE, _DATE_LINE = 90, 180
_DMS = 3

Place = tuple[float, float]
"""Longitude and latitude of WGS 84, in degrees."""


@dataclass(frozen=True, slots=True)
class _Directory:
    """The entries of one directory (IFD): tag to type, count and where the value is told."""

    tiff: bytes
    order: str
    entries: dict[int, tuple[int, int, int]]

    def number(self, tag: int) -> int | None:
        kind, count, at = self.entries.get(tag, (0, 0, 0))
        formats = {_SHORT: "H", _LONG: "I"}
        if count != 1 or kind not in formats:
            return None
        return int(struct.unpack_from(self.order + formats[kind], self.tiff, at)[0])

    def letter(self, tag: int) -> str:
        kind, _count, at = self.entries.get(tag, (0, 0, 0))
        return chr(self.tiff[at]).upper() if kind == _ASCII else ""

    def degrees(self, tag: int) -> float | None:
        """Return degrees, minutes and seconds, three fractions, as one number."""
        kind, count, at = self.entries.get(tag, (0, 0, 0))
        if kind != _RATIONAL or count != _DMS:
            return None
        (where,) = struct.unpack_from(self.order + "I", self.tiff, at)
        parts: tuple[int, ...] = struct.unpack_from(self.order + "6I", self.tiff, where)
        if 0 in parts[1::2]:
            return None
        whole, minutes, seconds = (parts[n] / parts[n + 1] for n in (0, 2, 4))
        return whole + minutes / 60 + seconds / 3600


def orientation_of(block: bytes) -> int:
    """Return how the photo is to be turned, 1 to 8 as EXIF counts; 1 where it says nothing."""
    try:
        said = _directory(block, None).number(_ORIENTATION)
    except (struct.error, ValueError, IndexError):
        return 1
    return said if said is not None and said in range(1, 9) else 1


def place_of(block: bytes) -> Place | None:
    """Return where the photo was taken, None where it says nothing that can be."""
    try:
        where = _directory(block, None).number(_GPS)
        return None if where is None else _place(_directory(block, where))
    except (struct.error, ValueError, IndexError):
        return None


def _place(gps: _Directory) -> Place | None:
    latitude, longitude = gps.degrees(_LATITUDE), gps.degrees(_LONGITUDE)
    north, east = gps.letter(_SOUTH), gps.letter(_WEST)
    if latitude is None or longitude is None or north not in ("N", "S") or east not in ("E", "W"):
        return None
    # A phone without a fix writes zeros.
    if latitude > _POLE or longitude > _DATE_LINE or (latitude == 0 and longitude == 0):
        return None
    return (
        round(-longitude if east == "W" else longitude, 6),
        round(-latitude if north == "S" else latitude, 6),
    )


def _directory(block: bytes, where: int | None) -> _Directory:
    """Return a directory of a TIFF block, the first one unless it is said where."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        raise ValueError("no TIFF")
    magic, first = struct.unpack_from(order + "HI", block, 2)
    if magic != _TIFF:
        raise ValueError("no TIFF")
    at = first if where is None else where
    (count,) = struct.unpack_from(order + "H", block, at)
    entries = {}
    for n in range(min(count, _MOST_ENTRIES)):
        entry = at + 2 + 12 * n
        tag, kind, times = struct.unpack_from(order + "HHI", block, entry)
        entries[tag] = (kind, times, entry + 8)
    return _Directory(block, order, entries)
