"""Answers for machines: health, robots, security contact, manifest, favicon."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.portal.queries.papers import publisher
from parvis.portal.queries.pulse import pulse

_PRIVATE = ("portal:mine", "portal:desk", "portal:search", "portal:display")
_DAY = 86_400
# RFC 9116 advises less than a year.
_VALID_FOR = dt.timedelta(days=180)


@login_not_required
@require_safe
@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """Say whether the database answers (503 if not) and a worker breathes."""
    beat = pulse(now=clock.now())
    body = {
        "status": "ok" if beat.healthy else "down",
        "database": "ok" if beat.database else "down",
        "worker": "ok" if beat.worker else "silent",
        "worker_seen": beat.worker_seen.isoformat() if beat.worker_seen else None,
    }
    status = HTTPStatus.OK if beat.healthy else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(body, status=status)


@login_not_required
@require_safe
@cache_control(public=True, max_age=_DAY)
def robots(_request: HttpRequest) -> HttpResponse:
    """Ask search engines to stay out of private pages; everything else is theirs to read, and
    where there is most, a list tells them."""
    lines = ["User-agent: *"]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            lines.extend(f"Disallow: {reverse(name)}" for name in _PRIVATE)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            lines.append(f"Sitemap: {settings.PARVIS_SITE_URL}{reverse('opendata:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=_DAY)
def security_contact(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116): to the city, or else at the source."""
    contact = publisher().security or f"{settings.PARVIS_SOURCE_URL}/security"
    if "@" in contact and not contact.startswith("mailto:"):
        contact = f"mailto:{contact}"
    expires = (clock.now() + _VALID_FOR).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.PARVIS_SITE_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=_DAY)
def manifest(_request: HttpRequest) -> HttpResponse:
    """Let a phone keep the site on its first screen."""
    body = {
        "name": f"Parvis, {settings.PARVIS_CITY_NAME}",
        "short_name": "Parvis",
        "start_url": reverse("portal:home"),
        "display": "browser",
        "icons": [{"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(public=True, max_age=_DAY)
def favicon(_request: HttpRequest) -> HttpResponse:
    """Send who asks for the old name to the drawing of our mark."""
    return HttpResponse(status=HTTPStatus.FOUND, headers={"Location": static("ui/mark.svg")})
