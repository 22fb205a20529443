"""Which type a column has, judged by all of its cells and by its header."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace

from parvis.kernel.sirene import is_siren, is_siret
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.reading.columns import Bench, Column, KindCount, as_v, cell, quoted
from parvis.opendata.rules.reading.kinds import (
    DATES,
    INTEGERS,
    NUMBERS,
    TIMES,
    Kind,
)
from parvis.opendata.rules.reading.problems import Level, Problem
from parvis.opendata.rules.reading.raw import ROW, RawColumn

SIREN, SIRET = 9, 14
_BIGINT = 18
# A column of identifiers may hold a few that are wrong; chance alone confirms one in ten.
_MOST = 0.9
_NEARLY = 0.95
_ENOUGH = 20
_CODES = """
cp zip postal postcode codepostal siret siren insee rna iban nir tel telephone phone fax mobile
portable finess uai naf ape ean isbn
"""
_CODE_WORDS = frozenset(_CODES.split())
_CODE_PARTS = ("siret", "siren", "codepostal", "code_postal", "codeinsee", "code_insee")
_YEARS = frozenset({"annee", "year", "exercice", "an", "millesime"})
_SAYS_PLACE = re.compile("geo|coord|lat|wgs")
_SAYS_SIRET = re.compile(r"siret|siren")


def is_code(name: str) -> bool:
    """Tell whether a field's name says that its digits are no quantity."""
    return not _CODE_WORDS.isdisjoint(name.split("_")) or any(part in name for part in _CODE_PARTS)


def holds_sirets(bench: Bench, column: Column, name: str) -> bool:
    """Tell whether a column holds SIREN or SIRET numbers, by its name or by their check digits."""
    if _SAYS_SIRET.search(name):
        return True
    found = column.kinds.get(Kind.INT)
    if found is None:
        return False
    shaped = sum(found.shapes.get("9" * length, 0) for length in (SIREN, SIRET))
    if shaped < _ENOUGH or shaped < column.filled * _MOST:
        return False
    sample = bench.select(
        "DISTINCT v",
        of=as_v(column.place),
        where=f"length(v) IN ({SIREN}, {SIRET})",
        then="ORDER BY v LIMIT 1000",
    ).fetchall()
    return sum(is_siren(v) or is_siret(v) for (v,) in sample) >= len(sample) * _MOST


def decide(bench: Bench, raw: RawColumn, column: Column, name: str) -> FieldType:
    """Return the type every filled cell of a column fits; text fits all."""
    if column.only(DATES | TIMES):
        return FieldType.DATE if column.only(DATES) else FieldType.DATETIME
    pairs = {Kind.PAIR, Kind.BRACKET_PAIR} if _SAYS_PLACE.search(name) else {Kind.PAIR}
    if column.only(frozenset(pairs)):
        return FieldType.GEO_POINT
    if column.only(frozenset({Kind.OBJECT, Kind.BRACKET_PAIR})):
        return _of_objects(bench, column)
    return FieldType.TEXT if raw.quoted else _of_words(bench, column, name)


def _of_words(bench: Bench, column: Column, name: str) -> FieldType:
    """Return the type of cells nobody put in quotes."""
    if column.only(frozenset({Kind.BOOL})):
        return FieldType.BOOLEAN
    if not column.only(NUMBERS) or column.zero_led or is_code(name):
        return FieldType.TEXT
    if holds_sirets(bench, column, name) or _digits(column) > _BIGINT:
        return FieldType.TEXT
    if column.only(INTEGERS) or (name in _YEARS and are_whole(bench, column)):
        return FieldType.INT
    return FieldType.DOUBLE


def _digits(column: Column) -> int:
    found = column.kinds.get(Kind.INT)
    return max((shape.count("9") for shape in found.shapes), default=0) if found else 0


def are_whole(bench: Bench, column: Column) -> bool:
    """Tell whether every number with a decimal point ends with ".0", as « 2018.0 » does."""
    if not column.only(frozenset({Kind.INT, Kind.POINT})):
        return False
    others = "contains(v, '.') AND NOT ends_with(v, '.0')"
    return bench.count(others, of=as_v(column.place)) == 0


