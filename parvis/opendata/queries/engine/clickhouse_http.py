"""A ClickHouse server or cluster, asked over HTTP: the same compiled queries, on files it reads
itself.

Parameters travel beside the text, as `param_p1`… of a form; rows come back as an Arrow stream. What
a cluster cannot see is answered by the engine of this process: the rows of a live dataset that are
not sealed yet, and searches that found more rows than a form takes.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import quote

import httpx
import pyarrow as pa
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from sqlglot import exp

from parvis.kernel.errors import Refused
from parvis.opendata.queries.engine import finding, limits, sources
from parvis.opendata.queries.engine.answering import SqlEngine
from parvis.opendata.queries.engine.shapes import EngineFull, EngineTimeout, Result, VersionFile
from parvis.opendata.rules.odsql import compiling
from parvis.opendata.rules.odsql.compiling import Compiled, DialectName
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.tree import Query

logger = logging.getLogger(__name__)

# A form field of ClickHouse holds 128 kB by default, and a rank at most eleven signs of it.
_MOST_RANKS = 10_000
# How long after the server should have stopped a query by itself we stop waiting.
_GRACE = 5.0
_CONNECT = 5.0
_SETTINGS = {
    "default_format": "ArrowStream",
    # A moment in a file has no zone: it is UTC, wherever the server stands.
    "session_timezone": "UTC",
    "output_format_arrow_string_as_string": "1",
    # Who stops listening stops the query.
    "cancel_http_readonly_queries_on_client_close": "1",
}
# ClickHouse's own numbers of errors.
_TOO_LONG = frozenset({159, 160})
_TOO_MUCH = frozenset({158, 173, 191, 241, 307, 396})
# A number too large, a text that is no date, a division: found in the rows, not in the words.
_OF_VALUES = frozenset({6, 38, 41, 53, 69, 70, 72, 131, 153, 321, 349, 407})
_ERROR_NAME = re.compile(r"\(([A-Z][A-Z0-9_]+)\)")


class EngineAway(Refused):
    """The server that answers queries does not answer us."""

    def __init__(self) -> None:
        super().__init__(
            "engine_away",
            _("What answers queries cannot be reached: try again in a moment."),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )


class ClusterEngine(SqlEngine):
    """Answers with a server that reads the stored files; `near` answers what that cannot see.

    `address` is the server's, with user, password and database as in
    `https://user:password@host:8443/?database=default`; `place` says how it reads the files: see
    `reader`. Raises EngineAway beside what every engine does.
    """

    dialect: ClassVar[DialectName] = "clickhouse"

    def __init__(self, address: str, place: str, *, near: SqlEngine) -> None:
        self._address, self._read, self._near = address, reader(place), near

    def rows_of(self, version: VersionFile) -> exp.Expr:
        """Return what stands for the stored rows of a version."""
        return sources.stored_rows(self._read(one.file) for one in version.stored if one.file)

    def rows(self, version: VersionFile, query: Query) -> Result:
        """Return the rows of a query, in the JSON shapes of the API."""
        if self._is_near(version, query):
            return self._near.rows(version, query)
        return super().rows(version, query)

    def count(self, version: VersionFile, query: Query) -> int:
        """Return how many rows, or groups, the query finds without its limit and offset."""
        if self._is_near(version, query):
            return self._near.count(version, query)
        return super().count(version, query)

    def batches(
        self, version: VersionFile, query: Query, size: int = 10_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows as they are found, in the columns that the query's outputs name."""
        if self._is_near(version, query):
            return self._near.batches(version, query, size)
        return super().batches(version, query, size)

    def fetch(self, compiled: Compiled) -> list[tuple[Any, ...]]:
        """Return all rows of a query; an error after the first row is an error all the same."""
        batches = _batches(self._ask(compiled, wait_end_of_query="1"))
        return [
            row
            for batch in batches
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]

    def stream(self, compiled: Compiled, size: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a query as they arrive, in the blocks the server makes of them."""
        del size
        return _batches(self._ask(compiled))

    def _is_near(self, version: VersionFile, query: Query) -> bool:
        """Tell whether the server cannot see what the query needs."""
        if version.tail is not None:
            return True
        searches = compiling.searches(query, version.schema)
        if searches:
            # Looked at whole before anything is searched for.
            compiling.check(query, version.schema)
        found = (finding.find(version, one) for one in searches)
        return any(rows is not None and len(rows) > _MOST_RANKS for rows in found)

    def _ask(self, compiled: Compiled, **settings: str) -> httpx.Response:
        """Send a query, and return the answer once its first bytes are there."""
        form = {"query": compiled.sql} | {f"param_{k}": v for k, v in compiled.named.items()}
        client = _client(self._address, os.getpid())
        request = client.build_request(
            "POST",
            "",
            params={**_SETTINGS, **_bounds(), **settings},
            # Parts without a name of a file are the fields of a form.
            files={name: (None, text.encode()) for name, text in form.items()},
            timeout=httpx.Timeout(limits.seconds() + _GRACE, connect=_CONNECT),
        )
        with _in_our_words():
            response = client.send(request, stream=True)
        if response.status_code != HTTPStatus.OK:
            with contextlib.closing(response), _in_our_words():
                raise _refusal(response)
        return response


# --- the connection -------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _client(address: str, _process: int) -> httpx.Client:
    """Return the connections of this process to a server."""
    url = httpx.URL(address)
    headers = {"X-ClickHouse-User": url.username, "X-ClickHouse-Key": url.password}
    return httpx.Client(
        base_url=url.copy_with(userinfo=b"", query=None),
        params=url.params,
        headers={name: value for name, value in headers.items() if value},
        # A proxy of the environment is for the outside.
        trust_env=False,
    )


def _bounds() -> dict[str, str]:
    return {"max_execution_time": f"{limits.seconds():g}", "timeout_overflow_mode": "throw"}


class _Body(io.RawIOBase):
    """The bytes of an answer as a file that is read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._pieces, b"")
        piece, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _batches(response: httpx.Response) -> Iterator[pa.RecordBatch]:
    with contextlib.closing(response):
        body = io.BufferedReader(_Body(response.iter_bytes()))
        with _in_our_words():
            reader = pa.ipc.open_stream(body) if body.peek(1) else None
        while reader is not None:
            with _in_our_words():
                batch = next(reader, None)
            if batch is None:
                return
            yield batch


