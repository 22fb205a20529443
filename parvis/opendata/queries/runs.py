"""The files that were sent, as the desk shows them: how far each is, and what its report says."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.account.public import persons
from parvis.kernel.errors import NotFound
from parvis.opendata.models import Approval, IngestRun
from parvis.opendata.models.runs import TO_DECIDE, UNDERWAY, RunState
from parvis.opendata.queries.jobs import is_lost
from parvis.opendata.queries.pages.cells import TYPES
from parvis.opendata.queries.pages.downloads import said_size
from parvis.opendata.queries.saying import here
from parvis.opendata.rules.fields import FieldType
from parvis.ui.wording import number

PAGE = 20
SHOWN = 50
"""Errors in the table of the page; the file of errors holds the others."""
_TONES = {
    RunState.REFUSED: "urgent",
    RunState.STOPPED: "urgent",
    RunState.BLOCKED: "warn",
    RunState.READY: "ok",
    RunState.PUBLISHED: "ok",
}
_STEPS = {RunState.PUBLISHED: 4, RunState.ACCEPTED: 4, RunState.READY: 4, RunState.BLOCKED: 3}
STAGES = {
    "": gettext_lazy("The file waits for its turn"),
    "opening": gettext_lazy("The file is being looked at"),
    "fetching": gettext_lazy("The file is being fetched"),
    "unpacking": gettext_lazy("The archive is being unpacked"),
    "reading": gettext_lazy("The rows are being read"),
    "typing": gettext_lazy("The type of each column is being worked out"),
    "writing": gettext_lazy("The values are being written down"),
    "checking": gettext_lazy("We look for what must not be disclosed"),
    "publishing": gettext_lazy("The version is being made"),
}
# What most of the time goes to; the others are over before one has read them.
_RANKS = {"reading": 1, "typing": 2, "writing": 3, "checking": 4, "publishing": 5}
_ALL = 6
_IN_BYTES, _IN_ROWS = {"fetching", "unpacking"}, {"reading", "writing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A file in the list."""

    id: uuid.UUID
    title: str
    origin: str
    state: str
    label: str
    tone: str
    by: str
    started_at: dt.datetime
    rows: int | None
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some files, the newest first; `next_cursor` leads to older ones."""

    lines: Sequence[Line]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is: `percent` says it in stages done, and in parts of one where its end is
    known."""

    stage: str
    count: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something found in a cell, a column or the file."""

    row: int | None
    column: str
    value: str
    sentence: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the gate stopped, and who answers for it if somebody does."""

    key: str
    sentence: str
    rows: str
    is_counts: bool
    reason: str
    signed_by: str
    signed_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A file, how far it is, and its whole report."""

    line: Line
    dataset_id: str
    is_new: bool
    is_lost: bool
    is_sent: bool
    is_kept: bool
    size: str
    decided_by: str
    order: Mapping[str, Any]
    progress: Progress
    why: str
    about: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str, str]]
    faults: Sequence[Fault]
    notes: Sequence[Fault]
    findings: Sequence[Finding]
    version: int | None

    @property
    def is_underway(self) -> bool:
        """Tell whether somebody works on it."""
        return self.line.state in UNDERWAY and not self.is_lost

    @property
    def step(self) -> int:
        """Return where one stands: the dataset, the file, the report, the publication."""
        return _STEPS.get(RunState(self.line.state), 3)

    @property
    def shown(self) -> Sequence[Fault]:
        """Return the errors of the page's table."""
        return self.faults[:SHOWN]

    @property
    def unsigned(self) -> int:
        """Return how many findings nobody answers for."""
        return sum(not one.reason for one in self.findings)


def waiting() -> int:
    """Return how many files wait for somebody to sign or to say yes."""
    return _sent().filter(state__in=TO_DECIDE).count()


