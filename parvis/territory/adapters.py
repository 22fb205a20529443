"""The national address base (BAN), asked over HTTP where the city has switched it on.

Format: https://adresse.data.gouv.fr/outils/api-doc/adresse, also served by the Géoplateforme.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
from django.conf import settings

from parvis.territory.queries import suggestions
from parvis.territory.rules.places import Suggestion

TIMEOUT = 1.5
"""Seconds that somebody who types is made to wait for another administration."""
FAILURES = 3
PAUSE = 60.0
"""Seconds during which it is left alone after so many failures in a row."""
_SHORTEST, _LONGEST = 3, 200
_KINDS = {"housenumber": "address", "street": "street", "locality": "street"}
_CITY = "751"
_MIDDLE = {"lon": 2.3522, "lat": 48.8566}
"""Addresses near it come first; without it the « rue de la République » of others fill the list."""


class NationalBase:
    """The national address base, left alone for a while when it does not answer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_until = 0.0

    def suggest(self, query: str, limit: int) -> list[Suggestion] | None:
        """Return its addresses in this city, or None if it is off, silent or has nothing."""
        words = query.strip()[:_LONGEST]
        url = str(settings.PARVIS_BAN_URL)
        if not url or len(words) < _SHORTEST or self._clock() < self._closed_until:
            return None
        try:
            found = self._ask(url, words, limit)
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            self._note_failure()
            return None
        self._failures = 0
        return found or None

    def forgive(self) -> None:
        """Forget past failures: the next question is asked."""
        self._failures, self._closed_until = 0, 0.0

    def _ask(self, url: str, words: str, limit: int) -> list[Suggestion]:
        asked: dict[str, str | float] = {"q": words, "limit": limit, "autocomplete": 1, **_MIDDLE}
        answer = httpx.get(f"{url.rstrip('/')}/search/", params=asked, timeout=TIMEOUT)
        answer.raise_for_status()
        features = answer.json()["features"]
        return [read(one) for one in features if _is_ours(one["properties"])][:limit]

    def _note_failure(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._closed_until = self._clock() + PAUSE
            self._failures = 0


def _is_ours(properties: dict[str, Any]) -> bool:
    return properties["type"] in _KINDS and str(properties["citycode"]).startswith(_CITY)


def read(feature: dict[str, Any]) -> Suggestion:
    """Return a feature of the BAN as one of our suggestions.

    :raises KeyError, ValueError, TypeError: if it is not in the format
    """
    properties = feature["properties"]
    lon, lat = (float(part) for part in feature["geometry"]["coordinates"])
    return Suggestion(
        kind=_KINDS[properties["type"]],
        label=str(properties["label"]),
        number=str(properties.get("housenumber", "")),
        street=str(properties.get("street") or properties["name"]),
        postcode=str(properties["postcode"]),
        arrondissement=int(str(properties["citycode"])[-2:]),
        lon=lon,
        lat=lat,
        score=float(properties["score"]),
    )


national_base = NationalBase()
suggestions.prefer(national_base.suggest)