def _of_objects(bench: Bench, column: Column) -> FieldType:
    longitude, latitude = (
        f"regexp_matches(v, '[\"'']{name}(gitude|itude)?[\"'']\\s*:')" for name in ("lon", "lat")
    )
    conditions = (
        f"{longitude} AND {latitude}",
        "contains(v, 'coordinates') AND v[1] = '{'",
        "json_valid(v)",
    )
    points, shapes, lists = bench.select(
        ", ".join(f"count(*) FILTER (WHERE {one})" for one in conditions), of=as_v(column.place)
    ).fetchone() or (0, 0, 0)
    if points == column.filled:
        return FieldType.GEO_POINT
    if shapes == column.filled:
        return FieldType.GEO_SHAPE
    return FieldType.JSON if lists == column.filled else FieldType.TEXT


def reasons(column: Column, name: str, decided: FieldType, *, sirets: bool) -> Iterator[Problem]:
    """Say why a column of digits, dates or numbers stays text."""
    if decided is not FieldType.TEXT or not column.filled:
        return
    numbers = column.count(*NUMBERS)
    if numbers == column.filled:
        yield _note(_why_no_number(column, name, sirets=sirets), column)
        return
    several = column.kinds.get(Kind.DATES)
    if several:
        yield _note("several_dates_kept", column, several)
    if not sirets:
        yield from _nearly(column)


def _why_no_number(column: Column, name: str, *, sirets: bool) -> str:
    if sirets:
        return "kept_text_siret"
    if column.zero_led:
        return "kept_text_leading_zeros"
    return "kept_text_code" if is_code(name) else "kept_text_too_many_digits"


def _nearly(column: Column) -> Iterator[Problem]:
    """Say which cells keep a column of numbers or dates from being one."""
    if column.filled < _ENOUGH:
        return
    years = column.kinds[Kind.INT].shapes.get("9999", 0) if Kind.INT in column.kinds else 0
    dates = column.count(*DATES, *TIMES)
    if years and dates and years + dates >= column.filled * _NEARLY:
        yield _note("dates_and_years", column, column.kinds[Kind.INT], dates=dates)
        return
    for code, kinds in (("nearly_numbers", NUMBERS), ("nearly_dates", DATES | TIMES)):
        if column.count(*kinds) >= column.filled * _NEARLY:
            strays = [found for kind, found in column.kinds.items() if kind not in kinds]
            first = min(strays, key=lambda found: found.row or sys.maxsize)
            count = sum(found.count for found in strays)
            yield _note(code, column, replace(first, count=count))


def _note(code: str, column: Column, found: KindCount | None = None, **details: object) -> Problem:
    """Return a note about a column, or about the cells of one kind in it."""
    return Problem(
        code=code,
        level=Level.NOTE,
        count=found.count if found else column.filled,
        row=(found.row or None) if found else None,
        value=found.value if found else None,
        details=details,
    )


def siret_errors(column: Column) -> Iterator[tuple[Problem, str]]:
    """Yield what is wrong with the numbers of a column of SIRET, each with the SQL that finds the
    cells."""
    v = cell(column.place)
    scientific = f"regexp_full_match({v}, '[0-9]+([.,][0-9]*)?[eE][+]?[0-9]+')"
    yield Problem(code="siret_as_float"), scientific
    yield Problem(code="siret_decimal"), f"regexp_full_match({v}, '[0-9]+[.,]0*')"
    lengths = f"length({v}) NOT IN ({SIREN}, {SIRET})"
    # Paris itself publishes some: what cannot be a SIRET may still be a foreign supplier's number.
    yield (
        Problem(code="siret_length", level=Level.NOTE),
        f"regexp_full_match({v}, '[0-9]+') AND {lengths}",
    )


def find_cells(
    bench: Bench, place: int, condition: str, limit: int
) -> tuple[list[tuple[int, str]], int]:
    """Return the first cells for which a condition holds, and how many there are."""
    total = bench.count(condition)
    if not total:
        return [], 0
    cells = bench.select(
        f"{ROW}, CAST(c{place} AS VARCHAR)",
        where=condition,
        then=f"ORDER BY {ROW} LIMIT {limit}",
    )
    return cells.fetchall(), total


def are_lists_of_texts(bench: Bench, column: Column) -> bool:
    """Tell whether every cell is a JSON list of texts."""
    text = r'"([^"\\]|\\.)*"'
    pattern = rf"\[\s*({text}\s*(,\s*{text}\s*)*)?\]"
    others = f"NOT regexp_full_match(v, {quoted(pattern)})"
    return bool(column.filled) and bench.count(others, of=as_v(column.place)) == 0
