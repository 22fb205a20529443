"""Dates that a portal writes as years or months alone, written out again before they are read.

The Explore API shows a date of a yearly field (`timeserie_precision`) as "2021": read by itself
that is a number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from parvis.opendata.rules.reading.limits import Limits

_SHORT = re.compile(r"(\d{4})(-\d\d)?")


def short_dates(fields: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the names of the fields whose dates are written short."""
    return tuple(
        one["name"]
        for one in fields
        if one["type"] == "date"
        and {"year", "month"}.intersection(one["annotations"].get("timeserie_precision", ()))
    )


def write_out(source: Path, target: Path, names: Sequence[str]) -> None:
    """Copy a CSV file of an Explore portal with whole dates in the columns of these names.

    :raises csv.Error, UnicodeError: if it is no such file
    """
    csv.field_size_limit(Limits().cell)
    with (
        source.open(encoding="utf-8-sig", newline="") as read,
        target.open("w", encoding="utf-8", newline="") as written,
    ):
        rows = csv.reader(read, delimiter=";")
        out = csv.writer(written, delimiter=";")
        heads = next(rows, [])
        places = [place for place, head in enumerate(heads) if head in names]
        out.writerow(heads)
        for row in rows:
            for place in places:
                if place < len(row):
                    row[place] = _whole(row[place])
            out.writerow(row)


def _whole(cell: str) -> str:
    found = _SHORT.fullmatch(cell)
    return f"{found[1]}{found[2] or '-01'}-01" if found else cell
