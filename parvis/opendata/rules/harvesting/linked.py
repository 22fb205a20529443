"""RDF that strangers wrote, in Turtle, RDF/XML or JSON-LD: read without asking anybody anything.

A JSON-LD document may name contexts that lie elsewhere, and an XML document entities: the first are
handed in by whoever may fetch them, the second are not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax import SAXException

from rdflib import Graph
from rdflib.exceptions import Error, ParserError
from rdflib.plugins.parsers.jsonld import to_rdf

from parvis.opendata.rules.harvesting.explore import decoded
from parvis.opendata.rules.harvesting.remote import Unfit

_CONTEXT, _IMPORT = "@context", "@import"
_XML = re.compile(rb"\s*<(\?xml|rdf:|!DOCTYPE rdf)", re.IGNORECASE)
_PAGE = re.compile(rb"\s*<(!doctype html|html)", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_BROKEN = (
    SyntaxError,
    SAXException,
    Error,
    ParserError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)
"""What rdflib raises at what it cannot read."""

Document = dict[str, Any] | list[Any]


def graph(content: bytes, address: str, contexts: Mapping[str, Any] | None = None) -> Graph:
    """Return the graph that was answered at an address; `contexts` are those it names elsewhere.

    :raises Unfit: `not_rdf`, `xml_entities`, `remote_context`
    """
    plain = content.removeprefix(b"\xef\xbb\xbf")
    syntax = _syntax(plain)
    if syntax == "xml" and _ENTITY.search(plain):
        raise Unfit("xml_entities")
    document = _with(_document(plain), contexts or {}) if syntax == "json-ld" else None
    left = sorted(_named(document))
    if left:
        raise Unfit("remote_context", address=left[0])
    read = Graph()
    try:
        if document is None:
            read.parse(data=plain, format=syntax, publicID=address)
        else:
            # What stands in graphs of their own is part of the catalogue too.
            to_rdf(document, read, base=address)
    except _BROKEN as error:
        raise Unfit("not_rdf", why=_first_line(error)) from error
    return read


def contexts(content: bytes) -> list[str]:
    """Return the addresses of the contexts that a JSON-LD document names; none for other
    syntaxes."""
    plain = content.removeprefix(b"\xef\xbb\xbf")
    return sorted(_named(_document(plain))) if _syntax(plain) == "json-ld" else []


def _syntax(plain: bytes) -> str:
    start = plain.lstrip()[:1]
    if _PAGE.match(plain):
        raise Unfit("not_rdf", why="HTML")
    if start in {b"{", b"["} and not plain.lstrip().startswith(b"[]"):
        return "json-ld"
    return "xml" if _XML.match(plain) else "turtle"


def _document(plain: bytes) -> Document:
    document = decoded(plain)
    if not isinstance(document, dict | list):
        raise Unfit("not_rdf", why="JSON")
    return document


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _named(node: Any) -> Iterator[str]:
    """Yield every address that stands where a context may."""
    if isinstance(node, list):
        for one in node:
            yield from _named(one)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in {_CONTEXT, _IMPORT}:
                yield from _addresses(value)
            yield from _named(value)


def _addresses(value: Any) -> Iterator[str]:
    many: Iterable[Any] = value if isinstance(value, list) else [value]
    return (one for one in many if isinstance(one, str))


def _with(node: Any, known: Mapping[str, Any]) -> Any:
    """Return the document with the contexts in the place of their addresses."""
    if isinstance(node, list):
        return [_with(one, known) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        name: _put(value, known) if name == _CONTEXT else _with(value, known)
        for name, value in node.items()
    }


def _put(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_put(one, known) for one in value]
    if isinstance(value, str) and value in known:
        found = known[value]
        return found.get(_CONTEXT, found) if isinstance(found, dict) else found
    return _with(value, known) if isinstance(value, dict) else value
