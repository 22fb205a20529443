"""Editions: where each stands in its calendar, and what one can do in it today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from parvis.budget.models import Area, Edition, Phase as PhaseRow, PhaseKind
from parvis.budget.queries import words
from parvis.budget.rules import calendar
from parvis.budget.rules.calendar import Kind, Phase
from parvis.budget.rules.status import PUBLIC, Status
from parvis.kernel.errors import NotFound
from parvis.kernel.prepared import Prepared

Terms = tuple[tuple[str, ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseShown:
    """A phase as the calendar shows it; `moment` is past, now or coming."""

    kind: Kind
    label: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    moment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an edition stands: the phase that is on, the next one, and what one can do."""

    edition: Edition
    title: str
    phases: tuple[PhaseShown, ...]
    now: PhaseShown | None
    next: PhaseShown | None
    may_propose: bool
    may_build: bool
    may_vote: bool
    has_voted: bool

    @property
    def rank(self) -> int:
        """Return the rank of the phase that is on, or of the last one that was, from 1; 0 before
        the first."""
        return sum(one.moment != "coming" for one in self.phases)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaShown:
    """An area with its envelope and how many projects it has."""

    area: Area
    name: str
    projects: int
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsShown:
    """Areas in which the same people may propose and the same may vote, in words."""

    names: tuple[str, ...]
    propose: str
    vote: str


def phases_of(edition: Edition) -> list[Phase]:
    """Return the calendar of an edition, in order."""
    rows = edition.phases.all()
    return calendar.in_order([_phase(row) for row in rows])


def by_slug(slug: str) -> Edition | None:
    """Return an edition by its name in addresses."""
    return _NAMED.first(slug)


_NAMED = Prepared(lambda slug: Edition.objects.filter(slug=slug), str)


def seen(slug: str) -> Edition:
    """Return an edition that is held here.

    :raises NotFound: `no_edition`
    """
    found = Edition.objects.prefetch_related("phases").filter(slug=slug).first()
    if found is None or found.is_history:
        sentence = _("There is no such edition of the participatory budget.")
        raise NotFound("no_edition", sentence)
    return found


def held() -> list[Edition]:
    """Return the editions that are held here, the latest first; those of before are history."""
    rows = Edition.objects.filter(is_history=False).prefetch_related("phases")
    return list(rows.order_by("-year", "slug"))


def of_before() -> list[Edition]:
    """Return the editions of before, the latest first."""
    return list(Edition.objects.filter(is_history=True).order_by("-year"))


def current(now: dt.datetime) -> Edition | None:
    """Return the edition to show first: the one that votes, else one that takes ideas, else the
    latest that has begun, else the next; None without any."""
    editions = held()
    for kind in (Kind.VOTE, Kind.IDEATION, Kind.CO_CONSTRUCTION):
        for one in editions:
            if calendar.is_on(phases_of(one), kind, now):
                return one
    begun = [one for one in editions if any(p.opens_at <= now for p in phases_of(one))]
    return next(iter([*begun, *reversed(editions)]), None)


def standing(edition: Edition, *, now: dt.datetime) -> Standing:
    """Return where an edition stands at a moment."""
    phases = phases_of(edition)
    shown = tuple(_shown(one, now) for one in phases)
    by_kind = {one.kind: one for one in shown}
    on, following = calendar.phase_at(phases, now), calendar.next_phase(phases, now)
    return Standing(
        edition=edition,
        title=words.title_of(edition),
        phases=shown,
        now=by_kind[on.kind] if on else None,
        next=by_kind[following.kind] if following else None,
        may_propose=calendar.is_on(phases, Kind.IDEATION, now),
        may_build=takes_words(phases, now),
        may_vote=calendar.is_on(phases, Kind.VOTE, now),
        has_voted=calendar.has_begun(phases, Kind.POST_VOTE, now),
    )


def takes_words(phases: Sequence[Phase], now: dt.datetime) -> bool:
    """Tell whether projects are built together at a moment: from the ideas to the studies."""
    return calendar.has_begun(phases, Kind.IDEATION, now) and not calendar.has_begun(
        phases, Kind.PRE_SUBMIT, now
    )


def takes_appeals(edition: Edition, now: dt.datetime) -> bool:
    """Tell whether an appeal may still change what is voted on: before the ballot is fixed."""
    return edition.frozen_at is None and not calendar.has_begun(phases_of(edition), Kind.VOTE, now)


def areas(edition: Edition) -> list[AreaShown]:
    """Return the areas of an edition, the whole city first, with their public projects."""
    rows = edition.areas.annotate(
        public=Count("projects", filter=Q(projects__status__in=list(PUBLIC))),
        taken=Count("projects", filter=Q(projects__status=Status.ACCEPTED)),
    )
    ordered = rows.order_by(F("arrondissement").asc(nulls_first=True))
    return [
        AreaShown(area=one, name=words.area_name(one), projects=one.public, accepted=one.taken)
        for one in ordered
    ]


def terms(edition: Edition) -> list[TermsShown]:
    """Return who may propose and vote, areas with the same terms together, the whole city first."""
    rows = edition.areas.order_by(F("arrondissement").asc(nulls_first=True))
    found: dict[tuple[Terms, Terms], list[Area]] = {}
    for area in rows:
        asked = (_terms(area.proposers, area.propose_age), _terms(area.voters, area.vote_age))
        found.setdefault(asked, []).append(area)
    return [
        TermsShown(
            names=tuple(map(words.area_name, held)),
            propose=words.terms(*propose),
            vote=words.terms(*vote),
        )
        for (propose, vote), held in found.items()
    ]


def _terms(ties: list[str], age: int) -> Terms:
    return tuple(sorted(ties)), age


def _phase(row: PhaseRow) -> Phase:
    return Phase(kind=Kind(row.kind), opens_at=row.opens_at, closes_at=row.closes_at)


def _shown(one: Phase, now: dt.datetime) -> PhaseShown:
    moment = "now" if one.is_on(now) else "past" if one.closes_at <= now else "coming"
    return PhaseShown(
        kind=one.kind,
        label=str(PhaseKind(one.kind).label),
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        moment=moment,
    )
