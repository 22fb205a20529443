"""What a partner sees by a link: one case, or those of one round; never who reported, never their
words, never another case."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.streets.models import Case, PartnerLink, Report, RouteStop
from parvis.streets.queries import catalogue, public_cases
from parvis.streets.queries.catalogue import label_of
from parvis.streets.queries.photos import CasePhoto, photos_for_link
from parvis.streets.queries.ways import WayOn, ways_on
from parvis.streets.rules import life
from parvis.territory.public import in_degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A case as a partner sees it: what, where exactly, until when, and what may be done."""

    id: uuid.UUID
    code: str
    label: str
    icon: str
    where: str
    state: str
    tone: str
    lon: float
    lat: float
    opened_at: dt.datetime
    due_at: dt.datetime | None
    planned_on: dt.date | None
    is_open: bool
    revision: int
    answers: tuple[tuple[str, str], ...]
    photos: tuple[CasePhoto, ...]
    ways: tuple[WayOn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LentLine:
    """A case in the list of a round that was lent."""

    code: str
    label: str
    where: str
    state: str
    tone: str
    mark: str
    lon: float
    lat: float


def hash_of(secret: str) -> str:
    """Return what is kept of the secret of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_of(secret: str, *, now: dt.datetime) -> PartnerLink:
    """Return the link of a secret.

    :raises NotFound: `no_link`, the same for a forged secret, one that is over or was taken back
    """
    standing = Q(revoked_at=None, expires_at__gt=now)
    rows = PartnerLink.objects.filter(standing, token_hash=hash_of(secret))
    found = rows.select_related("handler", "sheet").first()
    if found is None:
        raise no_link()
    return found


def cases_of(link: PartnerLink) -> QuerySet[Case]:
    """Return the cases that a link opens: of those it was made for, what its handler still has."""
    wanted = Q(pk=link.case_id)
    if link.sheet_id is not None:
        stops = RouteStop.objects.filter(sheet=link.sheet_id)
        wanted = Q(pk__in=stops.values("case"))
    rows = Case.objects.filter(wanted, handler=link.handler_id)
    return rows.select_related(*public_cases.WITH)


def listed(link: PartnerLink) -> list[LentLine]:
    """Return the cases of a link in the order of the round."""
    rank = dict(RouteStop.objects.filter(sheet=link.sheet_id).values_list("case", "position"))
    cases = sorted(cases_of(link), key=lambda one: rank.get(one.pk, 0))
    places = in_degrees([one.location for one in cases])
    return [
        LentLine(
            code=case.code,
            label=label_of(case.subtype),
            where=where_of(case),
            state=label_of(case.state),
            tone=case.state.tone,
            mark=str(rank.get(case.pk, "")),
            lon=lon,
            lat=lat,
        )
        for case, (lon, lat) in zip(cases, places, strict=True)
    ]


def case_of(link: PartnerLink, code: str = "") -> Case:
    """Return a case of a link: the one of that code, or its only one.

    :raises NotFound: `no_link`, the same for another's case as for none
    """
    rows = cases_of(link).filter(code=code) if code else cases_of(link)
    found = rows.first()
    if found is None:
        raise no_link()
    return found


def lent(case: Case) -> Lent:
    """Return a case as a partner sees it."""
    lon, lat = in_degrees([case.location])[0]
    photos = photos_for_link(case.pk, uncovered=False)
    return Lent(
        id=case.pk,
        code=case.code,
        label=label_of(case.subtype),
        icon=case.type.icon or "flag",
        where=where_of(case),
        state=label_of(case.state),
        tone=case.state.tone,
        lon=lon,
        lat=lat,
        opened_at=case.opened_at,
        due_at=case.due_at,
        planned_on=case.planned_on,
        is_open=case.is_open,
        revision=case.revision,
        answers=_answers(case),
        photos=tuple(one for one in photos if one.url),
        ways=ways_on(case.state_id, who=life.PARTNER),
    )


def where_of(case: Case) -> str:
    """Return where a case is, for who goes there: its address even where that is not public."""
    rank = f"{case.postcode} Paris" if case.postcode else f"Paris {case.arrondissement}"
    return f"{case.address}, {rank}" if case.address else rank


def _answers(case: Case) -> tuple[tuple[str, str], ...]:
    """Return what the first report answers to the questions whose answers are public."""
    questions = catalogue.questions_of(case.subtype)
    first = Report.objects.filter(case=case).order_by("reported_at", "-role").first()
    return tuple(catalogue.said(questions, first.answers, public=True)) if first else ()


def no_link() -> NotFound:
    """Return the one answer to whoever has no right to see a thing."""
    sentence = _("This link leads nowhere: it is over, was taken back, or never was.")
    return NotFound("no_link", sentence)
