"""Sentences that are kept in each of our languages, said in the one of the page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation

LANGUAGES = ("fr", "en")
Said = dict[str, str]


def here(sentences: Mapping[str, str]) -> str:
    """Return the sentence in the language spoken now."""
    spoken = (translation.get_language() or LANGUAGES[0])[:2]
    return sentences.get(spoken) or sentences[LANGUAGES[0]]
