"""What happens in a street, in a quartier, with a kind or to a case, for feed readers (Atom,
RFC 4287)."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.streets.models import FollowKind
from parvis.streets.queries import following, public_cases
from parvis.streets.queries.following import Target
from parvis.streets.queries.public_cases import Row
from parvis.streets.views.cases import CODE

_NEWEST = 50
# XML 1.0 knows no way to write these.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@login_not_required
@require_safe
def street(request: CityRequest, arrondissement: int, key: str) -> HttpResponse:
    """Send what changed last in a street."""
    return _cases(request, FollowKind.STREET, f"{key}/{arrondissement}")


@login_not_required
@require_safe
def quartier(request: CityRequest, number: int) -> HttpResponse:
    """Send what changed last in a quartier."""
    return _cases(request, FollowKind.QUARTIER, str(number))


@login_not_required
@require_safe
def kind(request: CityRequest, code: str) -> HttpResponse:
    """Send what changed last of a kind."""
    return _cases(request, FollowKind.SUBTYPE, code)


@login_not_required
@require_safe
def case(request: CityRequest, code: str) -> HttpResponse:
    """Send what happened to a case, newest first."""
    target = following.target(FollowKind.CASE, code)
    shown = public_cases.page(code, now=clock.now())
    feed = _feed(request, target)
    for step in shown.steps[:_NEWEST]:
        feed.add_item(
            title=_plain(f"{step.after} : {step.reason}" if step.reason else step.after),
            link=request.build_absolute_uri(target.url),
            description=_plain(step.words or step.means),
            unique_id=f"urn:uuid:{shown.row.case.id}#{step.taken_at.isoformat()}",
            pubdate=step.taken_at,
            updateddate=step.taken_at,
        )
    return _sent(feed)


def _cases(request: CityRequest, kind_of: str, key: str) -> HttpResponse:
    feed = _feed(request, following.target(kind_of, key))
    for row in public_cases.rows(following.cases_of(kind_of, key)[:_NEWEST]):
        _add(feed, row, request)
    return _sent(feed)


def _add(feed: Atom1Feed, row: Row, request: CityRequest) -> None:
    page = reverse("streets:case", args=[row.case.code])
    feed.add_item(
        title=_plain(_("%(what)s: %(state)s") % {"what": row.label, "state": row.state}),
        link=request.build_absolute_uri(page),
        description=_plain(f"{row.where} ({row.case.code})"),
        unique_id=f"urn:uuid:{row.case.id}",
        pubdate=row.case.opened_at,
        updateddate=row.case.changed_at,
    )


def _feed(request: CityRequest, target: Target) -> Atom1Feed:
    return Atom1Feed(
        title=_plain(target.title),
        link=request.build_absolute_uri(target.url),
        description=_("What was reported, and what the City made of it."),
        feed_url=request.build_absolute_uri(request.path),
        language=get_language(),
        author_name=str(settings.PARVIS_CITY_NAME),
    )


def _sent(feed: Atom1Feed) -> HttpResponse:
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    # Readers in a browser ask from their own origin.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _plain(text: str) -> str:
    """Return a text that XML can hold."""
    return _UNWRITABLE.sub("", text)


urlpatterns: list[URLPattern | URLResolver] = [
    path(
        gettext_lazy("street/<int:arrondissement>/<str:key>/atom.xml"), street, name="street_feed"
    ),
    path("quartier/<int:number>/atom.xml", quartier, name="quartier_feed"),
    path(gettext_lazy("kind/<slug:code>/atom.xml"), kind, name="kind_feed"),
    re_path(rf"^{CODE}/atom\.xml$", case, name="case_feed"),
]
