"""How sure a service may be of who signed in: the classes we answer for (REFEDS Assurance)."""

from __future__ import annotations

from collections.abc import Iterable

# REFEDS SFA 1.0 and MFA 1.2 profiles; the account speaks of them by the same names.
SINGLE_FACTOR = "https://refeds.org/profile/sfa"
MULTI_FACTOR = "https://refeds.org/profile/mfa"
# From the weakest to the strongest.
ACR_VALUES = (SINGLE_FACTOR, MULTI_FACTOR)


def reaches(acr: str, wanted: str) -> bool:
    """Tell whether a sign-in is at least as sure as what is wanted; nothing is wanted by ""."""
    if not wanted:
        return True
    return wanted in ACR_VALUES and acr in ACR_VALUES and _rank(acr) >= _rank(wanted)


def preferred(asked: Iterable[str]) -> str:
    """Return the first class asked for that we know, in the service's order of preference, or "".

    Source: OpenID Connect Core 1.0, section 3.1.2.1, `acr_values`.
    """
    return next((one for one in asked if one in ACR_VALUES), "")


def _rank(acr: str) -> int:
    return ACR_VALUES.index(acr)
