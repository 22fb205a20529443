"""Tables that stand as blocks on a phone: each cell is called like its column."""

from __future__ import annotations

import re
from itertools import count

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from parvis.ui.checks import complain

_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_TITLE = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^>]*")


def with_column_names(content: str) -> SafeString:
    """Give each <td> of a table's content its column's title as data-label, unless it has its own.

    A row has one cell for each title of <thead>: cells that span columns are refused.
    """
    head = _HEAD.search(content)
    if head is None or "colspan" in content:
        complain("A table that stacks has a <thead> and no colspan.")
        return SafeString(content)
    titles = [_attribute(title) for title in _TITLE.findall(head[0])]
    rows = _ROW.sub(lambda row: _named(row[0], titles), content[head.end() :])
    return SafeString(content[: head.end()] + rows)


def _attribute(title: str) -> str:
    """Return the words of a title; they are HTML already, and only a quote could end the value."""
    return " ".join(strip_tags(title).split()).replace('"', "&quot;")


def _named(row: str, titles: list[str]) -> str:
    column = count()

    def name(cell: re.Match[str]) -> str:
        title = dict(enumerate(titles)).get(next(column))
        if not title or cell[0].startswith("<th") or "data-label" in cell[0]:
            return cell[0]
        return f'<td data-label="{title}"{cell[0][3:]}'

    return _CELL.sub(name, row)
