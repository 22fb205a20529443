"""Spreadsheets (XLSX, XLSM, XLS, ODS): the first sheet that holds something, as texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from parvis.opendata.rules.reading.limits import Limits, Progress
from parvis.opendata.rules.reading.problems import Level, Problem, Problems, Unreadable
from parvis.opendata.rules.reading.raw import RawColumn, RawTable, RawWriter, batched
from parvis.opendata.rules.reading.recognising import check_sheet_size

# A float tells integers apart up to here; beyond, a spreadsheet has already lost digits.
_EXACT = 1e15


def read_sheet(
    path: Path, folder: Path, *, limits: Limits, problems: Problems, progress: Progress
) -> RawTable:
    """Read a spreadsheet; its first row with a cell is the header.

    A number without decimals is the text of its digits, so that a SIRET typed as a number keeps
    all of them.

    :raises Unreadable: `archive_bomb`, `sheet_unreadable`, `file_empty`, `too_many_columns`
    """
    check_sheet_size(path, limits)
    name, others, rows = _first_sheet(path)
    header_row, header = next(rows, (0, []))
    if not header:
        raise Unreadable("file_empty")
    width = _width(header)
    if width > limits.columns:
        raise Unreadable("too_many_columns", limit=limits.columns)
    raw = folder / "raw.parquet"
    with RawWriter(raw, [False] * width) as writer:
        for batch in batched(rows):
            columns = [[_text(cells, place) for _, cells in batch] for place in range(width)]
            writer.write([number for number, _ in batch], columns)
            progress("reading", writer.rows, None)
    if others:
        details = {"sheet": name, "others": ", ".join(others)}
        problems.add(Problem(code="other_sheets", level=Level.NOTE, details=details))
    labels = [(_text(header, place) or "").strip() for place in range(width)]
    return RawTable(
        path=raw,
        columns=tuple(RawColumn(label=label) for label in labels),
        rows=writer.rows,
        about={"format": "xlsx", "sheet": name, "header_row": header_row},
    )


def _first_sheet(path: Path) -> tuple[str, list[str], Iterator[tuple[int, list[Any]]]]:
    """Return the first sheet with cells: its name, the names of the others that have some, its
    rows."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except CalamineError as error:
        raise Unreadable("sheet_unreadable") from error
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise Unreadable("file_empty")
    return filled[0].name, [sheet.name for sheet in filled[1:]], _rows(filled[0])


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    # The rows begin at the first that holds something; their numbers must not.
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        if any(cell != "" for cell in cells):
            yield number, cells


def _width(header: list[Any]) -> int:
    """Return how many columns the header has, empty ones at its end apart."""
    return max(place for place, cell in enumerate(header, start=1) if cell != "")


def _text(cells: list[Any], place: int) -> str | None:
    cell = cells[place] if place < len(cells) else ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, dt.datetime):
        return str(cell.date() if cell.time() == dt.time() else cell)
    return str(cell)
