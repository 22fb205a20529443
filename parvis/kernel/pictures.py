"""Pictures as they are let in: recognised by content, measured before anything is decoded, and made
anew from their pixels alone."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image
from pillow_heif import HeifImageFile

from parvis.kernel import exif, metadata
from parvis.kernel.errors import Refused

# A picture is decoded in memory: 40 megapixels are 120 MB, more than any phone's photo needs.
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2560
_QUALITY = 85
_TYPES = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}
_TOO_MANY = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    RuntimeError,
    IndexError,
    TypeError,
    struct.error,
)
# The library does not say what it takes.
_open_heif: Callable[..., Any] = HeifImageFile
# What EXIF asks to be done to a photo that was not held upright (its tag 274).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was let in, not decoded yet.

    `pixels` is the same picture without its metadata; a HEIC, which cannot be cut, whole. `width`
    and `height` are those of the pixels, `orientation` says how they are to be turned, `place` is
    where the photo says that it was taken.
    """

    kind: str
    pixels: bytes
    width: int
    height: int
    orientation: int = 1
    place: exif.Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A picture made anew: its pixels, upright, and nothing else."""

    content: bytes
    content_type: str
    suffix: str
    width: int
    height: int


def let_in(content: bytes) -> Picture:
    """Return what a picture (JPEG, PNG, WebP, HEIC) is, from its content and never from its name.

    Nothing is decoded: a bomb costs what its header costs.

    :raises Refused: `file_type_unknown`, `picture_unreadable`, `picture_moves`,
        `picture_too_large`, or `file_two_in_one` for one that is also a page, a script or an
        archive
    """
    if not metadata.kind_of(content):
        message = _("We can read photos (JPEG, PNG, WebP, HEIC), not this file.")
        raise Refused("file_type_unknown", message, status=415)
    try:
        parts = metadata.take_apart(content)
    except metadata.Damaged as damaged:
        raise _unreadable() from damaged
    if metadata.is_something_else_too(parts):
        message = _("This file is a picture and something else as well. Take the photo again.")
        raise Refused("file_two_in_one", message, status=422)
    if parts.moves:
        message = _("This picture moves. Send a photo that stands still.")
        raise Refused("picture_moves", message, status=422)
    return _measured(parts)


def clean(picture: Picture, *, keeps_png: bool = True, quality: int = _QUALITY) -> Cleaned:
    """Decode a picture and make it anew: upright, LONGEST_SIDE at most, without metadata, profile
    or anything behind the pixels. A PNG stays one if `keeps_png`; all others become JPEG, of this
    quality.

    :raises Refused: `picture_unreadable`
    """
    kept = "PNG" if keeps_png and picture.kind == metadata.PNG else "JPEG"
    try:
        plain = _on_white(_upright(picture)) if kept == "JPEG" else _upright(picture, mode="RGBA")
    except (*_UNREADABLE, *_TOO_MANY) as error:
        raise _unreadable() from error
    content_type, suffix = _TYPES[kept]
    return Cleaned(
        content=encoded(plain, kept, quality=quality),
        content_type=content_type,
        suffix=suffix,
        width=plain.width,
        height=plain.height,
    )


def place_in(content: bytes) -> exif.Place | None:
    """Return where a photo says that it was taken (longitude, latitude), None if it does not.

    The first part of a JPEG is enough. Nothing is decoded or kept.
    """
    if metadata.kind_of(content) == metadata.HEIC:
        try:
            return exif.place_of(_exif_of_heic(_opened(metadata.HEIC, content)))
        except (*_UNREADABLE, *_TOO_MANY):
            return None
    return exif.place_of(metadata.exif_of(content))


def encoded(image: Image.Image, kind: str = "JPEG", *, quality: int = _QUALITY) -> bytes:
    """Return an image as a file that holds its pixels alone."""
    # A new image carries nothing of the old one: no comment, profile or resolution.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    bare.save(out, kind, quality=quality, optimize=True)
    return out.getvalue()


def _measured(parts: metadata.Parts) -> Picture:
    """Return a picture with its size, as its header says it."""
    try:
        opened = _opened(parts.kind, parts.pixels)
    except _TOO_MANY as error:
        raise _too_many_pixels() from error
    except _UNREADABLE as error:
        raise _unreadable() from error
    if opened.width * opened.height > MAX_PIXELS:
        raise _too_many_pixels()
    # The library that reads HEIC turns the picture itself.
    is_heic = parts.kind == metadata.HEIC
    block = _exif_of_heic(opened) if is_heic else parts.exif
    return Picture(
        kind=parts.kind,
        pixels=parts.pixels,
        width=opened.width,
        height=opened.height,
        orientation=1 if is_heic else exif.orientation_of(block),
        place=exif.place_of(block),
    )


def _opened(kind: str, pixels: bytes) -> Image.Image:
    """Return a picture of which only the header was read."""
    if kind == metadata.HEIC:
        heif: Image.Image = _open_heif(io.BytesIO(pixels))
        return heif
    return Image.open(io.BytesIO(pixels), formats=[kind])


def _exif_of_heic(opened: Image.Image) -> bytes:
    block = opened.info.get("exif") or b""
    return bytes(block).removeprefix(b"Exif\0\0")


def _upright(picture: Picture, *, mode: str = "") -> Image.Image:
    opened = _opened(picture.kind, picture.pixels)
    # A JPEG is decoded to no more than is needed here.
    opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turn = _TURNS.get(picture.orientation)
    upright = opened if turn is None else opened.transpose(turn)
    return upright.convert(mode) if mode else upright


def _on_white(image: Image.Image) -> Image.Image:
    """Return an image without transparency: what shone through becomes white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _too_many_pixels() -> Refused:
    message = _("This picture has too many pixels: 40 million at most.")
    return Refused("picture_too_large", message, status=413)


def _unreadable() -> Refused:
    message = _("This picture is damaged: try to save or take it again.")
    return Refused("picture_unreadable", message, status=422)
