"""How photos are kept and covered: names that nobody guesses, boxes of a photo, how long.

A box is (x, y, width, height) in thousandths of the photo, which stay true whatever its size.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable, Sequence

FOLDER = "streets/photos"
RECEIVED, CLEANED, SHOWN = f"{FOLDER}/received", f"{FOLDER}/cleaned", f"{FOLDER}/shown"
PUBLIC_SIDE, SMALL_SIDE = 1280, 320
"""Pixels of the longer side, as the public sees a photo, on its page and in lists."""
MOST_BOXES = 40
WHOLE = 1000
LEAST = 5
"""A box smaller than this is a slip of the finger."""
CELLS = 4
"""What lies under a box is told by that many squares each way: a face or a number plate leaves less
than can be read back, however large the photo."""
SHADES = 16
"""Grey levels that are left of 256 in each colour of such a square."""

Box = tuple[int, int, int, int]

WITHHELD_BECAUSE = ("people", "home", "documents", "elsewhere", "offensive", "useless")
"""Why a photo may be kept from the public."""


def file_key(photo_id: uuid.UUID) -> str:
    """Return what the files of a photo are called by: its id, so that a lost file is found again,
    and what nobody can guess, so that who has the storage's address has no photo."""
    return f"{photo_id.hex}-{secrets.token_hex(8)}"


def photo_of(name: str) -> uuid.UUID | None:
    """Return the id of the photo that a file of this name is, or was to be, of."""
    try:
        return uuid.UUID(hex=name.rpartition("/")[2].partition("-")[0])
    except ValueError:
        return None


def received_name(*, key: str, day: dt.date, orientation: int) -> str:
    """Return the name of a photo as it came. How it is to be turned stands in the name: the bytes
    no longer say it."""
    return f"{RECEIVED}/{day.isoformat()}/{key}-{orientation}.jpg"


def orientation_of(name: str) -> int:
    """Return how the photo of this name is to be turned, 1 to 8."""
    said = name.removesuffix(".jpg").rpartition("-")[2]
    return int(said) if said in tuple("12345678") else 1


def cleaned_name(*, key: str, day: dt.date) -> str:
    """Return the name of a photo made anew, for agents."""
    return f"{CLEANED}/{day.isoformat()}/{key}.jpg"


def shown_name(*, key: str, day: dt.date) -> str:
    """Return the name of a photo as the public sees it; another one each time it is covered."""
    return f"{SHOWN}/{day.isoformat()}/{key}.jpg"


def small_name(shown: str) -> str:
    """Return the name of the small one that lies beside a public photo."""
    return f"{shown.removesuffix('.jpg')}-small.jpg"


def why_not_boxes(boxes: Sequence[Sequence[object]]) -> str:
    """Return "" for boxes that may cover a photo, else "too_many_boxes" or "box_outside"."""
    if len(boxes) > MOST_BOXES:
        return "too_many_boxes"
    return "" if all(map(_is_box, boxes)) else "box_outside"


def _is_box(box: Sequence[object]) -> bool:
    numbers = [one for one in box if isinstance(one, int) and not isinstance(one, bool)]
    if len(numbers) != len(box) or len(numbers) != len(("x", "y", "width", "height")):
        return False
    x, y, width, height = numbers
    is_inside = x >= 0 and y >= 0 and x + width <= WHOLE and y + height <= WHOLE
    return is_inside and width >= LEAST and height >= LEAST


def in_pixels(box: Box, *, width: int, height: int) -> Box:
    """Return left, top, right and bottom of a box in a photo of this size, to whole pixels
    outwards: no edge of what was to be covered stays."""
    x, y, wide, high = box
    return (
        x * width // WHOLE,
        y * height // WHOLE,
        min(width, -(-(x + wide) * width // WHOLE)),
        min(height, -(-(y + high) * height // WHOLE)),
    )


def sound(boxes: Iterable[Sequence[float]]) -> list[Box]:
    """Return what of a detector's boxes can be drawn: whole numbers, inside the photo, not too
    many."""
    found = []
    for x, y, width, height in boxes:
        left, top = max(0, round(x)), max(0, round(y))
        right, bottom = min(WHOLE, round(x + width)), min(WHOLE, round(y + height))
        if right - left >= LEAST and bottom - top >= LEAST:
            found.append((left, top, right - left, bottom - top))
    return found[:MOST_BOXES]
