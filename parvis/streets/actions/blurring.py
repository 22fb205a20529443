"""Faces, number plates and names are covered so that nobody reads them back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from parvis.kernel import pictures
from parvis.streets.rules import photos as rules

_QUALITY, _SMALL_QUALITY = 80, 70
_BITS = rules.SHADES.bit_length() - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A photo as the public may see it: on its page, and small in lists."""

    content: bytes
    small: bytes


def cover(content: bytes, boxes: Sequence[rules.Box]) -> Covered:
    """Return a photo with its boxes covered.

    What is under a box is replaced, before anything else is done, by CELLS squares each way, each
    of the mean colour of what it hides, in SHADES shades: there is nothing to sharpen. The photo is
    then shrunk and made anew, so that no thumbnail or metadata tells more than it shows.
    """
    with Image.open(io.BytesIO(content)) as opened:
        photo = opened.convert("RGB")
    for box in boxes:
        pixelate(photo, rules.in_pixels(box, width=photo.width, height=photo.height))
    photo.thumbnail((rules.PUBLIC_SIDE, rules.PUBLIC_SIDE))
    small = photo.copy()
    small.thumbnail((rules.SMALL_SIDE, rules.SMALL_SIDE))
    return Covered(
        content=pictures.encoded(photo, quality=_QUALITY),
        small=pictures.encoded(small, quality=_SMALL_QUALITY),
    )


def pixelate(photo: Image.Image, corners: rules.Box) -> None:
    """Cover a part of a photo, given by its left, top, right and bottom in pixels."""
    hidden = photo.crop(corners)
    cells = (min(rules.CELLS, hidden.width), min(rules.CELLS, hidden.height))
    # A box filter takes the mean of all that each square hides, and of nothing beside it.
    means = ImageOps.posterize(hidden.resize(cells, Image.Resampling.BOX), _BITS)
    photo.paste(means.resize(hidden.size, Image.Resampling.NEAREST), corners)
