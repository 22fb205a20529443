"""How each column of the file becomes a field: its type, and the SQL that fills it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from parvis.opendata.rules.fields import Field, FieldType
from parvis.opendata.rules.reading.columns import Bench, Column, cell, look
from parvis.opendata.rules.reading.converting import Manner, expressions
from parvis.opendata.rules.reading.deciding import (
    are_lists_of_texts,
    decide,
    find_cells,
    holds_sirets,
    reasons,
    siret_errors,
)
from parvis.opendata.rules.reading.kinds import DATES, TIMES, Kind
from parvis.opendata.rules.reading.problems import KEPT_PER_COLUMN, Level, Problem, Problems
from parvis.opendata.rules.reading.raw import RawColumn

_TWO_DATES = (
    r"(\d{4}[-/]\d\d[-/]\d\d|\d\d[-/.]\d\d[-/.]\d{4})(?s:.+)"
    r"(\d{4}[-/]\d\d[-/]\d\d|\d\d[-/.]\d\d[-/.]\d{4})"
)
_OFFSET = re.compile(r"(Z|[+-]99(:?99)?)$")
_LAST_MONTH = 12
_MAY_BE_THOUSANDS = {"9,999", "99,999", "999,999"}
# These cannot fail once every cell has the right kind.
_SURE = frozenset({FieldType.TEXT, FieldType.INT, FieldType.DOUBLE, FieldType.BOOLEAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A field, and the SQL of each column that keeps it (of a shape: of its text)."""

    place: int
    field: Field
    sqls: tuple[str, ...]
    filled: int = 0