# --- errors ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    """Say in our words what went wrong on the way."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise EngineTimeout from error
    except httpx.HTTPError as error:
        logger.exception("ClickHouse cannot be reached")
        raise EngineAway from error
    except pa.ArrowException as error:
        # An error in the middle of an answer is told among its bytes.
        logger.exception("ClickHouse's answer ended in an error")
        raise EngineAway from error


def _refusal(response: httpx.Response) -> Exception:
    code = int(response.headers.get("X-ClickHouse-Exception-Code", 0))
    told = response.read().decode("utf-8", "replace")
    if code in _TOO_LONG:
        return EngineTimeout()
    if code in _TOO_MUCH:
        return EngineFull()
    if code in _OF_VALUES:
        # Its sentences may name files and servers of ours; the names of its errors do not.
        names = _ERROR_NAME.findall(told)
        return QueryError(f"ODSQL query is malformed: {names[-1] if names else f'error {code}'}.")
    logger.error("ClickHouse refused a compiled query with %s: %s", code, told[:2_000])
    return EngineAway()


# --- where the files are --------------------------------------------------------------------------

_COLLECTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WEB = ("http://", "https://")
_STARTS = {"file": ("/",), "url": _WEB, "s3": _WEB}
_PARQUET = exp.Literal.string("Parquet")


def reader(place: str) -> Callable[[str], exp.Expr]:
    """Return what makes a table function of the name of a stored file.

    `place` is one of: `file:/folder`, a folder every server mounts; `url:https://host/folder`;
    `s3:https://host/bucket/folder`, readable without keys or with those of the machine;
    `s3:name`, a named collection of the server, which keeps the keys.

    :raises ImproperlyConfigured: if it is none of these
    """
    kind, _colon, rest = place.partition(":")
    if kind == "s3" and _COLLECTION.fullmatch(rest):
        return lambda name: _call(
            "s3", exp.to_identifier(rest), _named("filename", name), _named("format", "Parquet")
        )
    if kind not in _STARTS or not rest.startswith(_STARTS[kind]):
        message = (
            f"PARVIS_OPENDATA_CLICKHOUSE_FILES is {place!r}, not file:/…, url:https://…,"
            " s3:https://… or s3:collection"
        )
        raise ImproperlyConfigured(message)
    under = rest.rstrip("/")
    if kind == "file":
        return lambda name: _call(kind, exp.Literal.string(f"{under}/{name}"), _PARQUET.copy())
    return lambda name: _call(kind, exp.Literal.string(f"{under}/{quote(name)}"), _PARQUET.copy())


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _named(name: str, value: str) -> exp.Expr:
    return exp.EQ(this=exp.to_identifier(name), expression=exp.Literal.string(value))
