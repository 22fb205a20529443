"""XLSX: one sheet, written line by line to the disk."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import xlsxwriter

from parvis.opendata.api.writers.export import Export, rows
from parvis.opendata.rules.odsql.errors import QueryError

MAX_ROWS = 1_048_575
"""A sheet has 2^20 lines, and one of them says what the columns are."""
MAX_TEXT = 32_767
_LARGEST = 2**53
"""A cell's number has 53 bits: a larger whole number keeps its digits as a text."""
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The same rows give the same file."""
_OPTIONS = {
    "constant_memory": True,
    # A cell that begins with = is somebody's text, never a formula that a reader's machine runs.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "default_date_format": "yyyy-mm-dd",
    "remove_timezone": True,
}


def write(export: Export, path: Path) -> None:
    """Write the file; a value that a cell cannot hold is written as JSON.

    :raises QueryError: if there are more rows than a sheet has lines
    """
    with export.open() as batches, xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": export.title, "created": _CREATED})
        sheet = book.add_worksheet(_sheet_name(export.dataset_id))
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, head in enumerate(export.heads):
            sheet.write_string(0, column, head, bold)
        line = 1
        for batch in batches:
            if line + batch.num_rows > MAX_ROWS + 1:
                raise too_long()
            for row in rows(export, batch):
                _write_row(export, sheet, line, row)
                line += 1


def too_long() -> QueryError:
    """Return the error of a result that no sheet can hold."""
    return QueryError(
        f"An XLSX file holds at most {MAX_ROWS} rows: set a limit, or export another format.",
        error_code="InvalidRESTParameterError",
    )


def _sheet_name(dataset_id: str) -> str:
    return "".join(sign for sign in dataset_id if sign not in "[]:*?/\\'")[:31] or "data"


def _write_row(export: Export, sheet: Any, line: int, row: dict[str, Any]) -> None:
    for column, output in enumerate(export.outputs):
        value = row[output.name]
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(line, column, value)
        elif isinstance(value, int | float) and abs(value) <= _LARGEST:
            sheet.write_number(line, column, value)
        else:
            sheet.write_string(line, column, text_of(export, value)[:MAX_TEXT])


def text_of(export: Export, value: Any) -> str:
    """Return a value as the text of a cell: a point as a map writes it, a list with its separator,
    what has parts as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value.keys() == {"lat", "lon"}:
        return f"{value['lat']}, {value['lon']}"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return export.options.list_separator.join(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
