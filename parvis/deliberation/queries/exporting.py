"""Everything public of a consultation, as JSON and as CSV, a piece at a time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from parvis.deliberation.models import (
    Answer,
    AnswerRevision,
    Consultation,
    Contribution,
    OwnSection,
    Remark,
    Revision,
    Source,
)
from parvis.deliberation.models.choices import State
from parvis.deliberation.queries import building, consultations, keyset
from parvis.deliberation.queries.columns import COLUMNS
from parvis.deliberation.queries.refusals import refusal

FORMAT = "parvis.consultation/1"
# What a spreadsheet takes for a formula at the start of a cell, in either width (OWASP, CSV
# injection). A French spreadsheet that opens commas as semicolons sees cells begin elsewhere too.
_FORMULA = re.compile(
    "^(?=[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20])"
    "|(?<=[\\n;\\t])(?= *(?:[=@\uff1d\uff20]|[+\\-\uff0b\uff0d][\\w(]))"
)
Json = dict[str, Any]
# Contributions read at once: few questions, and a few megabytes.
_CHUNK = 500


def export_json(slug: str) -> Iterator[str]:
    """Return the consultation as JSON in pieces, one contribution per line, oldest first.

    Hidden and withdrawn texts are left out; authors are named as the pages name them. Each piece is
    right at the moment it is read.

    :raises NotFound: `no_consultation`
    """
    consultation = consultations.row(slug)
    return _pieces(consultation)


def export_csv(slug: str, table: str) -> Iterator[str]:
    """Return one table of the export as CSV in pieces: UTF-8 with its mark, commas, a row of names.

    An apostrophe stands before what a spreadsheet could take for a formula.

    :raises NotFound: `no_consultation`, `no_table`
    """
    consultation = consultations.row(slug)
    if table not in COLUMNS:
        raise refusal("no_table")
    return _lines(consultation, table)


def _pieces(consultation: Consultation) -> Iterator[str]:
    yield f'{{"format":{_text(FORMAT)},\n"consultation":{_text(_consultation(consultation))},\n'
    sections = OwnSection.objects.filter(consultation=consultation).order_by("position")
    listed = [{"ref": s.ref, "heading": s.heading, "title": s.title} for s in sections]
    yield f'"sections":{_text(listed)},\n"contributions":['
    separator = "\n"
    for chunk in _chunks(consultation):
        yield separator + ",\n".join(_text(each) for each in chunk)
        separator = ",\n"
    yield "\n]}\n"


def _lines(consultation: Consultation, table: str) -> Iterator[str]:
    names = [column.name for column in COLUMNS[table]]
    yield "\ufeff" + _csv([names])
    for chunk in _chunks(consultation):
        rows = [row for each in chunk for row in _ROWS[table](each)]
        if rows:
            yield _csv([[_cell(row.get(name)) for name in names] for row in rows])


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value)
    return text if isinstance(value, int) else _FORMULA.sub("'", text)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _chunks(consultation: Consultation) -> Iterator[list[Json]]:
    rows = (
        Contribution.objects.filter(consultation=consultation, state=State.PUBLIC)
        .defer("search", "form_token")
        .select_related("answer")
    )
    cursor = ""
    while True:
        cut = keyset.page(rows, order=keyset.OLDEST, cursor=cursor, limit=_CHUNK, most=_CHUNK)
        if cut.rows:
            _fetch_what_hangs_on(cut.rows)
            yield _contributions(cut.rows)
        cursor = cut.next_cursor
        if not cursor:
            return


def _fetch_what_hangs_on(rows: Sequence[Contribution]) -> None:
    # Most contributions have nothing: their counters say so, and nothing is asked for them.
    remarks = Remark.objects.filter(state=State.PUBLIC).select_related("parent")
    sources, revisions = Source.objects.all(), Revision.objects.order_by("number")
    former = AnswerRevision.objects.order_by("version")
    said = ("created_at", "public_id")
    for have, name, found in (
        ([one for one in rows if one.remark_count], "remarks", remarks.order_by(*said)),
        ([one for one in rows if one.source_count], "sources", sources.order_by(*said)),
        ([one for one in rows if one.edited_at], "revisions", revisions),
        ([one.answer for one in rows if _answer_of(one)], "revisions", former),
    ):
        prefetch_related_objects(have, Prefetch(name, found, to_attr=f"shown_{name}"))


def _fetched(one: Contribution | Answer, name: str) -> list[Any]:
    # Where `to_attr` put them.
    return list(vars(one).get(f"shown_{name}", ()))


def _contributions(rows: Sequence[Contribution]) -> list[Json]:
    people = [one.author_id for one in rows]
    people += [each.author_id for one in rows for each in _fetched(one, "remarks")]
    people += [answer.by_id for one in rows if (answer := _answer_of(one))]
    known = building.names(people)
    return [_contribution(one, known) for one in rows]


def _answer_of(one: Contribution) -> Answer | None:
    found: Answer | None = getattr(one, "answer", None)
    return found


def _consultation(row: Consultation) -> Json:
    return {
        "slug": row.slug,
        "title": row.title,
        "lead": row.lead,
        "language": row.language,
        "subject_ref": row.subject_ref,
        "opens_at": _moment(row.official_opens_at),
        "closes_at": _moment(row.official_closes_at),
        "vote_style": row.vote_style,
        "origin": row.origin,
        "attribution": row.attribution,
        "licence": row.licence,
        "source_url": row.source_url,
    }


def _contribution(one: Contribution, known: building.Names) -> Json:
    votes = building.tally(one)
    answer = _answer_of(one)
    return {
        "id": str(one.public_id),
        "origin_ref": one.origin_ref,
        "kind": one.kind,
        "section_ref": one.section_ref,
        "branch_ref": one.branch_ref,
        "author": building.author(one, known).name,
        "association": one.association,
        "arrondissement": one.district,
        "title": one.title,
        "body": one.body,
        "body_format": one.body_format,
        "set_aside": one.set_aside,
        "created_at": _moment(one.created_at),
        "edited_at": _moment(one.edited_at),
        "votes": {"ok": votes.ok, "mixed": votes.mixed, "not_ok": votes.not_ok},
        "original_versions": one.extras.get("versions", 0),
        "appendices": [_named(each, "title", "body") for each in one.extras.get("appendices", ())],
        "articles": [
            _named(each, "key", "title", "before", "after")
            for each in one.extras.get("articles", ())
        ],
        "revisions": [_revision(each) for each in _fetched(one, "revisions")],
        "remarks": [_remark(each, known) for each in _fetched(one, "remarks")],
        "sources": [_source(each) for each in _fetched(one, "sources")],
        "answer": _answer(answer, known) if answer else None,
    }


def _named(each: Json, *names: str) -> Json:
    # The database keeps the parts of a document in its own order.
    return {name: each[name] for name in names}


def _revision(each: Revision) -> Json:
    return {
        "number": each.number,
        "title": each.title,
        "body": each.body,
        "written_at": _moment(each.written_at),
    }


def _remark(each: Remark, known: building.Names) -> Json:
    parent = each.parent
    return {
        "id": str(each.public_id),
        "origin_ref": each.origin_ref,
        "reply_to": str(parent.public_id) if parent and parent.state == State.PUBLIC else None,
        "stance": each.stance,
        "author": building.author(each, known).name,
        "association": each.association,
        "body": each.body,
        "created_at": _moment(each.created_at),
        "supports": each.support_count,
    }


def _source(each: Source) -> Json:
    return {
        "id": str(each.public_id),
        "origin_ref": each.origin_ref,
        "title": each.title,
        "link": each.link,
        "category": each.category,
        "author": each.author_name,
        "body": each.body,
        "created_at": _moment(each.created_at),
        "votes": each.archived_votes,
    }


def _answer(answer: Answer, known: building.Names) -> Json:
    return {
        "id": str(answer.public_id),
        "stance": answer.stance,
        "body": answer.body,
        "section_ref": answer.section_ref,
        "no_change_reason": answer.no_change_reason,
        "by": building.official(answer.by_id, answer.by_name, known).name,
        "answered_at": _moment(answer.answered_at),
        "revised_at": _moment(answer.revised_at),
        "version": answer.version,
        "revisions": [
            {
                "version": each.version,
                "stance": each.stance,
                "body": each.body,
                "section_ref": each.section_ref,
                "no_change_reason": each.no_change_reason,
                "by": each.by_name,
                "written_at": _moment(each.written_at),
            }
            for each in _fetched(answer, "revisions")
        ],
    }


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if moment else None


def _flat(one: Json) -> Json:
    votes = {f"votes_{name}": number for name, number in one["votes"].items()}
    sides = [each["stance"] for each in one["remarks"]]
    return {
        **one,
        **votes,
        "arguments_for": sides.count("for"),
        "arguments_against": sides.count("against"),
        "replies": sides.count(""),
        "sources": len(one["sources"]),
        "answered_at": one["answer"]["answered_at"] if one["answer"] else None,
        "answer_stance": one["answer"]["stance"] if one["answer"] else None,
    }


def _below(one: Json, name: str) -> list[Json]:
    return [{**each, "contribution_id": one["id"]} for each in one[name]]


_ROWS: dict[str, Callable[[Json], list[Json]]] = {
    "contributions": lambda one: [_flat(one)],
    "remarks": lambda one: _below(one, "remarks"),
    "sources": lambda one: _below(one, "sources"),
    "answers": lambda one: (
        [{**one["answer"], "contribution_id": one["id"]}] if one["answer"] else []
    ),
    "revisions": lambda one: _below(one, "revisions"),
}
