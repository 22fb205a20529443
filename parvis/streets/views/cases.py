"""What everybody reads: the first page, the page of a case, the cases of a street, a quartier or a
kind."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.declarations import companions_of
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.kernel.ids import read_short_code
from parvis.streets.models import FollowKind
from parvis.streets.permissions import treats_cases
from parvis.streets.queries import catalogue, following, public_cases
from parvis.streets.queries.routing_words import why_here
from parvis.streets.queries.voices import voice_in

_LATEST, _PAGE = 6, 20
# What other modules offer beside the first page of the street is declared for this ref.
_SQUARE = "streets.square"
CODE = r"(?P<code>[0-9A-HJKMNP-TV-Z]{2}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z])"


@login_not_required
@require_safe
def index(request: CityRequest) -> HttpResponse:
    """Show what can be done here, and what was reported last; or find a report by its number."""
    asked = request.GET.get("number", "").strip()
    code = read_short_code(asked) if asked else None
    if code and public_cases.shown().filter(code=code).exists():
        return redirect("streets:case", code)
    latest = public_cases.shown().filter(merged_into=None).order_by("-opened_at", "-pk")[:_LATEST]
    context = {
        "asked": asked[:40],
        "latest": public_cases.rows(latest),
        "usual": catalogue.usual(),
        "beside": companions_of([_SQUARE], now=clock.now())[_SQUARE],
    }
    return render(request, "streets/case_index.html", context, status=404 if asked else 200)


@login_not_required
@require_safe
def case(request: CityRequest, code: str) -> HttpResponse:
    """Show a case: how it stands, what was done, what one may do."""
    now, found = clock.now(), public_cases.case_of(code)
    person, shown = request.person, public_cases.page_of(found, now=now)
    context = {
        "shown": shown,
        "street": following.street_url(shown.street_key),
        "why": why_here(found.pk),
        "voice": voice_in(found.pk, person_id=person.id, now=now) if person else None,
        "target": _target(request, FollowKind.CASE, code),
        "treats": treats_cases(person, found.arrondissement),
        "now": now,
    }
    return render(request, "streets/case.html", context)


@login_not_required
@require_safe
def street(request: CityRequest, arrondissement: int, key: str) -> HttpResponse:
    """Show the cases of a street."""
    return _listed(request, FollowKind.STREET, f"{key}/{arrondissement}")


@login_not_required
@require_safe
def quartier(request: CityRequest, number: int) -> HttpResponse:
    """Show the cases of a quartier."""
    return _listed(request, FollowKind.QUARTIER, str(number))


@login_not_required
@require_safe
def kind(request: CityRequest, code: str) -> HttpResponse:
    """Show the cases of a kind."""
    return _listed(request, FollowKind.SUBTYPE, code)


def _target(request: CityRequest, kind_of: str, key: str) -> dict[str, Any]:
    named = following.target(kind_of, key)
    person = request.person
    follows = bool(person) and following.is_followed(kind_of, key, person_id=person.id)
    return {"about": named, "is_followed": follows}


def _listed(request: CityRequest, kind_of: str, key: str) -> HttpResponse:
    target = _target(request, kind_of, key)
    pages = Paginator(following.cases_of(kind_of, key), _PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"target": target, "rows": public_cases.rows(page.object_list), "page": page}
    if kind_of == FollowKind.STREET and not pages.count:
        raise NotFound("no_target", _("Nothing was reported in a street of this name."))
    return render(request, "streets/case_list.html", context)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", index, name="index"),
    path(gettext_lazy("street/<int:arrondissement>/<str:key>/"), street, name="street"),
    path("quartier/<int:number>/", quartier, name="quartier"),
    path(gettext_lazy("kind/<slug:code>/"), kind, name="kind"),
    re_path(rf"^{CODE}/$", case, name="case"),
]
