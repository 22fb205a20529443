"""What somebody means who says in plain words what is wrong: « frigo sur le trottoir ».

Each word counts as much as it tells kinds apart: « frigo » belongs to one, « trottoir » to many.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches

LONGEST_QUERY = 200
_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset(
    _WORD.findall(
        """
    a au aux avec ce cette ces dans de des devant du elle en encore est et il j ai l la le les ma
    mon n ne notre on ou par pas plus pour pres que qui sa se ses son sont sous sur tres un une y
    the of on in at is are there my near and or an to it this that
        """
    )
)
_KEYWORD, _LABEL, _BRANCH = 1.0, 0.8, 0.4
"""A word that people use, one of the kind's name, one of its category's."""
_BEGINNING, _MISTYPED = 0.85, 0.75
_NEARLY = 0.78
"""How alike two words are when one is the other mistyped: « frigot », « lampadère »."""
_SHORTEST_BEGINNING, _SHORTEST_MISTYPED = 3, 4
_LEAST = 0.5
"""Beside the best, what fits less than half as well is noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Something that may be reported, in the words by which it is found."""

    code: str
    label: str
    branch: str
    keywords: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class _Index:
    """How strongly each word belongs to each kind."""

    worth: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, code: str, text: str, worth: float) -> None:
        for word in words_of(text):
            known = self.worth[word].get(code, 0.0)
            self.worth[word][code] = max(known, worth)


def words_of(text: str) -> list[str]:
    """Return the words of a text that tell something, plain and in the singular."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST_QUERY].lower().replace("œ", "oe"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [_singular(word) for word in _WORD.findall(plain) if word not in _SMALL]


def find(
    kinds: Sequence[Kind], query: str, *, limit: int = 8, as_written: bool = False
) -> list[str]:
    """Return the codes of the kinds that somebody may mean, the likeliest first.

    Of two that fit as well, what is reported more often comes first. Nothing fits words that no
    kind has, even mistyped; `as_written` takes each word as it is, and wants
    each to be known.
    """
    asked = words_of(query)
    if not asked:
        return []
    index = _indexed(kinds)
    scores: defaultdict[str, float] = defaultdict(float)
    for word in dict.fromkeys(asked):
        fitting = dict(index.worth.get(word, {})) if as_written else _fitting(index.worth, word)
        if as_written and not fitting:
            return []
        telling = math.log(1 + len(kinds) / max(len(fitting), 1))
        for code, worth in fitting.items():
            scores[code] += worth * telling
    return _best(scores, {one.code: one.weight for one in kinds}, limit)


def _indexed(kinds: Iterable[Kind]) -> _Index:
    index = _Index()
    for one in kinds:
        index.add(one.code, one.branch, _BRANCH)
        index.add(one.code, one.label, _LABEL)
        for keyword in one.keywords:
            index.add(one.code, keyword, _KEYWORD)
    return index


def _fitting(worth: Mapping[str, Mapping[str, float]], word: str) -> dict[str, float]:
    """Return how well each kind fits one word: as it is, as a beginning, or mistyped."""
    fitting: dict[str, float] = dict(worth.get(word, {}))
    if not fitting and len(word) >= _SHORTEST_BEGINNING:
        begun = [known for known in worth if known.startswith(word)]
        _take(fitting, worth, dict.fromkeys(begun, _BEGINNING))
    if not fitting and len(word) >= _SHORTEST_MISTYPED:
        close = get_close_matches(word, worth, n=4, cutoff=_NEARLY)
        alike = {known: SequenceMatcher(None, known, word).ratio() for known in close}
        _take(fitting, worth, {known: _MISTYPED * ratio for known, ratio in alike.items()})
    return fitting


def _take(
    fitting: dict[str, float],
    worth: Mapping[str, Mapping[str, float]],
    known: Mapping[str, float],
) -> None:
    for word, share in known.items():
        for code, value in worth[word].items():
            fitting[code] = max(fitting.get(code, 0.0), value * share)


def _best(scores: Mapping[str, float], weights: Mapping[str, int], limit: int) -> list[str]:
    if not scores:
        return []
    least = _LEAST * max(scores.values())
    likely = [code for code, score in scores.items() if score >= least]
    likely.sort(key=lambda code: (-round(scores[code], 6), -weights[code], code))
    return likely[:limit]


def _singular(word: str) -> str:
    long_enough = len(word) > _SHORTEST_BEGINNING
    return word[:-1] if long_enough and word[-1] in "sx" and word[-2] != "s" else word