def page(*, only_waiting: bool = False, cursor: str = "") -> Page:
    """Return the newest files before the one that `cursor` names.

    :raises NotFound: `no_run`, if there is no such file
    """
    rows = IngestRun.objects.select_related("dataset")
    if only_waiting:
        rows = _sent().filter(state__in=TO_DECIDE).select_related("dataset")
    if cursor:
        rows = rows.filter(pk__lt=_row(cursor).pk)
    found = list(rows.defer("dataset__metas", "dataset__fields").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    names = _names(one.started_by for one in shown)
    return Page(
        lines=[_line(one, names) for one in shown],
        next_cursor=str(shown[-1].public_id) if len(found) > PAGE else "",
    )


def run(run_id: uuid.UUID | str, *, now: dt.datetime) -> Run:
    """Return a file with its report.

    :raises NotFound: `no_run`
    """
    row = _row(run_id)
    signatures = _signatures(row)
    names = _names(
        [row.started_by, row.decided_by, *(one.signed_by for one in signatures.values())]
    )
    report = row.report
    return Run(
        line=_line(row, names),
        dataset_id=row.wanted_id,
        is_new=row.dataset is None,
        is_lost=is_lost(row, now=now),
        is_sent=bool(row.file or row.order.get("url") or row.order.get("name")),
        is_kept=bool(row.file or row.order.get("url")),
        size=said_size(row.file_size) if row.file_size else "",
        decided_by=names.get(row.decided_by, "") if row.decided_by else "",
        order=row.order,
        progress=_progress(row.progress),
        why=_why(report),
        about=_about(report, row.order),
        fields=[_field(one) for one in report.get("fields", ())],
        faults=[_fault(one) for one in report.get("errors", {}).get("cells", ())],
        notes=[_fault(one) for one in report.get("notes", ())],
        findings=[_finding(one, signatures, names) for one in report.get("findings", ())],
        version=row.version.number if row.version else None,
    )


def _sent() -> QuerySet[IngestRun]:
    # What the terminal stopped is decided at the terminal: its file is not here.
    return IngestRun.objects.exclude(file="")


def _row(run_id: uuid.UUID | str) -> IngestRun:
    rows = IngestRun.objects.select_related("dataset", "version")
    try:
        found = rows.filter(public_id=uuid.UUID(str(run_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("no_run", _("No file of this number was read."))
    return found


def _names(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    known = persons(one for one in ids if one is not None)
    return {key: person.usual_name for key, person in known.items()}


def _line(row: IngestRun, names: Mapping[uuid.UUID, str]) -> Line:
    state = RunState(row.state)
    return Line(
        id=row.public_id,
        title=row.dataset.title if row.dataset else row.order.get("title") or row.wanted_id,
        origin=row.origin,
        state=state.value,
        label=str(state.label),
        tone=_TONES.get(state, ""),
        by=names.get(row.started_by, "") if row.started_by else _("the command line"),
        started_at=row.started_at,
        rows=row.report.get("rows"),
        errors=row.report.get("errors", {}).get("count", 0),
    )


def _progress(said: Mapping[str, Any]) -> Progress:
    stage, done, total = said.get("stage", ""), said.get("done") or 0, said.get("total")
    part = min(1.0, done / total) if total else 0.0
    return Progress(
        stage=str(STAGES.get(stage, STAGES[""])),
        count=_count(stage, done, total),
        percent=round(100 * (_RANKS.get(stage, 0) + part) / _ALL),
    )


def _count(stage: str, done: int, total: int | None) -> str:
    if stage in _IN_BYTES:
        size = said_size(done)
        return (
            _("%(done)s of %(total)s") % {"done": size, "total": said_size(total)}
            if total
            else size
        )
    if stage in _IN_ROWS and done:
        return ngettext("%(rows)s row", "%(rows)s rows", done) % {"rows": number(done)}
    if stage == "typing" and total:
        return _("column %(done)s of %(total)s") % {"done": done, "total": total}
    return ""


def _why(report: Mapping[str, Any]) -> str:
    said = report.get("unreadable") or report.get("refusal")
    return here(said["sentence"]) if said else ""


def _about(report: Mapping[str, Any], order: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return how the file was read, for people."""
    file = report.get("file", {})
    pairs = [
        (_("Format"), str(file.get("format", "")).upper()),
        (_("Encoding"), str(file.get("encoding", "")).upper()),
        (_("Delimiter"), _delimiter(file.get("delimiter", ""))),
        (_("Sheet"), str(file.get("sheet", ""))),
        (_("List"), str(file.get("list", ""))),
        (_("Schema"), order.get("schema_name", "")),
        (_("Cells left out"), str(report.get("suppressed") or "")),
    ]
    return [pair for pair in pairs if pair[1]]


def _delimiter(sign: str) -> str:
    names = {";": _("semicolon"), ",": _("comma"), "\t": _("tab"), "|": _("bar")}
    return names.get(sign, sign)


def _field(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return one["label"], one["name"], str(TYPES[FieldType(one["type"])])


def _fault(one: Mapping[str, Any]) -> Fault:
    return Fault(
        row=one["row"],
        column=one["column"] or "",
        value=one["value"] or "",
        sentence=here(one["sentence"]),
        code=one["code"],
    )


def _signatures(row: IngestRun) -> dict[str, Approval]:
    """Return the last signature of each finding of a file."""
    about = Q(run__wanted_id=row.wanted_id) | Q(dataset=row.dataset_id, dataset__isnull=False)
    keys = [one["key"] for one in row.report.get("findings", ())]
    signed = Approval.objects.filter(about, finding__in=keys).order_by("pk")
    return {one.finding: one for one in signed}


def _finding(
    one: Mapping[str, Any], signatures: Mapping[str, Approval], names: Mapping[uuid.UUID, str]
) -> Finding:
    signature = signatures.get(one["key"]) if one["approved"] else None
    by = signature.signed_by if signature else None
    return Finding(
        key=one["key"],
        sentence=here(one["sentence"]),
        rows=", ".join(map(number, one["rows"])),
        is_counts=one["code"] == "small_counts",
        reason=signature.reason if signature else "",
        signed_by=names.get(by, "") if by else "",
        signed_at=signature.signed_at if signature else None,
    )
