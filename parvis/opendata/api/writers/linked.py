"""Linked data in four syntaxes, which say the same: a row is a resource, a field a property.

A point has the longitude and latitude of the W3C's basic geo vocabulary; what has parts is a
literal of JSON; a row without a name, such as a group, is a blank node.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from parvis.opendata.api.writers import objects
from parvis.opendata.api.writers.export import Export, rows
from parvis.opendata.api.writers.objects import dumped
from parvis.opendata.api.writers.places import FORBIDDEN
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.odsql.outputs import Form, Output

NAME = "@id"
"""The label of the value that names a row, as JSON-LD calls it."""
_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_WGS = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_JSON = f"{_RDF}JSON"
_DATES = {4: f"{_XSD}gYear", 7: f"{_XSD}gYearMonth"}
_TYPES = {
    FieldType.INT: f"{_XSD}integer",
    FieldType.DOUBLE: f"{_XSD}double",
    FieldType.BOOLEAN: f"{_XSD}boolean",
    FieldType.DATE: f"{_XSD}date",
    FieldType.DATETIME: f"{_XSD}dateTime",
    FieldType.GEO_SHAPE: _JSON,
    FieldType.FILE: _JSON,
    FieldType.JSON: _JSON,
}
_BARE = frozenset({f"{_XSD}integer", f"{_XSD}boolean"})
"""Types that JSON and Turtle tell by how a value is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Property:
    """What a field says of a row: `local` is its name in the vocabulary of the dataset, `kind` the
    type of its values, empty for texts."""

    output: Output
    local: str
    kind: str

    @property
    def is_point(self) -> bool:
        return self.output.form in {Form.POINT, Form.CELL}


def properties(export: Export) -> list[_Property]:
    """Return what each output says, under names that every syntax can write."""
    taken: set[str] = {""}
    found = []
    for output in export.outputs:
        if output.name == NAME:
            continue
        plain = re.sub(r"^(?=[0-9])|[^A-Za-z0-9_]", "_", output.name)
        local, rank = plain, 1
        while local in taken:
            rank += 1
            local = f"{plain}_{rank}"
        taken.add(local)
        found.append(_Property(output=output, local=local, kind=_kind(export, output)))
    return found


def _kind(export: Export, output: Output) -> str:
    if output.form in {Form.RANGE, Form.WIDTH} or output.is_list:
        return ""
    if output.form is not Form.PLAIN:
        return _JSON
    if output.type is FieldType.DATE and output.name in export.date_lengths:
        return _DATES.get(export.date_lengths[output.name], _TYPES[FieldType.DATE])
    return _TYPES.get(output.type, "")


# --- JSON-LD --------------------------------------------------------------------------------------


def write_jsonld(export: Export) -> Iterator[bytes]:
    """Yield the rows as the API shows them, with a context that says what they mean."""
    terms = {one.output.name: _term(one) for one in properties(export)}
    context = {"@base": f"{export.address}/records/", "@vocab": _vocabulary(export), **terms}
    yield f'{{"@context":{dumped(context)},"@graph":['.encode()
    yield from objects.listed(export)
    yield b"]}"


def _vocabulary(export: Export) -> str:
    return f"{export.address}/fields/"


def _term(one: _Property) -> dict[str, Any]:
    if one.is_point:
        return {"@id": one.local, "@context": {"lon": f"{_WGS}long", "lat": f"{_WGS}lat"}}
    if one.kind == _JSON:
        return {"@id": one.local, "@type": "@json"}
    typed = one.kind and one.kind not in _BARE
    return {"@id": one.local, "@type": one.kind} if typed else {"@id": one.local}


# --- Turtle, which is N3 too ----------------------------------------------------------------------


def write_turtle(export: Export) -> Iterator[bytes]:
    """Yield a sentence for each row."""
    yield (
        f"@base <{export.address}/records/> .\n@prefix f: <{_vocabulary(export)}> .\n"
        f"@prefix rdf: <{_RDF}> .\n@prefix wgs: <{_WGS}> .\n@prefix xsd: <{_XSD}> .\n\n"
    ).encode()
    yield from _said(export, _sentence)


def _sentence(row: dict[str, Any], known: list[_Property]) -> str:
    said = " ;\n  ".join(
        f"f:{one.local} {_turtle(one, value)}"
        for one in known
        for value in _values(row[one.output.name])
    )
    subject = f"<{row[NAME]}>" if NAME in row else "[]"
    return f"{subject} {said} .\n" if said else ""


def _turtle(one: _Property, value: Any) -> str:
    if one.is_point:
        lon, lat = (f'"{value[name]}"^^xsd:double' for name in ("lon", "lat"))
        return f"[ wgs:long {lon} ; wgs:lat {lat} ]"
    text = _text(one, value)
    if one.kind in _BARE:
        return text
    kind = one.kind.replace(_XSD, "xsd:").replace(_RDF, "rdf:")
    return f"{dumped(text)}^^{kind}" if kind else dumped(text)


# --- RDF/XML --------------------------------------------------------------------------------------


def write_rdfxml(export: Export) -> Iterator[bytes]:
    """Yield a description of each row."""
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="{_RDF}" xmlns:wgs="{_WGS}"'
        f' xmlns:f="{escape(_vocabulary(export))}"'
        f' xml:base="{escape(export.address)}/records/">\n'
    ).encode()
    yield from _said(export, _description)
    yield b"</rdf:RDF>\n"


def _description(row: dict[str, Any], known: list[_Property]) -> str:
    said = "".join(_element(one, value) for one in known for value in _values(row[one.output.name]))
    about = f' rdf:about="{row[NAME]}"' if NAME in row else ""
    return f"<rdf:Description{about}>{said}</rdf:Description>\n" if said else ""


def _element(one: _Property, value: Any) -> str:
    name = f"f:{one.local}"
    if one.is_point:
        kind = f' rdf:datatype="{_XSD}double"'
        inside = "".join(
            f"<wgs:{there}{kind}>{value[here]}</wgs:{there}>"
            for here, there in (("lon", "long"), ("lat", "lat"))
        )
        return f'<{name} rdf:parseType="Resource">{inside}</{name}>'
    typed = f' rdf:datatype="{one.kind}"' if one.kind else ""
    return f"<{name}{typed}>{escape(_text(one, value).translate(FORBIDDEN))}</{name}>"


# --- rows -----------------------------------------------------------------------------------------


def _said(
    export: Export, sentence: Callable[[dict[str, Any], list[_Property]], str]
) -> Iterator[bytes]:
    """Yield what is said of each row, batch by batch."""
    known = properties(export)
    with export.open() as batches:
        for batch in batches:
            text = "".join(sentence(row, known) for row in rows(export, batch))
            if text:
                yield text.encode()


def _values(value: Any) -> list[Any]:
    """Return the values of a cell: each element of a list once, as a set of statements holds it."""
    if isinstance(value, list):
        return list(dict.fromkeys(map(str, value)))
    return [] if value is None else [value]


def _text(one: _Property, value: Any) -> str:
    if isinstance(value, str) and one.kind != _JSON:
        return value
    return dumped(value)
