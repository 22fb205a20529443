"""From the header a file shows to the name a query can write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST_NAME = 200
_NOT_WORD = re.compile(r"[^a-z0-9]+")
# Letters that Unicode does not take apart.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "°": " "})


def cleaned(label: str) -> str:
    """Return the label as a field's name, `[a-z0-9_]+`, "" if no letter or digit is left."""
    lowered = label.lower().translate(_LIGATURES)
    plain = unicodedata.normalize("NFKD", lowered)
    ascii_only = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_WORD.sub("_", ascii_only).strip("_")[:LONGEST_NAME].strip("_")


def field_names(labels: Sequence[str]) -> list[str]:
    """Return one name per label, all different; a label that says nothing is named by its
    place."""
    taken: set[str] = set()
    names = []
    for place, label in enumerate(labels, start=1):
        name = first = cleaned(label) or f"column_{place}"
        number = 2
        while name in taken:
            name = f"{first}_{number}"
            number += 1
        taken.add(name)
        names.append(name)
    return names
