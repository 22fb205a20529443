"""The file as sections of rows: META, PROJECTS and VOTES, each a table with a header."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from fractions import Fraction

from parvis.budget.rules.counting.election import Number
from parvis.budget.rules.pabulib.errors import MalformedError

SECTIONS = ("META", "PROJECTS", "VOTES")
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)


@dataclass(frozen=True)
class Section:
    """One section: its header, and its lines with the number of the first."""

    name: str
    header: tuple[str, ...]
    lines: list[str]
    start: int

    def place(self, column: str) -> int | None:
        """Return where a column stands, None if it is absent."""
        return self.header.index(column) if column in self.header else None

    def required(self, column: str) -> int:
        """Return where a column stands; raises MalformedError if it is absent."""
        place = self.place(column)
        if place is None:
            message = f"{self.name} has no column « {column} »"
            raise MalformedError(self.start - 1, message)
        return place


def sections(text: str) -> dict[str, Section]:
    """Return the three sections of a file; raises MalformedError if one is missing or misplaced."""
    lines = [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]
    starts = [number for number, line in enumerate(lines) if line.strip() in SECTIONS]
    names = tuple(lines[number].strip() for number in starts)
    if names != SECTIONS:
        number = starts[0] + 1 if starts else 1
        raise MalformedError(number, "the file needs META, PROJECTS and VOTES, once and in order")
    if any(line.strip() for line in lines[: starts[0]]):
        raise MalformedError(1, "the file must begin with META")
    ends = [*starts[1:], len(lines)]
    return {
        name: _section(name, lines[start + 1 : end], start + 2)
        for name, start, end in zip(names, starts, ends, strict=True)
    }


def _section(name: str, lines: list[str], number: int) -> Section:
    """Return a section whose header stands on line `number`."""
    if not lines or not lines[0].strip():
        message = f"{name} has no header"
        raise MalformedError(number - 1, message)
    header = tuple(field.strip() for field in fields(lines[0], number))
    if len(set(header)) != len(header):
        message = f"{name} has two columns of the same name"
        raise MalformedError(number, message)
    return Section(name, header, lines[1:], number + 1)


def fields(line: str, number: int) -> list[str]:
    """Return the fields of one row."""
    if '"' not in line:
        return line.split(";")
    try:
        return next(csv.reader([line], delimiter=";", strict=True))
    except csv.Error as error:
        raise MalformedError(number, "a quotation mark is not closed") from error


def amount(text: str, what: str, number: int) -> Number:
    """Return a decimal number exactly; raises MalformedError naming `what` if it is none, or
    negative."""
    said = _AMOUNT.fullmatch(text.strip())
    if not said:
        is_negative = _AMOUNT.fullmatch(text.strip().removeprefix("-"))
        wrong = "is negative" if is_negative else "is not a number"
        message = f"{what} {wrong}: « {text.strip()} »"
        raise MalformedError(number, message)
    if not said[1]:
        return int(said[0])
    exact = Fraction(said[0])
    return int(exact) if exact.denominator == 1 else exact
