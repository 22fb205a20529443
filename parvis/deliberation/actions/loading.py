"""Loading consultations from files: our own exports, and the archive of République numérique."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction

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
from parvis.deliberation.models.choices import BodyFormat
from parvis.deliberation.queries import consultations
from parvis.deliberation.queries.exporting import FORMAT
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import ConsultationView
from parvis.deliberation.rules import markup, republique_numerique, texts
from parvis.kernel import register

Json = dict[str, Any]
_BATCH = 1_000


def import_export(path: Path, *, now: dt.datetime) -> ConsultationView:
    """Load a consultation that `export_json` wrote; exporting it again gives the same bytes.

    The file is outside input: its HTML is sanitised and its characters judged anew.

    :raises Refused: `consultation_exists`, `unreadable_file`
    """
    return _load(_read_export(path), now=now)


def import_archive(path: Path, *, now: dt.datetime) -> ConsultationView:
    """Load the archive of the 2015 consultation on the République numérique bill (JSON lines,
    gzip).

    Twice is once: where the consultation is there already it is returned as it is.

    :raises Refused: `unreadable_file`
    """
    slug = republique_numerique.SLUG
    if Consultation.objects.filter(slug=slug).exists():
        return consultations.consultation(slug)
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            opinions = [json.loads(line) for line in file]
        document = republique_numerique.as_export(opinions)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refusal("unreadable_file") from error
    return _load({"format": FORMAT, **document}, now=now)


def _read_export(path: Path) -> Json:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise refusal("unreadable_file") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise refusal("unreadable_file")
    return document


@transaction.atomic
def _load(document: Json, *, now: dt.datetime) -> ConsultationView:
    try:
        slug = str(document["consultation"]["slug"])
        if Consultation.objects.filter(slug=slug).exists():
            raise refusal("consultation_exists")
        consultation = _consultation(document["consultation"])
        _sections(consultation, document["sections"])
        for batch in _batches(document["contributions"]):
            _contributions(consultation, batch)
    except (KeyError, TypeError, ValueError, AttributeError, DataError, IntegrityError) as error:
        raise refusal("unreadable_file") from error
    register.record(
        register.Entry(
            action="deliberation.consultation_loaded",
            object_ref=f"deliberation.consultation:{slug}",
            recorded_at=now,
            channel="program",
        )
    )
    return consultations.consultation(slug)


def _consultation(given: Json) -> Consultation:
    opens_at, closes_at = _moment(given["opens_at"]), _moment(given["closes_at"])
    plain = ("slug", "title", "lead", "language", "subject_ref", "vote_style", "origin")
    papers = ("attribution", "licence", "source_url")
    return Consultation.objects.create(
        **{name: texts.archived(given[name]) for name in (*plain, *papers)},
        opens_at=opens_at,
        closes_at=closes_at,
        official_opens_at=opens_at,
        official_closes_at=closes_at,
    )


def _sections(consultation: Consultation, given: Iterable[Json]) -> None:
    OwnSection.objects.bulk_create(
        OwnSection(
            consultation=consultation,
            position=position,
            ref=each["ref"],
            heading=texts.archived(each["heading"]),
            title=texts.archived(each["title"]),
        )
        for position, each in enumerate(given)
    )


def _batches(given: list[Json]) -> Iterator[list[Json]]:
    for start in range(0, len(given), _BATCH):
        yield given[start : start + _BATCH]


def _contributions(consultation: Consultation, given: list[Json]) -> None:
    rows = Contribution.objects.bulk_create(_contribution(consultation, each) for each in given)
    pairs = list(zip(rows, given, strict=True))
    Revision.objects.bulk_create(
        _revision(one, each) for one, whole in pairs for each in whole["revisions"]
    )
    Source.objects.bulk_create(
        _source(one, each) for one, whole in pairs for each in whole["sources"]
    )
    _remarks(pairs)
    _answers(pairs)


def _contribution(consultation: Consultation, given: Json) -> Contribution:
    body_format = BodyFormat(given["body_format"])
    votes = given["votes"]
    return Contribution(
        consultation=consultation,
        public_id=uuid.UUID(given["id"]),
        origin_ref=given["origin_ref"],
        kind=given["kind"],
        section_ref=given["section_ref"],
        branch_ref=given["branch_ref"],
        author_name=texts.archived(given["author"]),
        association=texts.archived(given.get("association", "")),
        district=given["arrondissement"],
        title=texts.archived(given["title"]),
        body=_body(given["body"], body_format),
        body_format=body_format,
        set_aside=given["set_aside"],
        created_at=_moment(given["created_at"]),
        edited_at=_moment_or_none(given["edited_at"]),
        answered_at=_moment(given["answer"]["answered_at"]) if given["answer"] else None,
        archived_ok=votes["ok"],
        archived_mixed=votes["mixed"],
        archived_not_ok=votes["not_ok"],
        extras=_extras(given),
    )


def _extras(given: Json) -> Json:
    extras: Json = {}
    if given["original_versions"]:
        extras["versions"] = int(given["original_versions"])
    if given["appendices"]:
        extras["appendices"] = [
            {"title": texts.archived(each["title"]), "body": markup.sanitised(each["body"] or "")}
            for each in given["appendices"]
        ]
    if given["articles"]:
        extras["articles"] = [
            {
                "key": texts.archived(each["key"]),
                "title": texts.archived(each["title"]),
                "before": markup.sanitised(each["before"] or ""),
                "after": markup.sanitised(each["after"] or ""),
            }
            for each in given["articles"]
        ]
    return extras


def _revision(one: Contribution, given: Json) -> Revision:
    return Revision(
        contribution=one,
        number=given["number"],
        title=texts.archived(given["title"]),
        body=texts.archived(given["body"]),
        written_at=_moment(given["written_at"]),
    )


def _source(one: Contribution, given: Json) -> Source:
    return Source(
        contribution=one,
        public_id=uuid.UUID(given["id"]),
        origin_ref=given["origin_ref"],
        title=texts.archived(given["title"]),
        link=texts.archived(given["link"]),
        category=texts.archived(given["category"]),
        author_name=texts.archived(given["author"]),
        body=texts.archived(given["body"]),
        created_at=_moment(given["created_at"]),
        archived_votes=given["votes"],
    )


def _remarks(pairs: list[tuple[Contribution, Json]]) -> None:
    parents: dict[str, Remark] = {}
    given = [(one, each) for one, whole in pairs for each in whole["remarks"]]
    top = [(one, each) for one, each in given if each["reply_to"] is None]
    rows = Remark.objects.bulk_create(_remark(one, each, None) for one, each in top)
    parents.update({str(row.public_id): row for row in rows})
    Remark.objects.bulk_create(
        _remark(one, each, parents[each["reply_to"]])
        for one, each in given
        if each["reply_to"] is not None
    )


def _remark(one: Contribution, given: Json, parent: Remark | None) -> Remark:
    return Remark(
        contribution=one,
        parent=parent,
        public_id=uuid.UUID(given["id"]),
        origin_ref=given["origin_ref"],
        stance=given["stance"],
        author_name=texts.archived(given["author"]),
        association=texts.archived(given.get("association", "")),
        body=texts.archived(given["body"]),
        created_at=_moment(given["created_at"]),
        archived_ok=given["supports"],
    )


def _answers(pairs: list[tuple[Contribution, Json]]) -> None:
    answered = [(one, whole["answer"]) for one, whole in pairs if whole["answer"]]
    rows = Answer.objects.bulk_create(
        Answer(
            contribution=one,
            public_id=uuid.UUID(each["id"]),
            by_name=texts.archived(each["by"]),
            answered_at=_moment(each["answered_at"]),
            revised_at=_moment_or_none(each["revised_at"]),
            version=each["version"],
            **_words(each),
        )
        for one, each in answered
    )
    AnswerRevision.objects.bulk_create(
        AnswerRevision(
            answer=row,
            version=former["version"],
            by_name=texts.archived(former["by"]),
            written_at=_moment(former["written_at"]),
            **_words(former),
        )
        for row, (_, each) in zip(rows, answered, strict=True)
        for former in each["revisions"]
    )


def _words(given: Json) -> dict[str, str]:
    names = ("stance", "body", "section_ref", "no_change_reason")
    return {name: texts.archived(given[name]) for name in names}


def _body(body: str, body_format: BodyFormat) -> str:
    return markup.sanitised(body) if body_format == BodyFormat.HTML else texts.archived(body)


def _moment(given: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(given)
    if moment.tzinfo is None:
        raise ValueError(given)
    return moment


def _moment_or_none(given: str | None) -> dt.datetime | None:
    return _moment(given) if given else None