@dataclass(slots=True, kw_only=True)
class Planner:
    """Plans columns one by one; what it finds goes into `problems`."""

    bench: Bench
    problems: Problems
    strict: bool
    null_words: bool
    zone: str
    planned: list[Plan] = field(default_factory=list)

    def plan(self, place: int, raw: RawColumn, name: str, wanted: Field | None) -> None:
        """Plan the column at a place; `wanted` is the field the dataset already has for it."""
        made = self._native(place, raw, name, wanted)
        if made is None:
            made = self._looked(place, raw, name, wanted)
        if made is not None:
            self.planned.append(made)

    def _native(self, place: int, raw: RawColumn, name: str, wanted: Field | None) -> Plan | None:
        """Plan a column the file itself typed, unless its field wants another type."""
        if raw.many:
            asked = wanted or Field(
                name=name, type=FieldType.TEXT, label=raw.label, annotations={"multivalued": (",",)}
            )
            listed = f"c{place}" if asked.is_multivalued else f"array_to_string(c{place}, ', ')"
            return Plan(place=place, field=asked, sqls=(listed,), filled=1)
        if raw.native is None or (wanted is not None and wanted.type is not raw.native):
            return None
        asked = wanted or Field(name=name, type=raw.native, label=raw.label)
        value = f"n{place}"
        if raw.native is FieldType.DOUBLE:
            value = f"(CASE WHEN isfinite({value}) THEN {value} END)"
        if raw.native is FieldType.DATETIME:
            self._note("times_utc", raw.label)
        return Plan(place=place, field=asked, sqls=(value,), filled=1)

    def _looked(self, place: int, raw: RawColumn, name: str, wanted: Field | None) -> Plan | None:
        column = look(self.bench, place, null_words=self.null_words and not raw.quoted)
        if not raw.label and not column.filled:
            return None
        for words, count in column.nulls.items():
            self._note("null_words", raw.label, count=count, value=words)
        made = self._wanted(column, raw, wanted) if wanted else None
        made = made or self._inferred(column, raw, name, wanted)
        if made.field.type is FieldType.TEXT and not raw.quoted:
            self._explain_text(column, raw, name, is_asked=wanted is not None)
        return made

    def _explain_text(self, column: Column, raw: RawColumn, name: str, *, is_asked: bool) -> None:
        """Say what is wrong with numbers that name establishments, and why a column stays
        text."""
        sirets = holds_sirets(self.bench, column, name)
        if sirets:
            for like, condition in siret_errors(column):
                self._errors(replace(like, column=raw.label), column.place, condition)
        if not is_asked:
            for problem in reasons(column, name, FieldType.TEXT, sirets=sirets):
                self.problems.add(replace(problem, column=raw.label))

    def _wanted(self, column: Column, raw: RawColumn, wanted: Field) -> Plan | None:
        """Plan the type a dataset already has; where nothing is published yet it is only a
        proposal."""
        manner = self._manner(column, raw)
        made = self._made(column, raw, wanted, manner)
        if wanted.type is FieldType.TEXT:
            return made
        before = self.problems.errors
        failing = f"{self._cell(column, raw)} IS NOT NULL AND {made.sqls[0]} IS NULL"
        if self.strict:
            self._refuse(column, raw, wanted.type, failing)
            return made
        cells, total = find_cells(self.bench, column.place, failing, 1)
        if total:
            row, value = cells[0]
            self.problems.add(
                Problem(
                    code="proposal_unfit",
                    level=Level.NOTE,
                    column=raw.label,
                    row=row,
                    value=value,
                    count=total,
                    details={"type": wanted.type.value},
                )
            )
        return None if total or self.problems.errors > before else made

    def _refuse(self, column: Column, raw: RawColumn, kind: FieldType, failing: str) -> None:
        conditions = {f"not_{kind.value}": failing}
        if kind is FieldType.DATE and column.count(Kind.DATES):
            several = f"regexp_matches({cell(column.place)}, '{_TWO_DATES}')"
            conditions = {
                "several_dates": f"{failing} AND {several}",
                "not_date": f"{failing} AND NOT {several}",
            }
        for code, condition in conditions.items():
            self._errors(Problem(code=code, column=raw.label), column.place, condition)

    def _errors(self, like: Problem, place: int, condition: str) -> None:
        cells, total = find_cells(self.bench, place, condition, KEPT_PER_COLUMN)
        self.problems.add_cells(like, cells, total=total)

    def _inferred(self, column: Column, raw: RawColumn, name: str, wanted: Field | None) -> Plan:
        decided = decide(self.bench, raw, column, name)
        if decided is FieldType.JSON and are_lists_of_texts(self.bench, column):
            return self._list(column, raw, name)
        manner = self._manner(column, raw)
        made = self._made(column, raw, self._field(raw, name, decided, wanted), manner)
        if decided not in _SURE and not self._fits(column, raw, made):
            made = self._made(column, raw, self._field(raw, name, FieldType.TEXT, wanted), manner)
        self._tell_manner(column, raw, made.field.type, manner)
        return made

    def _list(self, column: Column, raw: RawColumn, name: str) -> Plan:
        asked = Field(
            name=name, type=FieldType.TEXT, label=raw.label, annotations={"multivalued": (",",)}
        )
        listed = f"json_transform({self._cell(column, raw)}, '[\"VARCHAR\"]')"
        return Plan(place=column.place, field=asked, sqls=(listed,), filled=column.filled)

    def _field(self, raw: RawColumn, name: str, decided: FieldType, wanted: Field | None) -> Field:
        if wanted is None:
            return Field(name=name, type=decided, label=raw.label)
        kept = {k: v for k, v in wanted.annotations.items() if k != "multivalued"}
        return replace(wanted, type=decided, annotations=kept)

    def _fits(self, column: Column, raw: RawColumn, made: Plan) -> bool:
        """Tell whether every cell becomes a value; note the first that does not."""
        failing = f"{self._cell(column, raw)} IS NOT NULL AND {made.sqls[0]} IS NULL"
        cells, total = find_cells(self.bench, column.place, failing, 1)
        for row, value in cells:
            self._note(f"kept_text_{made.field.type.value}", raw.label, total, row, value)
        return total == 0

    def _made(self, column: Column, raw: RawColumn, asked: Field, manner: Manner) -> Plan:
        v = self._cell(column, raw)
        if asked.type is FieldType.TEXT and not asked.is_multivalued:
            # A text keeps the blanks around it: what a publisher wrote is not ours to change.
            sqls = [f"(CASE WHEN {v} IS NOT NULL THEN c{column.place} END)"]
        else:
            sqls = expressions(asked, v, manner)
        return Plan(place=column.place, field=asked, sqls=tuple(sqls), filled=column.filled)

    def _cell(self, column: Column, raw: RawColumn) -> str:
        return cell(column.place, null_words=self.null_words and not raw.quoted)

    def _manner(self, column: Column, raw: RawColumn) -> Manner:
        first, second = self._day_parts(column, raw)
        return Manner(kinds=frozenset(column.kinds), month_first=first <= _LAST_MONTH < second)

    def _day_parts(self, column: Column, raw: RawColumn) -> tuple[int, int]:
        """Return the greatest first and second part of dates like 07/01/2024, 0 without any."""
        if not column.count(Kind.DATE_DAY, Kind.TIME_DAY):
            return 0, 0
        v = self._cell(column, raw)
        part = r"regexp_extract({v}, '^(\d\d?)[/.-](\d\d?)[/.-]\d{{4}}', {number})"
        parts = ", ".join(
            f"max(try_cast({part.format(v=v, number=number)} AS INT))" for number in (1, 2)
        )
        first, second = self.bench.select(parts).fetchone() or (0, 0)
        return first or 0, second or 0

    def _tell_manner(self, column: Column, raw: RawColumn, kind: FieldType, manner: Manner) -> None:
        for code, found in self._manners(column, raw, kind, manner):
            first = next((column.kinds[one] for one in found if one in column.kinds), None)
            if first is not None:
                self._note(code, raw.label, column.count(*found), first.row, first.value)

    def _manners(
        self, column: Column, raw: RawColumn, kind: FieldType, manner: Manner
    ) -> Iterator[tuple[str, tuple[Kind, ...]]]:
        """Yield what a publisher should check: how days, hours and thousands were understood."""
        days = (Kind.DATE_DAY, Kind.TIME_DAY)
        if kind in {FieldType.DATE, FieldType.DATETIME} and column.count(*days):
            if manner.month_first:
                yield "dates_month_first", days
            elif max(self._day_parts(column, raw)) <= _LAST_MONTH:
                yield "dates_ambiguous", days
        if kind is FieldType.DATETIME and self._without_offset(column):
            yield "times_local", tuple(TIMES | DATES)
        if kind is FieldType.INT and not column.only(frozenset({Kind.INT, Kind.INT_SPACED})):
            yield "years_as_decimals", (Kind.POINT,)
        commas = column.kinds.get(Kind.COMMA)
        if kind is FieldType.DOUBLE and commas and set(commas.shapes) <= _MAY_BE_THOUSANDS:
            yield "thousands_ambiguous", (Kind.COMMA,)

    def _without_offset(self, column: Column) -> bool:
        found = [column.kinds[one] for one in TIMES if one in column.kinds]
        shapes = {shape for one in found for shape in one.shapes}
        return any(not _OFFSET.search(shape) for shape in shapes)

    def _note(
        self,
        code: str,
        column: str,
        count: int = 1,
        row: int | None = None,
        value: str | None = None,
    ) -> None:
        self.problems.add(
            Problem(
                code=code,
                level=Level.NOTE,
                column=column,
                row=row,
                value=value,
                count=count,
                details={"zone": self.zone},
            )
        )
