"""How likely it is that somebody who typed a few words meant a street."""

from __future__ import annotations

from parvis.territory.rules.words import Wanted

# The weights add up to 1; what was not said counts as if it agreed.
_NAME, _PART, _BEGINNING, _KIND, _ARRONDISSEMENT = 0.4, 0.2, 0.1, 0.2, 0.1
_SLIPS = 2
"""Letters that one name may have more than the other when it is the other mistyped."""
_CLOSE = 2 / 3
_ALIKE, _PARTLY = 0.25, 0.55


def slips(typed: str, meant: str) -> int:
    """Return how many letters to add, drop, change or swap with the next make one the other.

    (Optimal string alignment: no letter is touched twice.)
    """
    before: list[int] = []
    last = list(range(len(meant) + 1))
    for rank, letter in enumerate(typed, start=1):
        row = [rank]
        for place, other in enumerate(meant, start=1):
            cost = min(last[place] + 1, row[-1] + 1, last[place - 1] + (letter != other))
            swapped = typed[rank - 2 : rank] == meant[place - 2 : place][::-1]
            if rank > 1 and place > 1 and swapped:
                cost = min(cost, before[place - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def closeness(typed: str, meant: str) -> float:
    """Return the share of the letters that are right, 0 if the lengths are too far apart."""
    if abs(len(typed) - len(meant)) > _SLIPS:
        return 0.0
    return 1 - slips(typed, meant) / max(len(typed), len(meant), 1)


def likelihood(
    wanted: Wanted, *, key: str, kind: str, arrondissement: int, alike: float, part: float
) -> float:
    """Return how likely a street is meant, from 0 (not at all) to 1.

    `alike` and `part` are what trigrams say of the whole name and of a part of it (pg_trgm's
    `similarity` and `word_similarity`). They miss a slip in a short name, « tsael » for « stael »,
    of which hardly a trigram is left: there the letters are compared.
    """
    close = 1.0 if key == wanted.words else closeness(wanted.words, key)
    if alike < _ALIKE and part < _PARTLY and close < _CLOSE:
        return 0.0
    return (
        _NAME * max(alike, close)
        + _PART * part
        + _BEGINNING * key.startswith(wanted.words)
        + _KIND * (wanted.kind in ("", kind))
        + _ARRONDISSEMENT * (wanted.arrondissement in (0, arrondissement))
    )
