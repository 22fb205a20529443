"""What proves that one may act for another, and what names an association."""

from __future__ import annotations

import re
import unicodedata

from parvis.kernel.sirene import is_siret

PARENT, GUARDIAN, RELATIVE, ASSOCIATION = "parent", "guardian", "relative", "association"

# Kinds of papers an agent looks at, by what they can prove.
PROOFS = {
    PARENT: ("family_book", "birth_certificate", "court_decision"),
    GUARDIAN: ("court_decision",),
    RELATIVE: ("power_of_attorney", "court_decision"),
    ASSOCIATION: ("board_minutes", "association_receipt"),
}
# The person represented said so themselves, on their own page.
OWN_WORD = "own_word"
REFERENCE_MAX_LENGTH = 120
REASON_MAX_LENGTH = 500
MAX_PROOF_BYTES = 10_000_000

# Number of the national register of associations: W, the prefecture, seven figures; Corsica and
# overseas prefectures have a letter. Source: décret n° 2009-540, RNA.
_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")


def may_prove(kind: str, proof: str) -> bool:
    """Tell whether a paper of this kind can prove a right of that kind."""
    return proof in PROOFS.get(kind, ())


def read_rna(typed: str) -> str | None:
    """Return an RNA number in its one form, or None if it is not one."""
    bare = "".join(typed.split()).upper()
    return bare if _RNA.fullmatch(bare) else None


def read_siret(typed: str) -> str | None:
    """Return a SIRET in its one form, or None if its check figure is wrong."""
    bare = "".join(typed.split())
    return bare if is_siret(bare) else None


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are written with the same letters: accents, case and hyphens aside."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.casefold())
    return "".join(character for character in apart if character.isalnum())
