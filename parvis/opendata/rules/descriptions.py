"""What a dataset is called and said to be, as the catalogue shows it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_TAG = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"\s+")
_UID_LENGTH = 8

TEMPLATE = "default"
"""The metadata template whose fields need no prefix: `title` is `default.title`."""
OURS = "parvis"
"""The template of what this portal says itself, beside what the producer says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A dataset as somebody describes it.

    `metas` holds the metadata templates as the Explore API shows them: "default" (title, HTML
    description, theme, keyword, license…) and "dcat". `fields` are those of the description; a
    version brings its own. `order` puts a dataset among the others, the least first.
    """

    dataset_id: str
    metas: Mapping[str, Mapping[str, Any]]
    fields: Sequence[Mapping[str, Any]] = ()
    features: Sequence[str] = ()
    attachments: Sequence[Mapping[str, Any]] = ()
    key_fields: Sequence[str] = ()
    sort_fields: Sequence[str] = ()
    enriched_fields: Sequence[str] = ()
    warnings: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    source_url: str = ""
    order: int = 1000

    def said(self, name: str) -> Any:
        """Return one field of the default template, None if it is not said."""
        return self.metas.get(TEMPLATE, {}).get(name)


def dataset_uid(dataset_id: str) -> str:
    """Return the technical name of a dataset, such as `da_k3x9w2ab`: the same for the same id."""
    digest = hashlib.sha256(dataset_id.encode()).digest()
    return f"da_{base64.b32encode(digest).decode().lower()[:_UID_LENGTH]}"


def words_of(markup: str | None) -> str:
    """Return what a reader of this HTML reads, without the tags."""
    return _BLANKS.sub(" ", html.unescape(_TAG.sub(" ", markup or ""))).strip()
