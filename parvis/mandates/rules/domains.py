"""The domains in which one may act for another, and the names Aidants Connect gives them."""

from __future__ import annotations

from collections.abc import Iterable

EVERYTHING = "*"
PARTICIPATION = "participation"

# Aidants Connect's ten domains (`DEMARCHES` of betagouv/Aidants_Connect), which FranceConnect hands
# on in the claim `rep_scope`, and our keys for them.
REP_SCOPE = {
    "papiers": "papers",
    "famille": "family",
    "social": "social",
    "travail": "work",
    "logement": "housing",
    "transports": "transport",
    "argent": "money",
    "justice": "justice",
    "etranger": "foreigners",
    "loisirs": "leisure",
}
_BY_KEY = {key: name for name, key in REP_SCOPE.items()}


def from_rep_scope(said: str | Iterable[str]) -> frozenset[str]:
    """Return the domains that a `rep_scope` names: a list, or words set apart by spaces or commas.

    A name nobody knows gives no power: it is left out, never widened.
    """
    words = said.replace(",", " ").split() if isinstance(said, str) else [str(one) for one in said]
    return frozenset(REP_SCOPE[word] for word in words if word in REP_SCOPE)


def to_rep_scope(domains: Iterable[str]) -> list[str]:
    """Return Aidants Connect's names of these domains, in alphabetical order; ours are left out."""
    asked = set(domains)
    if EVERYTHING in asked:
        return sorted(REP_SCOPE)
    return sorted(_BY_KEY[key] for key in asked if key in _BY_KEY)


def why_domains_are_refused(asked: Iterable[str], declared: Iterable[str]) -> str | None:
    """Return why a mandate may not list these domains, or None.

    "no_domain": none is named; "unknown_domain": one of them is not declared.
    """
    wanted = set(asked)
    if not wanted:
        return "no_domain"
    return None if wanted <= set(declared) else "unknown_domain"
