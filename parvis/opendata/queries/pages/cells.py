"""Values as people read them in the language of the page, and as the API shows them."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.typography import NO_BREAK
from parvis.opendata.queries import precisions
from parvis.opendata.queries.precisions import LENGTHS as LENGTHS, precision as precision
from parvis.opendata.rules.fields import NUMERIC, Field, FieldType, Schema
from parvis.opendata.rules.profile import is_year
from parvis.ui import wording
from parvis.ui.wording import clock_time, number

_LONGEST = 160
_CODES = re.compile(
    r"(^|_)(c|n|cd|cp|id|num|numero|rang)(_|$)|code|insee|siren|siret|uid|arrond|^ean"
)
_MILLION, _BILLION = 1_000_000, 1_000_000_000
_WHOLE_FROM = 100
"""Millions from which tenths are not told."""
TYPES = {
    FieldType.TEXT: gettext_lazy("text"),
    FieldType.INT: gettext_lazy("whole number"),
    FieldType.DOUBLE: gettext_lazy("number"),
    FieldType.BOOLEAN: gettext_lazy("yes or no"),
    FieldType.DATE: gettext_lazy("date"),
    FieldType.DATETIME: gettext_lazy("date and time"),
    FieldType.GEO_POINT: gettext_lazy("point on the map"),
    FieldType.GEO_SHAPE: gettext_lazy("shape on the map"),
    FieldType.FILE: gettext_lazy("file"),
    FieldType.JSON: gettext_lazy("structured value"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value of a row, as it is read."""

    text: str
    is_number: bool = False
    is_empty: bool = False


def unit(one: Field) -> str:
    """Return the unit of a number, such as "€", or nothing."""
    return next(iter(one.annotations.get("unit", ())), "")


def is_amount(one: Field) -> bool:
    """Tell whether a field counts something, rather than naming it by a number."""
    if one.type not in NUMERIC or is_year(one):
        return False
    return bool(unit(one)) or not _CODES.search(one.name.lower())


def is_code(one: Field, examples: Sequence[str]) -> bool:
    """Tell whether a text names a thing by a code rather than in words."""
    name = one.name.lower()
    if _CODES.search(name) or name.endswith(("url", "idbase", "_pdf")):
        return True
    return bool(examples) and not any(c.isalpha() for text in examples for c in text)


def as_api(row: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Return a row with its yearly and monthly dates cut, as the API shows it."""
    return precisions.shortened(row, precisions.of_schema(schema))


def cell(one: Field, value: Any) -> Cell:
    """Return a value as it is read in a table."""
    if value is None or value in ("", []):
        return Cell(text=_("empty"), is_empty=True)
    if one.type in NUMERIC:
        return Cell(text=figure(one, value), is_number=is_amount(one))
    text = _WRITERS.get(one.type, _plain)(one, value)
    return Cell(text=text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…")


def figure(one: Field, value: float) -> str:
    """Write a number: with its thousands apart if it counts something."""
    if is_amount(one):
        return counted(value)
    return str(int(value)) if float(value).is_integer() else str(value)


def counted(value: float) -> str:
    """Write a number with its thousands apart and two decimals at most."""
    if not math.isfinite(value):
        return ""
    if abs(value) >= 1 and float(round(value, 2)).is_integer():
        return number(int(round(value, 2)))
    short = round(value, 2) if abs(value) >= 1 else float(f"{value:.3g}")
    return number(int(short)) if float(short).is_integer() else number(short)


def short(value: float, measure: str = "") -> str:
    """Write a figure as one says it: « 1 768 M€ », « 12,16 Md€ », « 9 445 »."""
    if measure != "€":
        return _said(counted(value), measure) if measure else counted(value)
    if abs(value) >= 10 * _BILLION:
        return _said(number(round(value / _BILLION, 2)), _("bn€"))
    if abs(value) >= _MILLION:
        millions = value / _MILLION
        tenths = round(millions, 1)
        said = (
            number(round(millions))
            if millions >= _WHOLE_FROM or tenths.is_integer()
            else number(tenths)
        )
        return _said(said, _("M€"))
    return _said(number(round(value)), "€")


def _said(figure: str, measure: str) -> str:
    return f"{figure}{NO_BREAK}{measure}"


def percent(share: float) -> str:
    """Write a share of a whole: « 33,9 % »."""
    return wording.percent(100 * share)


def moment(one: Field, text: str) -> str:
    """Write a date as short as its precision allows."""
    length = LENGTHS.get(precision(one), 0)
    if length:
        return text[:length] if length == LENGTHS["year"] else _month(text)
    return dateformat.format(dt.date.fromisoformat(text[:10]), "j N Y")


def _month(text: str) -> str:
    return dateformat.format(dt.date.fromisoformat(f"{text[:7]}-01"), "F Y")


def _datetime(_one: Field, value: Any) -> str:
    read = dt.datetime.fromisoformat(value)
    return f"{dateformat.format(read, 'j N Y')}, {clock_time(read)}"


def _plain(one: Field, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return moment(one, value) if one.type is FieldType.DATE else str(value)


def _boolean(_one: Field, value: Any) -> str:
    return _("yes") if value else _("no")


def _point(_one: Field, value: Any) -> str:
    return f"{value['lat']:.5f}, {value['lon']:.5f}"


def _shape(_one: Field, value: Any) -> str:
    return str(value["geometry"]["type"]) if value.get("geometry") else ""


def _structured(_one: Field, value: Any) -> str:
    if isinstance(value, dict) and "filename" in value:
        return str(value["filename"])
    return json.dumps(value, ensure_ascii=False)


_WRITERS: dict[FieldType, Callable[[Field, Any], str]] = {
    FieldType.DATETIME: _datetime,
    FieldType.BOOLEAN: _boolean,
    FieldType.GEO_POINT: _point,
    FieldType.GEO_SHAPE: _shape,
    FieldType.FILE: _structured,
    FieldType.JSON: _structured,
}
