"""Reports something: a new case, or one voice more for a case that is known."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.kernel.facts import announce, together
from parvis.kernel.ids import new_short_code
from parvis.kernel.prepared import Prepared
from parvis.streets import events
from parvis.streets.actions import joining
from parvis.streets.actions.checking import Checked, Draft, Reporter, checked
from parvis.streets.actions.routing import keep_routed, route_new
from parvis.streets.actions.writing import Reported, Word, already, answer_of, note, write
from parvis.streets.models import Case, Reporting, State, Step

__all__ = ["Draft", "Reported", "Reporter", "report"]

_TRIES = 20


@transaction.atomic
def report(draft: Draft, *, reporter: Reporter, now: dt.datetime) -> Reported:
    """Open a case for a draft, route it and promise a day; or join the case it names (`joins`).

    A draft of the same `client_key` is one report, however often it is sent and by however many
    ways at once: the later ones are answered with the first. Refused, nothing is stored.

    :raises NotFound: `no_subtype`; `no_case` if it joins one that does not exist
    :raises Refused: what `checked` refuses, what `photos.take_in` refuses, what `joining.join`
        refuses; `client_key_taken`
    """
    known = already(draft, reporter=reporter)
    if known is not None:
        return answer_of(known, is_new=False)
    fit = checked(draft, reporter=reporter, now=now)
    with together():
        if draft.joins is not None:
            return joining.join_checked(draft, fit, reporter=reporter, now=now)
        return _open(draft, fit, reporter=reporter, now=now)


def _open(draft: Draft, fit: Checked, *, reporter: Reporter, now: dt.datetime) -> Reported:
    case = _case(fit, now)
    # Who treats it decides by whose hours the deadline is reckoned.
    routed = route_new(case, inside=fit.spot.zones if fit.spot else frozenset(), now=now)
    case.save(force_insert=True)
    word = Word(case=case, role=Reporting.OPENS, draft=draft, checked=fit, reporter=reporter)
    said = write(word, now=now)
    Step.objects.create(
        case=case, before=None, after_id=case.state_id, door=draft.channel, taken_at=now
    )
    note("streets.reported", said, reporter, now=now)
    announce(
        events.CaseOpened(
            case_id=case.pk,
            code=case.code,
            report_id=said.pk,
            subtype=fit.subtype.code,
            quartier=case.quartier,
            arrondissement=case.arrondissement,
            street_key=case.street_key,
        ),
        now=now,
    )
    keep_routed(case, routed)
    return answer_of(said, is_new=True)


def _case(fit: Checked, now: dt.datetime) -> Case:
    spot, subtype = fit.spot, fit.subtype
    if spot is None or spot.place is None:
        message = _("Say where it is: by your position, an address or the map.")
        raise Refused("place_missing", message, status=422)
    return Case(
        code=_new_code(),
        subtype=subtype,
        type=subtype.type,
        family=subtype.family,
        radius_m=subtype.radius_m,
        location=spot.at,
        arrondissement=spot.place.arrondissement,
        quartier=spot.place.quartier,
        address=spot.address,
        postcode=spot.postcode,
        street_key=spot.street_key,
        state=_INITIAL.all()[0],
        opened_at=now,
        changed_at=now,
    )


def _new_code() -> str:
    """Return a code that no case has: of a milliard, a million are taken one day."""
    for _try in range(_TRIES):
        code = new_short_code()
        if _OF_A_CODE.first(code) is None:
            return code
    message = "no free code for a case"
    raise RuntimeError(message)


_INITIAL = Prepared(lambda: State.objects.filter(is_initial=True).order_by("order"))
_OF_A_CODE = Prepared(lambda code: Case.objects.filter(code=code).only("id"), str)
