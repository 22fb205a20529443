"""The addresses at which people leave for FranceConnect or ProConnect, and come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account import views as allauth_views
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from parvis.account.actions import arriving
from parvis.account.adapters import upstream, upstream_tokens as tokens
from parvis.account.adapters.upstream_arrivals import (
    activate_language,
    note_language,
    trouble,
)
from parvis.account.models import Vouching
from parvis.account.permissions import LED
from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.ui.onward import lead_onward

# What one may go outside for: to sign in, to attach an identity to one's account, to show once
# more that it is oneself.
_PROCESSES = {"login", "connect", "prove"}
# The library does not say what it takes.
_callback: Callable[..., Any] = OAuth2CallbackView.adapter_view


@login_not_required
@never_cache
@require_safe
def begin(request: CityRequest, vouched_by: str) -> HttpResponseBase:
    """Send the browser to the party; what it is asked, no visitor can change."""
    asked = _party(vouched_by)
    process = request.GET.get("process", "login")
    token = request.GET.get("invitation", "")
    if process == "connect" and not did_recently_reauthenticate(request):
        then = urlencode({"next": f"{request.get_full_path()}&{LED}=1"})
        return redirect(f"{reverse('account_reauthenticate')}?{then}")
    process = process if process in _PROCESSES and request.person else "login"
    process = f"invitation:{token}" if token and request.person else process
    # Neither of the two takes max_age; the token that comes back says when they were asked.
    more = {"prompt": "login"} if process == "prove" else {}
    try:
        response: HttpResponseRedirect = upstream.CityProvider(request, asked).begin(
            request,
            process=process,
            next_url=request.GET.get("next", ""),
            now=clock.now(),
            **more,
        )
    except tokens.Down:
        return trouble(request, vouched_by, "down", going_on=request.GET.get("next"))
    # A link leads straight out, a redirect may have a form behind it.
    return lead_onward(request, response.url) if LED in request.GET else response


@login_not_required
@never_cache
@require_http_methods(["GET"])
def come_back(request: CityRequest, vouched_by: str) -> HttpResponse:
    """Receive who comes back, in the language they left in."""
    activate_language(request)
    asked = _party(vouched_by)
    if request.GET.get("iss", asked.issuer) != asked.issuer:
        return trouble(request, vouched_by, "not_believed")
    view = _callback(upstream.CityOAuth2Adapter(request, asked))
    try:
        response: HttpResponse = view(request)
    except tokens.Down:
        return trouble(request, vouched_by, "down")
    return response


@login_not_required
@never_cache
@require_safe
def keys(_request: HttpRequest) -> HttpResponse:
    """Publish the key to which FranceConnect+ encrypts what it tells us (RFC 7517)."""
    key = tokens.our_key()
    if key is None:
        raise Http404
    told = {"use": "enc", "kid": key.thumbprint()}
    return JsonResponse({"keys": [json.loads(key.export_public()) | told]})


@login_not_required
def sign_out(request: CityRequest) -> HttpResponseBase:
    """Sign out here, then offer to leave whoever vouched for the person as well."""
    hint = None
    if request.method == "POST" and request.person:
        hint = arriving.take_hint(request.session)
    response: HttpResponseBase = allauth_views.logout(request)
    if hint is None:
        return response
    arriving.keep_hint(request.session, hint)
    return redirect("account:leaving")


@login_not_required
@never_cache
@require_safe
def leaving(request: CityRequest) -> HttpResponse:
    """Say that one is signed out here, and lead on to the party outside.

    A page, not a redirect: browsers let a form lead to our own addresses only.
    """
    hint, onward = arriving.take_hint(request.session), arriving.onward_of(request)
    if hint is None or request.person:
        return redirect(onward.path)
    note_language(request)
    name = Vouching(hint["vouched_by"]).label
    try:
        url = _end_of(_party(hint["vouched_by"]), hint["hint"])
    except tokens.Down:
        url = ""
    context = {"url": url, "name": name, "onward": onward}
    return render(request, "account/upstream_leaving.html", context)


def _end_of(asked: upstream.Party, hint: str) -> str:
    """Return where the party ends its own session, with what it needs to know whose."""
    with translation.override(settings.LANGUAGE_CODE):
        back = settings.PARVIS_SITE_URL.rstrip("/") + reverse(
            f"account:{asked.vouching.value}_left"
        )
    told = {
        "id_token_hint": hint,
        "state": get_random_string(32),
        "post_logout_redirect_uri": back,
    }
    return f"{tokens.discovery(asked.issuer)['end_session_endpoint']}?{urlencode(told)}"


@login_not_required
@never_cache
@require_safe
def left(request: CityRequest, vouched_by: str) -> HttpResponse:
    """Welcome back who has signed out outside as well; lead them on to the service that asked."""
    activate_language(request)
    onward = arriving.onward_of(request)
    if not onward.name:
        name = Vouching(vouched_by).label
        messages.success(request, _("You are signed out of %(name)s too.") % {"name": name})
    return redirect(onward.path)


def _party(vouched_by: str) -> upstream.Party:
    asked = upstream.party(vouched_by)
    if asked is None:
        raise Http404
    return asked
