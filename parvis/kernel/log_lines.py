"""What a line of the log says: which page it was and what failed, but nothing that opens a page
and nothing of what people typed.

A refused request is logged with its path, and some paths are keys: a link to refuse a recovery, to
choose a password, to unsubscribe. A refused row is logged with what it held, an address or a name.
Who reads logs is not who was written to.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType

import psycopg
from django.http import HttpRequest

# As long as a random token or longer, and of its letters.
_LIKE_A_KEY = re.compile(r"[\w:=.-]{20,}")
_QUOTED = re.compile(r'".*"', re.DOTALL)
# PostgreSQL's class of refused values: its sentences quote them.
_BAD_VALUES = "22"

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class WithoutKeys(logging.Filter):
    """Writes the route of a page that takes arguments in the place of its path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, its path replaced."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            said = _page(request)
            record.args = tuple(said if one == request.path else one for one in record.args)
        return True


def _page(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        # No page of ours, or none was looked for: it may be one with a letter too many.
        return _LIKE_A_KEY.sub("…", request.path)
    return f"/{match.route}" if match.args or match.kwargs else request.path


def trace(exc_info: ExcInfo) -> str:
    """Return the trace of an exception, in which errors of the database tell no value.

    PostgreSQL adds the row it refused, the statement and where it stood in it; what is left is its
    first sentence, with the name of the constraint.
    """
    written = "".join(traceback.format_exception(*exc_info)).rstrip("\n")
    for error in _database_errors(exc_info[1]):
        lines = str(error).split("\n")
        # In a group of exceptions each line stands behind a bar.
        as_written = r"\n[ |]*".join(re.escape(line.lstrip()) for line in lines)
        written = re.sub(as_written, _without_values(error).replace("\\", r"\\"), written)
    return written


def _database_errors(error: BaseException | None) -> Iterator[psycopg.Error]:
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, psycopg.Error) and one.diag.message_primary:
            yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        waiting += [one.__cause__, one.__context__]


def _without_values(error: psycopg.Error) -> str:
    sentence = error.diag.message_primary or ""
    is_about_values = (error.sqlstate or "").startswith(_BAD_VALUES)
    return _QUOTED.sub('"…"', sentence) if is_about_values else sentence
