"""A dataset as search engines read it, inside its page."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django import template

from parvis.opendata.api.catalogue_exports import OFFERED
from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.dcat import schema_org

register = template.Library()
# Nothing that is said of a dataset may end the element it stands in.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Linked:
    """JSON-LD that may stand in a page as it is."""

    text: str

    def __html__(self) -> str:
        """Return the text for a template, which does not escape it again."""
        return self.text.translate(_ESCAPES)


@register.simple_tag
def linked_data(entry: Entry) -> Linked:
    """Return what schema.org can say of a dataset, to be put into a data block of the page.

    It is data, not a script: a browser never runs it, whatever the page's policy says.
    """
    said = schema_org(entry, OFFERED)
    return Linked(json.dumps(said, ensure_ascii=False, separators=(",", ":")))
