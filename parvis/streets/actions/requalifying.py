"""A case that was of another kind, at another place, or must not be public: corrected, and sent to
who treats it then."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from parvis.kernel import register
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.moving import locked_case, move_case, touch
from parvis.streets.actions.routing import route_case
from parvis.streets.models import Case, Report, Subtype
from parvis.streets.queries import catalogue, ground
from parvis.streets.queries.life_words import refusal
from parvis.streets.rules import life, near

SORTED_AGAIN = "to_requalify"
_COLUMNS = (
    "subtype",
    "type",
    "family",
    "radius_m",
    "location",
    "arrondissement",
    "quartier",
    "address",
    "postcode",
    "street_key",
    "is_shown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is corrected; None leaves a thing as it is. `subtype` is a code, `at` longitude and
    latitude (WGS 84), `address` what somebody calls the place."""

    subtype: str | None = None
    at: tuple[float, float] | None = None
    address: str = ""
    is_shown: bool | None = None

    @property
    def routes_anew(self) -> bool:
        """Tell whether somebody else may have to treat it."""
        return self.subtype is not None or self.at is not None


@transaction.atomic
def requalify(
    *, case_id: uuid.UUID, correction: Correction, actor: str, now: dt.datetime, door: str = "desk"
) -> Case:
    """Correct a case and return it as it is then. Of another kind or place, it is routed anew, its
    deadline reckoned anew from when it was opened; what waited to be sorted goes on to be treated.

    :raises NotFound: `no_case`, `no_subtype`
    :raises Refused: `subtype_not_ours`, `outside_the_city`; `reports_too_far` if a report would be
        farther from the case than its new kind allows
    """
    case = locked_case(case_id)
    before = case.subtype.code
    _correct_kind(case, correction)
    _correct_place(case, correction)
    if correction.is_shown is not None:
        case.is_shown = correction.is_shown
    _refuse_far_reports(case)
    case.save(update_fields=list(_COLUMNS))
    touch(case, now=now)
    if correction.routes_anew and case.is_open:
        route_case(case, now=now, actor_ref=actor)
    _record(case, before, actor, now)
    announce(
        events.CaseRequalified(
            case_id=case.id, code=case.code, subtype=case.subtype.code, before=before
        ),
        now=now,
    )
    if correction.routes_anew and case.state_id == SORTED_AGAIN:
        move_case(case_id=case.id, to=life.TO_DO, actor=actor, who=life.AGENT, door=door, now=now)
    return Case.objects.select_related("subtype", "handler").get(pk=case.id)


def _correct_kind(case: Case, correction: Correction) -> None:
    if correction.subtype is None:
        return
    kind: Subtype = catalogue.subtype(correction.subtype)
    if kind.not_ours_fr:
        raise refusal("subtype_not_ours")
    case.subtype, case.type_id = kind, kind.type_id
    case.family, case.radius_m = kind.family, kind.radius_m


def _correct_place(case: Case, correction: Correction) -> None:
    if correction.at is None:
        return
    lon, lat = correction.at
    spot = ground.spot(lon=lon, lat=lat, said=correction.address)
    if spot.place is None:
        raise refusal("outside_the_city")
    case.location = spot.at
    case.arrondissement, case.quartier = spot.place.arrondissement, spot.place.quartier
    case.address, case.postcode = spot.address, spot.postcode
    case.street_key = spot.street_key


def _refuse_far_reports(case: Case) -> None:
    """The first report may be anywhere: the case stands where agents put it."""
    joined = Report.objects.filter(case=case).exclude(role="opens", first_case=case)
    points = list(joined.values_list("location", flat=True))
    if not near.may_gather(root=case.location, radius_m=case.radius_m, points=points):
        raise refusal("reports_too_far")


def _record(case: Case, before: str, actor: str, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action="streets.requalified",
            object_ref=f"streets.case:{case.id}",
            actor_ref=actor,
            recorded_at=now,
            details={"before": before, "after": case.subtype.code, "shown": case.is_shown},
        )
    )
