"""What one can ask about one's rights: what is held, one's archive, who read one's file, what goes
by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from parvis.account.models import Archive, ArchiveState, RetentionRun
from parvis.account.queries import people
from parvis.account.rules import rights as rules
from parvis.kernel import holdings, reading
from parvis.kernel.declarations import Held, Keeps, Rule, keeps, reads

UNDER_WAY = (ArchiveState.WAITING, ArchiveState.BUILDING)
_SHOWN_READINGS = 200
_SHOWN_RUNS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRows:
    """How many rows of one kind concern a person, and what they are called."""

    label: str
    model: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBy:
    """What one module keeps about a person: sentences, and the rows by kind."""

    key: str
    label: str
    personal: str
    retention: str
    rows: tuple[HeldRows, ...]
    total: int


def about_people() -> list[Keeps]:
    """Return the declarations of the modules that keep something about people."""
    return [keep for keep in keeps if keep.about_people]


def about_a_person(keep: Keeps) -> list[Held]:
    """Return the models of a module of which some row concerns somebody."""
    return [held for held in keep.held if held.by or held.by_ref or held.agents]


def called(keep: Keeps) -> str:
    """Return what people call a module, in the active language."""
    return str(keep.label or keep.key)


def kinds(held: Held) -> str:
    """Return what people call the rows of a model, in the active language."""
    return str(held.label or held.model)


def held_about(person_id: uuid.UUID) -> list[HeldBy]:
    """Return what each module keeps about a person, with the rows counted now."""
    found = []
    for keep in about_people():
        counted = tuple(
            HeldRows(label=kinds(held), model=held.model, rows=holdings.count(held, person_id))
            for held in about_a_person(keep)
        )
        found.append(
            HeldBy(
                key=keep.key,
                label=called(keep),
                personal=str(keep.personal),
                retention=str(keep.retention),
                rows=tuple(one for one in counted if one.rows),
                total=sum(one.rows for one in counted),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveView:
    """An archive as its owner meets it; `gone_at` is when its file is deleted."""

    id: uuid.UUID
    state: str
    done: int
    total: int
    size: int
    rows: int
    sha256: str
    asked_at: dt.datetime
    gone_at: dt.datetime

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is being made."""
        return self.state in UNDER_WAY


def archive_of(person_id: uuid.UUID, *, now: dt.datetime) -> ArchiveView | None:
    """Return the latest archive of a person, or None if there is none or it is gone."""
    asked_after = now - dt.timedelta(days=rules.ARCHIVE_STAYS_DAYS)
    row = (
        Archive.objects.filter(person_id=person_id, asked_at__gt=asked_after)
        .order_by("-asked_at", "-pk")
        .first()
    )
    if row is None:
        return None
    return ArchiveView(
        id=row.public_id,
        state=row.state,
        done=row.done,
        total=row.total,
        size=row.size,
        rows=sum(row.rows.values()),
        sha256=row.sha256,
        asked_at=row.asked_at,
        gone_at=rules.gone_at(row.asked_at),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """Who read what of a person and why, in the active language; `who` is "" for somebody who is
    no longer here."""

    who: str
    roles: tuple[str, ...]
    what: str
    why: str
    read_at: dt.datetime


def readings_of(person_id: uuid.UUID) -> list[ReadingLine]:
    """Return who read what about a person and why, newest first."""
    lines = reading.concerning(holdings.ref_of(person_id), limit=_SHOWN_READINGS)
    readers = people.persons(_ids([line.reader_ref for line in lines]))
    return [_line(line, readers) for line in lines]


def reading_count(person_id: uuid.UUID) -> int:
    """Return how often somebody read something about a person, in the last twelve months."""
    return reading.count_concerning(holdings.ref_of(person_id))


def _line(line: reading.Read, readers: dict[uuid.UUID, people.Person]) -> ReadingLine:
    reader = next((readers[one] for one in _ids([line.reader_ref]) if one in readers), None)
    declared = reads.get(line.what)
    return ReadingLine(
        who=reader.usual_name if reader else "",
        roles=tuple(sorted(reader.roles)) if reader else (),
        what=str(declared.what) if declared else line.what,
        why=line.reason or (str(declared.why) if declared else ""),
        read_at=line.read_at,
    )


def _ids(refs: Sequence[str]) -> list[uuid.UUID]:
    found = []
    for ref in refs:
        try:
            found.append(uuid.UUID(ref.rpartition(":")[2]))
        except ValueError:
            continue
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule of retention and what it did in its last night; `rows` is None before the first."""

    key: str
    module: str
    what: str
    days: int
    rows: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night of forgetting."""

    began_at: dt.datetime
    rows: int
    failed: tuple[str, ...]


def rules_of_retention() -> list[tuple[Keeps, Rule]]:
    """Return every rule of retention with the module that declares it."""
    return [(keep, rule) for keep in keeps for rule in keep.rules]


def retention() -> tuple[list[RuleLine], list[Night]]:
    """Return every rule with what it did last, and the latest nights, newest first."""
    runs = list(RetentionRun.objects.order_by("-began_at")[:_SHOWN_RUNS])
    last = {line["key"]: line for line in (runs[0].lines if runs else [])}
    shown = [
        RuleLine(
            key=rule.key,
            module=called(keep),
            what=str(rule.what),
            days=rule.days,
            rows=last[rule.key]["rows"] if rule.key in last else None,
            error=last.get(rule.key, {}).get("error", ""),
        )
        for keep, rule in rules_of_retention()
    ]
    return shown, [_night(run) for run in runs]


def failed_rules(_now: dt.datetime) -> int:
    """Return how many rules of retention failed in the last night."""
    run = RetentionRun.objects.order_by("-began_at").first()
    return sum(1 for line in run.lines if line["error"]) if run else 0


def _night(run: RetentionRun) -> Night:
    return Night(
        began_at=run.began_at,
        rows=sum(line["rows"] for line in run.lines),
        failed=tuple(line["key"] for line in run.lines if line["error"]),
    )
