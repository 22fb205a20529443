"""How people write addresses: what is said in « 12 bis r de la roquette 11e »."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

ARRONDISSEMENTS = 20
LONGEST_QUERY = 120
"""Characters that are read of what somebody typed; the rest is not an address."""

# First word of a street's name, and the ways it is shortened.
KINDS = {
    "allee": ("all", "allees"),
    "avenue": ("av", "ave", "aven"),
    "boulevard": ("bd", "bld", "blvd", "boul", "bvd"),
    "carrefour": ("car", "carr"),
    "chaussee": (),
    "chemin": ("ch", "che", "chem"),
    "cite": (),
    "cour": (),
    "cours": ("crs",),
    "esplanade": ("esp",),
    "galerie": ("gal",),
    "hameau": ("ham",),
    "impasse": ("imp",),
    "jardin": ("jard",),
    "passage": ("pass", "psg", "pge"),
    "passerelle": (),
    "place": ("pl",),
    "placette": (),
    "pont": (),
    "port": (),
    "porte": ("pte",),
    "promenade": ("prom",),
    "quai": ("q", "qu"),
    "route": ("rte",),
    "rue": ("r",),
    "ruelle": (),
    "sentier": (),
    "square": ("sq",),
    "villa": (),
    "voie": (),
}
_KIND_OF = {short: kind for kind, shorts in KINDS.items() for short in (kind, *shorts)}
_KIND_OF["quartier"] = "quartier"  # no street, but people say it of districts
# Shortenings met inside a name, wherever they stand.
_LONG = {
    "st": "saint",
    "ste": "sainte",
    "fg": "faubourg",
    "fbg": "faubourg",
    "gal": "general",
    "gen": "general",
    "mal": "marechal",
    "dr": "docteur",
    "pdt": "president",
    "cdt": "commandant",
    "cne": "capitaine",
    "prof": "professeur",
    "nd": "notre dame",
    "1er": "ier",
    "trois": "3",
    "quatre": "4",
    "huit": "8",
}
_SMALL = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"]
)
_KINGS = frozenset({"albert", "alexandre", "francois", "napoleon", "pierre"})
_SUFFIXES = frozenset({"bis", "ter", "quater", *"abcde"})

_NEARLY = 0.8
"""How alike two words are when one is the other mistyped: « boulvard », not « bonne »."""

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ORDINAL = re.compile(r"(\d{1,2})(?:er|e|eme|ieme|nd|nde)")
_POSTCODE = re.compile(r"75[01](\d\d)")
_NUMBER = re.compile(r"(\d{1,4})(bis|ter|quater|[a-e])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a query says; 0 or nothing where it does not say."""

    number: int = 0
    suffix: str = ""
    kind: str = ""
    words: str = ""
    arrondissement: int = 0


def plain(text: str) -> str:
    """Return the words of `text` in small letters, without accents or punctuation."""
    joined = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    letters = unicodedata.normalize("NFKD", joined)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", bare.lower()).strip()


def key(name: str) -> tuple[str, str]:
    """Return the kind of a street and the words that tell it from others: ("rue", "roquette")."""
    words = plain(name).split()
    kind = words[0] if words and words[0] in KINDS else ""
    return kind, significant(words[1:] if kind else words) or " ".join(words)


def district_key(name: str) -> str:
    """Return the words by which a district is known: « roquette », « ecole militaire »."""
    return significant(plain(name).split())


def significant(words: list[str]) -> str:
    """Return what tells a name from others, written out: no « de la », « saint » for « st »."""
    longs = [_LONG.get(word, word) for word in words]
    return " ".join(word for word in longs if word not in _SMALL) or " ".join(longs)


def read(query: str) -> Wanted:
    """Return what a query says; an empty `Wanted` if it says nothing."""
    words = plain(query[:LONGEST_QUERY]).split()
    number, suffix, words = _take_number(words)
    arrondissement, words = _take_arrondissement(words)
    kind = _kind(words)
    # « Gal » alone is half a word, « gal vivienne » is a gallery, « r » is a street to be named.
    rest = words[1:] if kind and (len(words) > 1 or words[0] != kind) else words
    return Wanted(
        number=number,
        suffix=suffix,
        kind=kind,
        words=significant(rest),
        arrondissement=arrondissement,
    )


def _kind(words: list[str]) -> str:
    """Return the kind of street that the first word says, or nearly says."""
    if not words:
        return ""
    if words[0] in _KIND_OF or len(words) == 1:
        return _KIND_OF.get(words[0], "")
    near = get_close_matches(words[0], KINDS, n=1, cutoff=_NEARLY)
    return near[0] if near else ""


def _take_number(words: list[str]) -> tuple[int, str, list[str]]:
    """Take a house number off the front; an ordinal or a postcode there is none."""
    found = _NUMBER.fullmatch(words[0]) if words else None
    if found is None or _is_arrondissement(words):
        return 0, "", words
    number, suffix, rest = int(found[1]), found[2] or "", words[1:]
    if not suffix and len(rest) > 1 and rest[0] in _SUFFIXES:
        suffix, rest = rest[0], rest[1:]
    if rest and rest[0].isdigit() and len(rest) > 1:
        rest = rest[1:]  # « 10-12 » stands at number 10
    return number, suffix, rest


def _is_arrondissement(words: list[str]) -> bool:
    ordinal = _ORDINAL.fullmatch(words[0])
    return ordinal is not None and 1 <= int(ordinal[1]) <= ARRONDISSEMENTS


def _take_arrondissement(words: list[str]) -> tuple[int, list[str]]:
    """Take « 75011 », « 11e », « 11eme arrondissement » or « Paris 11 » out of the words."""
    found, kept = 0, []
    for before, word in zip(["", *words], words, strict=False):
        number = _number_of(before, word)
        if number and not found:
            found = number
            continue
        kept.append(word)
    # The city's own name says nothing, unless it is all there is (« rue de Paris » has a kind).
    if len(kept) > 1 and kept[-1] == "paris" and kept[-2] not in _SMALL:
        kept.pop()
    if found:
        kept = [word for word in kept if word not in {"paris", "arrondissement", "ardt", "arr"}]
    return found, kept


def _number_of(before: str, word: str) -> int:
    postcode, ordinal = _POSTCODE.fullmatch(word), _ORDINAL.fullmatch(word)
    number = 0
    if postcode:
        number = int(postcode[1])
    elif ordinal and before not in _KINGS:
        number = int(ordinal[1])
    elif before == "paris" and word.isdigit():
        number = int(word[:3])
    return number if 1 <= number <= ARRONDISSEMENTS else 0
