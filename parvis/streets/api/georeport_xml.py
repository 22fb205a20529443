"""Writes the answers of GeoReport as XML: the same things as in JSON, each with its own name."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

# What each list holds, one by one.
_ITEMS = {
    "attributes": "attribute",
    "discovery": "discovery",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "photos": "photo",
    "service_request_updates": "request_update",
    "service_requests": "request",
    "service_requests_updates": "request_update",
    "services": "service",
    "values": "value",
}
# XML 1.0, 2.2: other characters are in no document, however they are escaped.
_NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(root: str, content: Any) -> bytes:
    """Return a document in UTF-8 with its declaration; nothing is said by an empty element."""
    written: bytes = ElementTree.tostring(
        _element(root, content), encoding="utf-8", xml_declaration=True
    )
    return written


def _element(name: str, content: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, dict):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, list):
        element.extend(_element(_ITEMS[name], one) for one in content)
    elif content is not None:
        text = str(content).lower() if isinstance(content, bool) else str(content)
        element.text = _NO_TEXT.sub("", text)
    return element
