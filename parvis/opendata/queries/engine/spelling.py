"""Words spelled nearly like another: Levenshtein's distance to all words of an index at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

# Of longer words only the exact ones are found.
_LONGEST = 40
_PAD = 0
_FAR = 100


def tolerance(word: str) -> int:
    """Return how many slips of the pen a word may have: 2 above five letters, 1 above two.

    Source: Explore API v2.1, function search().
    """
    two, one = 5, 2
    if len(word) > two:
        return 2
    return 1 if len(word) > one else 0


class Vocabulary:
    """The words of an index, laid out so that one comparison treats them all together.

    `_letters[i]` holds the letter number `i` of every word, 0 where a word is over.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self.terms = [term for term in terms if len(term) <= _LONGEST]
        self._lengths = np.array([len(term) for term in self.terms], dtype=np.int16)
        self._letters = np.full((_LONGEST, len(self.terms)), _PAD, dtype=np.uint32)
        for place, term in enumerate(self.terms):
            self._letters[: len(term), place] = np.frombuffer(
                term.encode("utf-32-le"), dtype=np.uint32
            )

    def near(self, word: str, *, at_most: int) -> list[str]:
        """Return the terms at most `at_most` insertions, deletions and changes away, nearest
        first."""
        if not self.terms or len(word) > _LONGEST:
            return []
        likely = np.flatnonzero(np.abs(self._lengths - len(word)) <= at_most)
        letters = self._letters[: len(word) + at_most][:, likely]
        distances = _distances(word, letters, self._lengths[likely], at_most)
        close = np.flatnonzero(distances <= at_most)
        order = close[np.argsort(distances[close], kind="stable")]
        return [self.terms[likely[place]] for place in order]


def _distances(
    word: str, letters: NDArray[np.uint32], lengths: NDArray[np.int16], at_most: int
) -> NDArray[np.int16]:
    """Return the distance of `word` to each term, exact as far as `at_most`.

    The usual table, of which only the band of cells that can still be near is filled: line `i`
    compares the first `i` letters of the word to the first `j` of every term.
    """
    number = len(lengths)
    height = len(letters)
    far = np.full(number, _FAR, dtype=np.int16)
    result = far.copy()
    line = {j: np.full(number, j, dtype=np.int16) for j in range(min(at_most, height) + 1)}
    for i, letter in enumerate(word, start=1):
        above, line = line, {}
        for j in range(max(0, i - at_most), min(height, i + at_most) + 1):
            if j == 0:
                line[j] = np.full(number, i, dtype=np.int16)
                continue
            changed = above.get(j - 1, far) + (letters[j - 1] != ord(letter)).astype(np.int16)
            moved = np.minimum(above.get(j, far), line.get(j - 1, far)) + 1
            line[j] = np.minimum(changed, moved)
    for j, distance in line.items():
        ends = lengths == j
        result[ends] = distance[ends]
    return result
