"""All rows of a dataset as a file, streamed as they are found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata import forms
from parvis.opendata.api import answers, shown
from parvis.opendata.api.door import as_json, explore
from parvis.opendata.api.versions import asked_version, version_at
from parvis.opendata.api.writers import (
    FORMATS,
    Export,
    Format,
    delimited,
    linked,
    located,
    sheets,
)
from parvis.opendata.forms import Asked, FileOptions, Moment
from parvis.opendata.queries import catalogue, precisions
from parvis.opendata.queries.dcat import site
from parvis.opendata.queries.engine import VersionFile, engine, files
from parvis.opendata.rules.fields import GEOGRAPHIC, RECORD_ID, Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.compiling import Output, check
from parvis.opendata.rules.odsql.errors import bad_parameter, shown as cut

_PIECE = 1 << 18


@explore
def formats(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return the formats a dataset is exported in."""
    version = version_at(request, dataset_id, Moment())
    path = f"catalog/datasets/{dataset_id}/exports"
    names = formats_of(version.schema)
    return as_json({"links": [answers.link(request, one, f"{path}/{one}") for one in names]})


@explore
def export(request: CityRequest, dataset_id: str, format_name: str) -> HttpResponseBase:
    """Return the rows of a dataset in a format."""
    asked = forms.read_export(request.GET, now=clock.now())
    options = forms.read_file_options(request.GET)
    version = asked_version(request, dataset_id, asked)
    check_format(version.schema, format_name)
    tag = answers.version_tag(version, asked)
    return answers.unless_known(
        request, tag, lambda: as_file(request, version, asked, options, format_name)
    )


def formats_of(schema: Schema) -> list[str]:
    """Return the names of the formats that rows of this schema can be written in."""
    has_place = any(one.type in GEOGRAPHIC for one in schema.fields)
    return [name for name, one in FORMATS.items() if has_place or not one.needs_place]


def check_format(schema: Schema, format_name: str) -> None:
    """Refuse a format that is none, or not for this dataset.

    :raises QueryError: naming those there are
    """
    known = formats_of(schema)
    if format_name not in known:
        expected = f"one of {' '.join(known)}"
        raise bad_parameter("format", found=cut(format_name, width=60), expected=expected)


def as_file(
    request: CityRequest,
    version: VersionFile,
    asked: Asked,
    options: FileOptions,
    format_name: str,
) -> HttpResponseBase:
    """Return the rows of a question as a file.

    :raises QueryError: for a query that means nothing, before the first byte
    """
    kind = FORMATS[format_name]
    forms.check_export(asked)
    located.check_projection(options.epsg)
    query = _named(kind, shown.refined(version, asked))
    outputs = check(query, version.schema)
    _check_name(options, outputs)
    if request.method == "HEAD":
        return answers.warn(_headed(StreamingHttpResponse(), version, kind, options), query)
    if format_name == "xlsx" and _rows_of(version, asked) > sheets.MAX_ROWS:
        raise sheets.too_long()
    made = _export(version, query, outputs, options)
    pieces = kind.stream(made) if kind.stream else _begun(_from_disk(made, kind))
    pieces = delimited.compressed(pieces) if options.compressed else pieces
    return answers.warn(_headed(StreamingHttpResponse(pieces), version, kind, options), query)


def _named(kind: Format, query: tree.Query) -> tree.Query:
    """Return the query that also gives the name of each row, where the format says it."""
    if not kind.names_rows or shown.is_grouped(query):
        return query
    name = tree.Selected(value=tree.Name(name=RECORD_ID), label=linked.NAME)
    return replace(query, select=(*(query.select or (tree.Star(),)), name))


def _check_name(options: FileOptions, outputs: tuple[Output, ...]) -> None:
    names = [one.name for one in outputs]
    if options.name_field and options.name_field not in names:
        expected = "one of the fields that are exported"
        raise bad_parameter(
            "name_field", found=cut(options.name_field, width=60), expected=expected
        )


def _export(
    version: VersionFile, query: tree.Query, outputs: tuple[Output, ...], options: FileOptions
) -> Export:
    return Export(
        dataset_id=version.dataset_id,
        title=catalogue.titles([version.dataset_id]).get(version.dataset_id, ""),
        address=site.dataset(version.dataset_id),
        outputs=outputs,
        batches=engine().batches(version, query),
        zone=ZoneInfo(query.timezone),
        options=options,
        labels={one.name: one.label or one.name for one in version.schema.fields},
        date_lengths=precisions.of_query(version.schema, query),
    )


def _rows_of(version: VersionFile, asked: Asked) -> int:
    found = engine().count(version, shown.refined(version, asked))
    return found if asked.query.limit is None else min(found, asked.query.limit)


def _from_disk(made: Export, kind: Format) -> Iterator[bytes]:
    """Write the file, then yield its pieces; the folder it lies in is gone afterwards."""
    if kind.fill is None:
        return
    with files.workshop() as folder:
        path = folder / f"export.{kind.extension}"
        kind.fill(made, path)
        with path.open("rb") as content:
            while piece := content.read(_PIECE):
                yield piece


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Write the file now: what goes wrong is still told as an error, and who never reads the answer
    leaves nothing behind, since a generator that was begun is also ended."""
    first = next(pieces, b"")
    return chain([first], pieces)


def _headed(
    response: HttpResponseBase, version: VersionFile, kind: Format, options: FileOptions
) -> HttpResponseBase:
    packed = ".gz" if options.compressed else ""
    name = f"{version.dataset_id}.{kind.extension}{packed}"
    response["Content-Type"] = "application/gzip" if packed else kind.media_type
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Parvis-Version"] = str(version.number)
    return response
