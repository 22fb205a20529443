"""What may be followed: a street, a quartier, a kind, a case; and who follows it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.streets.models import Case, Follow, FollowKind, Report
from parvis.streets.queries import public_cases
from parvis.streets.queries.catalogue import label_of, subtype
from parvis.territory.public import arrondissements, quartiers

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that may be followed, in the active language; `url` is its page, `feed` the same as
    Atom."""

    kind: str
    key: str
    title: str
    url: str
    feed: str


def target(kind: str, key: str) -> Target:
    """Return what is named.

    :raises NotFound: `no_target`, `no_subtype`, `no_case`
    """
    known = {
        FollowKind.STREET: _street,
        FollowKind.QUARTIER: _quartier,
        FollowKind.SUBTYPE: _kind,
        FollowKind.CASE: _case,
    }
    if kind not in FollowKind.values:
        raise _nothing()
    return known[FollowKind(kind)](key)


def street_url(key: str) -> str:
    """Return the page of a street by its key, "" for none."""
    words, _slash, number = key.rpartition("/")
    return reverse("streets:street", args=[int(number), words]) if words else ""


def cases_of(kind: str, key: str) -> QuerySet[Case]:
    """Return the public cases of what may be followed, those that changed last first."""
    rows = public_cases.shown().filter(merged_into=None)
    if kind == FollowKind.STREET:
        # The street of a place that is not public is not public either.
        rows = rows.filter(street_key=key, subtype__is_place_public=True)
    elif kind == FollowKind.QUARTIER:
        rows = rows.filter(quartier=int(key))
    elif kind == FollowKind.SUBTYPE:
        rows = rows.filter(subtype__code=key)
    else:
        rows = rows.filter(code=key)
    return rows.order_by("-changed_at", "-pk")


def is_followed(kind: str, key: str, *, person_id: uuid.UUID) -> bool:
    """Tell whether a person follows this."""
    return Follow.objects.filter(person_id=person_id, kind=kind, target=key).exists()


def followed_by(person_id: uuid.UUID) -> list[Target]:
    """Return all that a person follows, the latest first; what is no more is left out."""
    found = []
    for one in Follow.objects.filter(person_id=person_id).order_by("-since"):
        try:
            found.append(target(one.kind, one.target))
        except NotFound:
            continue
    return found


def followers_of_place(
    *, street_key: str, quartier: int, subtype_code: str, case_id: uuid.UUID
) -> set[uuid.UUID]:
    """Return who follows the street, the quartier or the kind of a case, where it is public; who
    reported it knows it already."""
    case = Case.objects.select_related("subtype").filter(pk=case_id, is_shown=True).first()
    if case is None:
        return set()
    about = Q(kind=FollowKind.QUARTIER, target=str(quartier))
    about |= Q(kind=FollowKind.SUBTYPE, target=subtype_code)
    if street_key and case.subtype.is_place_public:
        about |= Q(kind=FollowKind.STREET, target=street_key)
    return _persons(Follow.objects.filter(about, by_mail=True)) - _reporters(case.code)


def followers_of_case(code: str) -> set[uuid.UUID]:
    """Return who follows a case; who reported it is told by what the City says to them."""
    rows = Follow.objects.filter(kind=FollowKind.CASE, target=code, by_mail=True)
    return _persons(rows) - _reporters(code)


def _reporters(code: str) -> set[uuid.UUID]:
    rows = Report.objects.filter(case__code=code, person__isnull=False, withdrawn_at=None)
    return set(rows.values_list("person_id", flat=True))


def _persons(rows: QuerySet[Follow]) -> set[uuid.UUID]:
    found: Iterable[uuid.UUID] = rows.values_list("person_id", flat=True)
    return set(found)


def _street(key: str) -> Target:
    words, _slash, number = key.rpartition("/")
    if not words or not number.isdigit():
        raise _nothing()
    # Its name is what the cases say; the key alone tells streets apart.
    known = Case.objects.filter(street_key=key).exclude(address="")
    address = known.values_list("address", flat=True).first() or words
    name = address.lstrip("0123456789 ").removeprefix("bis ").removeprefix("ter ").strip()
    return Target(
        kind=FollowKind.STREET,
        key=key,
        title=_("%(street)s, %(postcode)s Paris")
        % {"street": name, "postcode": f"750{int(number):02}"},
        url=reverse("streets:street", args=[int(number), words]),
        feed=reverse("streets:street_feed", args=[int(number), words]),
    )


def _quartier(key: str) -> Target:
    everywhere = (one for district in arrondissements() for one in quartiers(district.number))
    found = next((one for one in everywhere if str(one.number) == key), None)
    if found is None:
        raise _nothing()
    return Target(
        kind=FollowKind.QUARTIER,
        key=key,
        title=_("Quartier %(name)s") % {"name": found.name},
        url=reverse("streets:quartier", args=[found.number]),
        feed=reverse("streets:quartier_feed", args=[found.number]),
    )


def _kind(key: str) -> Target:
    row = subtype(key)
    return Target(
        kind=FollowKind.SUBTYPE,
        key=key,
        title=label_of(row),
        url=reverse("streets:kind", args=[key]),
        feed=reverse("streets:kind_feed", args=[key]),
    )


def _case(key: str) -> Target:
    case = public_cases.case_of(key)
    about = {"what": label_of(case.subtype), "code": case.code}
    return Target(
        kind=FollowKind.CASE,
        key=key,
        title=_("%(what)s (%(code)s)") % about,
        url=reverse("streets:case", args=[key]),
        feed=reverse("streets:case_feed", args=[key]),
    )


def _nothing() -> NotFound:
    return NotFound("no_target", _("There is nothing of this name to follow."))
