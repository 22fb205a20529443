"""What each page of a report shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _, pgettext

from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest
from parvis.mandates.public import association_of, in_name_of
from parvis.streets.actions.drafting import Kept, packed
from parvis.streets.forms.reporting import DetailsForm, ListForm, PlaceForm, WhoForm, WordsForm
from parvis.streets.queries import catalogue, ground
from parvis.streets.views import journey
from parvis.territory.public import streets_of, suggest

_FOUND = 6
_DISTRICTS = 20


def page(
    step: str,
    kept: Kept,
    request: CityRequest,
    *,
    now: dt.datetime,
    refusal: Refused | None = None,
) -> dict[str, Any]:
    """Return the context of the page of a step; what was typed stands in it again."""
    # What was sent on one page belongs to every step: the draft of none came with it.
    is_typed = "draft" not in request.POST or request.POST.get("step", "who") == step
    typed = request.POST if is_typed else {}
    pages: dict[str, Callable[[CityRequest, Kept, Mapping[str, Any], dt.datetime], Any]] = {
        journey.PHOTO: _photo,
        journey.PLACE: _place,
        journey.KIND: _kind,
        journey.DETAILS: _details,
        journey.NEAR: _near,
        journey.WHO: _who,
    }
    names = step_names()
    return {
        "step": step,
        "steps": names,
        "current": journey.STEPS.index(step) + 1,
        "title": _TITLES[step](),
        "kept": kept,
        "draft": packed(kept),
        "refusal": refusal,
        "about": _about(kept),
        **pages[step](request, kept, typed, now),
    }


def step_names() -> list[str]:
    """Return the names of the pages, in order."""
    return [
        pgettext("step of a report", "Photo"),
        pgettext("step of a report", "Where"),
        pgettext("step of a report", "What"),
        pgettext("step of a report", "Details"),
        pgettext("step of a report", "Nearby"),
        pgettext("step of a report", "Send"),
    ]


_TITLES: dict[str, Callable[[], str]] = {
    journey.PHOTO: lambda: _("Take a photo"),
    journey.PLACE: lambda: _("Where is it?"),
    journey.KIND: lambda: _("What is wrong?"),
    journey.DETAILS: lambda: _("Some details"),
    journey.NEAR: lambda: _("Is it one of these?"),
    journey.WHO: lambda: _("Send the report"),
}


def _about(kept: Kept) -> dict[str, Any]:
    """Return what is known of a draft, in words."""
    known = catalogue.offered(to_agents=True).filter(code=kept.subtype).first()
    return {
        "kind": catalogue.view(known) if known else None,
        "address": kept.address,
        "photos": len(kept.photos),
    }


def _photo(*_asked: Any) -> dict[str, Any]:
    return {}


def _place(
    request: CityRequest, kept: Kept, typed: Mapping[str, Any], _now: dt.datetime
) -> dict[str, Any]:
    del request
    initial = {
        "address": "" if kept.by_photo else kept.address,
        "lon": kept.lon,
        "lat": kept.lat,
        "says_bridge": kept.says_bridge,
    }
    said = str(typed.get("address", "")).strip()[:200]
    number = str(typed.get("arrondissement", ""))
    district = int(number) if number.isdigit() and 1 <= int(number) <= _DISTRICTS else 0
    known = kept.lon is not None and kept.lat is not None
    return {
        "form": PlaceForm(typed) if typed else PlaceForm(initial=initial),
        "asked": said,
        "found": suggest(said, limit=_FOUND) if said else [],
        "list_form": ListForm(initial={"arrondissement": district or ""}, streets=_named(district)),
        "district": district,
        "streets": _named(district),
        "spot": ground.spot(lon=kept.lon or 0, lat=kept.lat or 0) if known else None,
    }


def _named(district: int) -> list[str]:
    return streets_of(district) if district else []


def _kind(
    request: CityRequest, kept: Kept, typed: Mapping[str, Any], _now: dt.datetime
) -> dict[str, Any]:
    words = str(typed.get("words", "")).strip()[:200]
    everything = journey.may_report_all(request)
    chosen = str(typed.get("kind") or "").replace("\x00", "")
    refused = catalogue.offered(to_agents=True).filter(code=chosen).first() if chosen else None
    return {
        "form": WordsForm(initial={"words": words}),
        "words": words,
        "found": catalogue.find(words, to_agents=everything) if words else [],
        "usual": catalogue.usual(),
        "tree": catalogue.tree(to_agents=everything),
        "refused_kind": catalogue.view(refused) if refused else None,
        "by_photo": bool(kept.photos),
    }


def _details(
    request: CityRequest, kept: Kept, typed: Mapping[str, Any], _now: dt.datetime
) -> dict[str, Any]:
    del request
    questions = catalogue.question_views(catalogue.questions_of(catalogue.subtype(kept.subtype)))
    noticed = dt.datetime.fromisoformat(kept.noticed_at) if kept.noticed_at else None
    initial: dict[str, Any] = {
        "text": kept.text,
        "noticed_at": timezone.localtime(noticed) if noticed else None,
        **{f"answer-{code}": answer for code, answer in kept.answers.items()},
    }
    form = DetailsForm(typed or None, initial=initial, questions=questions)
    return {"form": form, "asks": [form[f"answer-{one.code}"] for one in questions]}


def _near(
    request: CityRequest, kept: Kept, typed: Mapping[str, Any], now: dt.datetime
) -> dict[str, Any]:
    del request, typed
    return {"near": journey.near_cases(kept, now=now)}


def _who(
    request: CityRequest, kept: Kept, typed: Mapping[str, Any], _now: dt.datetime
) -> dict[str, Any]:
    known = catalogue.offered(to_agents=True).filter(code=kept.subtype).first()
    is_typed = request.method == "POST" and "email" in typed
    form = WhoForm(typed) if is_typed else WhoForm(initial={"email": kept.email})
    return {
        "form": form,
        "whose": in_name_of(association_of(request.acting)),
        "may_be_nobody": known is None or known.is_anonymous_allowed,
        "needs_photo": bool(known and known.is_photo_required and not kept.photos),
    }
