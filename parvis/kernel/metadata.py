"""What a picture carries besides its pixels: told apart without decoding anything, and left behind.

JPEG (ITU-T T.81, annex B), PNG (W3C, third edition) and WebP (RFC 9649) are cut without loss: what
decodes to pixels is copied byte for byte. HEIC (ISO/IEC 23008-12) keeps its pixels and the rest in
one heap: it cannot be cut, only decoded.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

JPEG, PNG, WEBP, HEIC = "JPEG", "PNG", "WEBP", "HEIC"

# Photos have a few dozen pieces, those saved in small pieces a few thousand; a progressive JPEG has
# some ten scans, each of which costs a whole decoding.
MOST_PARTS, MOST_SCANS = 20_000, 100

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_EXIF = b"Exif\0\0"
_CANVAS_BYTES, _LEAST_BOX = 6, 8

# Markers of JPEG: those with pixels or what it takes to decode them (SOF, DHT, DAC, DQT, DRI, DNL).
_SOS, _EOI, _APP0, _APP1, _APP14 = 0xDA, 0xD9, 0xE0, 0xE1, 0xEE
_JPEG_PIXELS = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD} - {0xC8})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FILL, _LEAST_SEGMENT, _ADOBE_BYTES = 0xFF, 2, 12
_NOT_FILL = re.compile(rb"[^\xff]")
_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
# What the header of JFIF says without its thumbnail: version 1.1, square pixels.
_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"

# What makes a picture something else as well, for a browser, a server or a reader of archives.
_ALSO = re.compile(
    rb"<script|<html|<!doctype|<svg[\s>]|<\?php|%PDF-|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c",
    re.IGNORECASE,
)
_ZIP_BEGINS, _ZIP_ENDS, _ZIP_REACH = b"PK\x03\x04", b"PK\x05\x06", 65_557


class Damaged(ValueError):
    """The bytes are not the picture that they begin as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A picture taken apart.

    `pixels` is the same picture with nothing left but what decodes to pixels; a HEIC stays whole.
    `exif` is its EXIF block from the TIFF header on, b"" if there is none; `carried` is all the
    rest: XMP, IPTC, profiles, thumbnails, comments, what came after the end. `moves` tells that
    there is more than one picture in a row.
    """

    kind: str
    pixels: bytes
    exif: bytes = b""
    carried: tuple[bytes, ...] = ()
    moves: bool = False


def kind_of(content: bytes) -> str:
    """Return which picture the content begins as, "" for none that we read."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(_PNG_HEAD):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    is_heic = content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS
    return HEIC if is_heic else ""


def take_apart(content: bytes) -> Parts:
    """Return a picture without what it carries, and what that was.

    :raises Damaged: if it is no whole picture of a kind that we read
    """
    ways = {JPEG: _jpeg, PNG: _png, WEBP: _webp, HEIC: _heic}
    way = ways.get(kind_of(content))
    if way is None:
        raise Damaged("no picture")
    return way(content)


def exif_of(content: bytes) -> bytes:
    """Return the EXIF block of a picture, b"" if there is none; the beginning of a JPEG will do."""
    try:
        if kind_of(content) != JPEG:
            return take_apart(content).exif
        for marker, _start, body in _segments(content):
            if marker == _APP1 and body.startswith(_EXIF):
                return body.removeprefix(_EXIF)
            if marker == _SOS:
                break
    except Damaged:
        pass
    return b""


def is_something_else_too(parts: Parts) -> bool:
    """Tell whether a picture is also a page, a script, a document or an archive for who reads it
    so. Phones hide a film or a second picture behind the first: these are none."""
    return any(
        _ALSO.search(part) or part.startswith(_ZIP_BEGINS) or _ZIP_ENDS in part[-_ZIP_REACH:]
        for part in parts.carried
    )


