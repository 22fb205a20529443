"""Photos as telephones send them, for everybody's tests: with a place, and with hidden words."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image
from pillow_heif import from_pillow

KINDS = ("JPEG", "PNG", "WEBP", "HEIC")
TRACES = (b"Exif", b"eXIf", b"EXIF", b"http://ns.adobe.com", b"xmpmeta", b"XMP ", b"GPS", b"8BIM")
"""What no stored and no served byte may hold."""
SECRET = b"Alice-was-here"
"""What is written in every place where a photo may hide words."""
HERE = (2.379, 48.8575)
"""Where a photo of these was taken unless the test says otherwise: longitude, latitude."""
_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a GPSLatitude="48">' + SECRET + b"</a></x:xmpmeta>"
_ORIENTATION, _GPS, _MAKER = 0x0112, 0x8825, 0x010F


def a_photo(
    kind: str = "JPEG",
    *,
    size: tuple[int, int] = (60, 40),
    orientation: int = 1,
    place: tuple[float, float] | None = HERE,
    picture: Image.Image | None = None,
) -> bytes:
    """Return a photo: its left half red and its right half blue as it lies in the file, its
    metadata full."""
    picture = picture or halves(size)
    exif = exif_block(orientation=orientation, place=place)
    if kind == "HEIC":
        out = io.BytesIO()
        from_pillow(picture).save(out, exif=exif, xmp=_XMP, quality=90)
        return out.getvalue()
    plain = io.BytesIO()
    picture.save(plain, kind, quality=95)
    add = {"JPEG": _in_jpeg, "PNG": _in_png, "WEBP": _in_webp}[kind]
    return add(plain.getvalue(), exif, picture.size) + SECRET


def halves(size: tuple[int, int]) -> Image.Image:
    """Return a picture whose left half is red, its right half blue."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    return picture


def exif_block(*, orientation: int = 1, place: tuple[float, float] | None = HERE) -> bytes:
    """Return an EXIF block that begins with its name."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_MAKER] = SECRET.decode()
    if place is not None:
        lon, lat = place
        gps = exif.get_ifd(_GPS)
        gps[1], gps[2] = ("N" if lat >= 0 else "S"), _sexagesimal(abs(lat))
        gps[3], gps[4] = ("E" if lon >= 0 else "W"), _sexagesimal(abs(lon))
    return exif.tobytes()


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(degrees, 1)
    minutes, rest = divmod(rest * 60, 1)
    return whole, minutes, rest * 60


def _in_jpeg(plain: bytes, exif: bytes, _size: tuple[int, int]) -> bytes:
    said = (
        (0xE1, exif),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP),
        (0xED, b"Photoshop 3.0\x008BIM" + SECRET),
        (0xE2, b"ICC_PROFILE\0\x01\x01" + SECRET),
        (0xFE, SECRET),
    )
    parts = [struct.pack(">BBH", 0xFF, marker, len(one) + 2) + one for marker, one in said]
    return plain[:2] + b"".join(parts) + plain[2:]


def _in_png(plain: bytes, exif: bytes, _size: tuple[int, int]) -> bytes:
    said = (
        (b"eXIf", exif.removeprefix(b"Exif\0\0")),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _XMP),
        (b"tEXt", b"Comment\0" + SECRET),
        (b"tIME", bytes(7)),
    )
    head = 8 + 25
    return plain[:head] + b"".join(png_chunk(*one) for one in said) + plain[head:]


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG."""
    check = zlib.crc32(name + body)
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", check)


def _in_webp(plain: bytes, exif: bytes, size: tuple[int, int]) -> bytes:
    canvas = b"".join((side - 1).to_bytes(3, "little") for side in size)
    long = [(b"VP8X", b"\x2c\0\0\0" + canvas), (b"ICCP", SECRET)]
    after = [(b"EXIF", exif), (b"XMP ", _XMP)]
    body = (
        b"".join(_riff(*one) for one in long) + plain[12:] + b"".join(_riff(*one) for one in after)
    )
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body


def _riff(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) % 2)
