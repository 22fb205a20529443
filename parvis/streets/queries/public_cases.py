"""What everybody may read of a case: no word of who reported it, no photo that was not looked at,
no exact place where the kind keeps it private."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.streets.models import (
    Case,
    Message,
    Photo,
    PhotoRole,
    PhotoState,
    Question,
    Report,
    Step,
)
from parvis.streets.queries import catalogue
from parvis.streets.queries.catalogue import in_language, label_of
from parvis.streets.queries.photos import PublicPhoto, public_photos
from parvis.streets.queries.shapes import PublicCase
from parvis.streets.rules.places import hexagon_of
from parvis.territory.public import in_degrees

_SHOWN = Photo.objects.filter(state=PhotoState.SHOWN).order_by("taken_in_at")
CONTRADICTED, DONE = "contradicted", "done"
MOST = 100_000
WITH = ("subtype", "type", "state", "reason", "handler", "merged_into")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step of a case as everybody reads it; `words` are what was said, or the reason's."""

    after: str
    means: str
    tone: str
    reason: str
    words: str
    taken_at: dt.datetime
    is_contradiction: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case in a list: what, where, how it stands, in the active language; `photo` is the address
    of a small public one, "" without one."""

    case: PublicCase
    label: str
    icon: str
    where: str
    state: str
    tone: str
    photo: str
    metres: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A case on its page. `kept` tells whether the City's day was kept; None where none is
    promised or it has not come."""

    row: Row
    steps: tuple[StepLine, ...]
    before: tuple[PublicPhoto, ...]
    after: tuple[PublicPhoto, ...]
    answers: tuple[tuple[str, str], ...]
    handler: str
    reason: str
    means: str
    kept: bool | None
    planned_on: dt.date | None
    type_label: str
    street_key: str
    merged: tuple[str, ...]


def shown() -> QuerySet[Case]:
    """Return the cases that have a public page, with what a line of them needs."""
    photos = Prefetch("photos", queryset=_SHOWN, to_attr="shown_photos")
    return Case.objects.filter(is_shown=True).select_related(*WITH).prefetch_related(photos)


def public_case(case: Case) -> PublicCase:
    """Return what everybody may know of a case that came from `shown`."""
    is_exact = case.subtype.is_place_public
    lon, lat = in_degrees([case.location if is_exact else hexagon_of(case.location)])[0]
    return PublicCase(
        id=case.pk,
        code=case.code,
        type=case.type.code,
        subtype=case.subtype.code,
        lon=lon,
        lat=lat,
        address=case.address if is_exact else "",
        postcode=case.postcode,
        arrondissement=case.arrondissement,
        quartier=case.quartier,
        state=case.state_id,
        is_open=case.is_open,
        closed_because=case.reason_id or "",
        merged_into=case.merged_into.code if case.merged_into else "",
        handler=case.handler.code if case.handler else "",
        reports=case.reports_count,
        contradictions=case.contradictions_count,
        opened_at=case.opened_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        worked_minutes=case.worked_minutes,
        changed_at=case.changed_at,
        photos=tuple(str(one.pk) for one in _photos(case)),
    )


def row(case: Case, *, metres: float | None = None) -> Row:
    """Return a case as a list shows it."""
    known = public_case(case)
    return Row(
        case=known,
        label=label_of(case.subtype),
        icon=case.type.icon or "flag",
        where=_where(known),
        state=label_of(case.state),
        tone=case.state.tone,
        photo=reverse("streets:photo_small", args=[known.photos[0]]) if known.photos else "",
        metres=None if metres is None else round(metres),
    )


def rows(cases: Iterable[Case]) -> list[Row]:
    """Return cases as a list shows them."""
    return [row(case) for case in cases]


def by_ids(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Case]:
    """Return the public cases among these, in two queries."""
    return {case.pk: case for case in shown().filter(pk__in=list(case_ids))}


def case_of(code: str) -> Case:
    """Return the case of a code.

    :raises NotFound: `no_case`, the same for one that has no public page
    """
    # No text of PostgreSQL holds a NUL: what is asked with one is not there.
    found = None if "\x00" in code else shown().filter(code=code).first()
    if found is None:
        raise NotFound("no_case", _("There is no report with this number."))
    return found


def page(code: str, *, now: dt.datetime) -> Page:
    """Return what the page of a case shows.

    :raises NotFound: `no_case`
    """
    return page_of(case_of(code), now=now)


def page_of(case: Case, *, now: dt.datetime) -> Page:
    """Return what the page of a case that came from `shown` shows."""
    photos = public_photos(case.pk)
    return Page(
        row=row(case),
        steps=steps_of(case),
        before=tuple(one for one in photos if one.role != PhotoRole.AFTER),
        after=tuple(one for one in photos if one.role == PhotoRole.AFTER),
        answers=_answers(case),
        handler=case.handler.name if case.handler else "",
        reason=label_of(case.reason) if case.reason else "",
        means=in_language(case.state.means_fr, case.state.means_en),
        kept=_kept(case, now),
        planned_on=case.planned_on,
        type_label=label_of(case.type),
        street_key=case.street_key if case.subtype.is_place_public else "",
        merged=tuple(case.merged.order_by("opened_at").values_list("code", flat=True)),
    )


def settled_since(moment: dt.datetime) -> int:
    """Return how many public cases were closed as done since a moment; counted up to MOST."""
    rows = Case.objects.filter(is_shown=True, changed_at__gte=moment, closed_at__gte=moment)
    return rows.filter(state_id=DONE)[:MOST].count()


def steps_of(case: Case) -> tuple[StepLine, ...]:
    """Return what happened to a case and what the City said of it, newest first."""
    taken = Step.objects.filter(case=case).select_related("after", "reason")
    said = Message.objects.filter(case=case, is_public=True, step=None)
    lines = [*map(_line, taken), *map(_message, said)]
    return tuple(sorted(lines, key=lambda one: one.taken_at, reverse=True))


def _line(step: Step) -> StepLine:
    reason = step.reason
    said = in_language(reason.text_fr, reason.text_en) if reason else ""
    return StepLine(
        after=label_of(step.after),
        means=in_language(step.after.means_fr, step.after.means_en),
        tone=step.after.tone,
        reason=label_of(reason) if reason else "",
        words=step.public_note or said,
        taken_at=step.taken_at,
        is_contradiction=step.after_id == CONTRADICTED,
    )


def _message(message: Message) -> StepLine:
    return StepLine(
        after=_("The City writes"),
        means="",
        tone="",
        reason="",
        words=message.text,
        taken_at=message.sent_at,
        is_contradiction=False,
    )


def _where(case: PublicCase) -> str:
    rank = f"Paris {case.arrondissement}" if not case.postcode else f"{case.postcode} Paris"
    return f"{case.address}, {rank}" if case.address else rank


def _photos(case: Case) -> list[Photo]:
    known: list[Photo] | None = getattr(case, "shown_photos", None)
    return list(_SHOWN.filter(case=case)) if known is None else known


def _answers(case: Case) -> tuple[tuple[str, str], ...]:
    """Return what the first report answers to the questions whose answers are public."""
    questions: list[Question] = catalogue.questions_of(case.subtype)
    if not any(one.is_public for one in questions):
        return ()
    first = Report.objects.filter(case=case).order_by("reported_at").first()
    return tuple(catalogue.said(questions, first.answers, public=True)) if first else ()


def _kept(case: Case, now: dt.datetime) -> bool | None:
    if case.due_at is None:
        return None
    if case.closed_at is not None:
        return case.closed_at <= case.due_at
    return False if now > case.due_at else None