def _segments(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Walk the segments of a JPEG: marker, where it starts, body. The body of a scan is its header
    alone; that of the end is whatever follows."""
    at = 2
    for _count in range(MOST_PARTS):
        if at >= len(content) or content[at] != _FILL:
            raise Damaged("no marker")
        found = _NOT_FILL.search(content, at)
        if found is None:
            raise Damaged("no end")
        start, marker, at = found.start() - 1, content[found.start()], found.end()
        if marker == _EOI:
            yield marker, start, content[at:]
            return
        if marker in _ALONE:
            continue
        body, at = _sized(content, at)
        yield marker, start, body
        if marker == _SOS:
            at = _scan_end(content, at)
    raise Damaged("too many segments")


def _sized(content: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(content[at : at + 2], "big")
    if size < _LEAST_SEGMENT or at + size > len(content):
        raise Damaged("a segment is cut off")
    return content[at + 2 : at + size], at + size


def _scan_end(content: bytes, at: int) -> int:
    found = _AFTER_SCAN.search(content, at)
    if found is None:
        raise Damaged("a scan is cut off")
    return found.start()


def _jpeg(content: bytes) -> Parts:
    kept, carried, exif, scans = [b"\xff\xd8"], [], b"", 0
    for marker, start, body in _segments(content):
        head = start + 4 + len(body)
        if marker == _SOS:
            scans += 1
            kept.append(content[start : _scan_end(content, head)])
        elif marker in _JPEG_PIXELS:
            kept.append(content[start:head])
        elif marker == _APP1 and body.startswith(_EXIF) and not exif:
            exif = body.removeprefix(_EXIF)
        else:
            kept.append(_what_colours_mean(marker, body))
            carried.append(body)
    if not 0 < scans <= MOST_SCANS:
        raise Damaged("no scan, or too many")
    kept.append(b"\xff\xd9")
    return Parts(kind=JPEG, pixels=b"".join(kept), exif=exif, carried=tuple(carried))


def _what_colours_mean(marker: int, body: bytes) -> bytes:
    """Return the least of a segment without which colours would be read wrongly."""
    if marker == _APP0 and body.startswith(b"JFIF\0"):
        return _JFIF
    if marker == _APP14 and body.startswith(b"Adobe") and len(body) >= _ADOBE_BYTES:
        return b"\xff\xee\x00\x0e" + body[:_ADOBE_BYTES]
    return b""


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Walk the chunks of a PNG: name, where it starts, where it ends; the last one is the end."""
    at = len(_PNG_HEAD)
    for _count in range(MOST_PARTS):
        if at + 12 > len(content):
            raise Damaged("no end")
        size, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + size
        if end > len(content):
            raise Damaged("a chunk is cut off")
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise Damaged("too many chunks")


def _png(content: bytes) -> Parts:
    kept, carried, exif, moves, last = [_PNG_HEAD], [], b"", False, 0
    for name, start, end in _chunks(content):
        body, last = content[start + 8 : end - 4], end
        if name in _PNG_PIXELS:
            kept.append(content[start:end])
        elif name == b"eXIf":
            exif = body.removeprefix(_EXIF)
        elif name == b"acTL":
            moves = True
        else:
            carried.append(body)
    carried.append(content[last:])
    return Parts(kind=PNG, pixels=b"".join(kept), exif=exif, carried=tuple(carried), moves=moves)


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk the chunks of a WebP: name, body; then what follows the end, without a name."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise Damaged("the picture is cut off")
    at = 12
    for _count in range(MOST_PARTS):
        if at + 8 > end:
            yield b"", content[end:]
            return
        name, size = struct.unpack_from("<4sI", content, at)
        if at + 8 + size > end:
            raise Damaged("a chunk is cut off")
        yield name, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise Damaged("too many chunks")


def _webp(content: bytes) -> Parts:
    found: dict[bytes, bytes] = {}
    carried = []
    for name, body in _riff(content):
        known = name in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"EXIF", b"ANIM", b"ANMF")
        if known and name not in found:
            found[name] = body
        elif not known:
            carried.append(body)
    moves = b"ANMF" in found or b"ANIM" in found
    exif = found.get(b"EXIF", b"").removeprefix(_EXIF)
    pixels = b"" if moves else _webp_pixels(found)
    return Parts(kind=WEBP, pixels=pixels, exif=exif, carried=tuple(carried), moves=moves)


def _webp_pixels(found: dict[bytes, bytes]) -> bytes:
    """Return a WebP of these chunks. Only a transparency beside the picture needs the long form."""
    kept = [(b"VP8L", found[b"VP8L"])] if b"VP8L" in found else []
    if b"VP8 " in found:
        kept = [(b"VP8 ", found[b"VP8 "])]
        canvas = found.get(b"VP8X", b"")[4:10]
        if b"ALPH" in found and len(canvas) == _CANVAS_BYTES:
            head = (b"VP8X", b"\x10\0\0\0" + canvas)
            kept = [head, (b"ALPH", found[b"ALPH"]), *kept]
    if not kept:
        raise Damaged("no picture")
    body = b"".join(
        struct.pack("<4sI", name, len(one)) + one + b"\0" * (len(one) % 2) for name, one in kept
    )
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body


def _heic(content: bytes) -> Parts:
    carried, at = [], 0
    for _count in range(MOST_PARTS):
        size, name = _box(content, at)
        if not size:
            break
        if name != b"mdat":
            carried.append(content[at : at + size])
        at += size
    # What is no box any more stands behind the picture.
    return Parts(kind=HEIC, pixels=content, carried=(*carried, content[at:]))


def _box(content: bytes, at: int) -> tuple[int, bytes]:
    """Return the size and the name of a box of ISO/IEC 14496-12, 0 where there is none."""
    if at + 16 > len(content):
        return 0, b""
    size, name, large = struct.unpack_from(">I4sQ", content, at)
    size = large if size == 1 else size or len(content) - at
    is_box = _LEAST_BOX <= size <= len(content) - at and name.isalnum()
    return (size, name) if is_box else (0, b"")
