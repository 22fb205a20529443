"""The authorization endpoint, and the few pages a person may see on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.translation import activate, get_language_from_request
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.account.public import (
    proof_of,
    prove_again_url,
    second_factor_url,
    session_ref_of,
)
from parvis.kernel import clock
from parvis.kernel.acting import (
    OWN,
    done_for_oneself,
    done_for_others,
    hands,
    with_help_too,
)
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest, refusal_response
from parvis.openid.actions import authorizing
from parvis.openid.actions.logins import Who
from parvis.openid.queries.issuing import without_ours
from parvis.openid.rules.requests import ASKED, CHOSEN
from parvis.openid.rules.steps import Step
from parvis.ui.onward import lead_onward

View = Callable[[CityRequest], HttpResponse]
_OURS = {
    Step.CHOOSE: "oidc:choose",
    Step.ENROL: "oidc:stronger",
    Step.CONSENT: "openid:consent",
}


def who(request: CityRequest) -> Who | None:
    """Return who asks, how they showed it, and for whom they act."""
    if request.person is None:
        return None
    return Who(
        person_id=request.person.id,
        proof=proof_of(request),
        session_ref=session_ref_of(request),
        standing=hands().acting,
    )


def in_their_language(view: View) -> View:
    """Answer in the language of the person, or the one the service wishes for, refusals too.

    Outermost but for the marks of a view: what the middleware says of a wrong method, after the
    view has answered, is said in this language as well.
    """

    @wraps(view)
    def spoken(request: CityRequest) -> HttpResponse:
        activate(language_of(request))
        try:
            return view(request)
        except Refused as refusal:
            return refusal_response(request, refusal)

    return spoken


@login_not_required
@csrf_exempt
@never_cache
@in_their_language
@require_http_methods(["GET", "HEAD", "POST"])
@done_for_others(OWN)
def authorize(request: CityRequest) -> HttpResponse:
    """Take a service's request, lead the person through what it needs, and answer the service."""
    if request.method == "POST":
        return by_get(request)
    now = clock.now()
    asked = authorizing.receive(request.GET, now=now)
    outcome = authorizing.proceed(asked, who(request), now=now)
    if isinstance(outcome, str):
        return lead_onward(request, outcome, name=asked.service.name)
    return _next_page(request, asked, outcome)


@never_cache
@in_their_language
@require_http_methods(["GET", "HEAD"])
@with_help_too
def choose(request: CityRequest) -> HttpResponse:
    """Ask a person whether to go on with the account that is open."""
    asked = authorizing.receive(request.GET, now=clock.now())
    context = {"service": asked.service, "going_on": _again(request, asked, CHOSEN)}
    return render(request, "openid/choose.html", context)


@never_cache
@in_their_language
@require_http_methods(["POST"])
@with_help_too
@done_for_oneself
def other_account(request: CityRequest) -> HttpResponse:
    """Sign out, and come back with another account."""
    asked = authorizing.receive(request.GET, now=clock.now())
    logout(request)
    return HttpResponseRedirect(_again(request, asked, CHOSEN))


@never_cache
@in_their_language
@require_http_methods(["GET", "HEAD"])
@with_help_too
def stronger(request: CityRequest) -> HttpResponse:
    """Say that a service asks for a second factor, and where to add one."""
    asked = authorizing.receive(request.GET, now=clock.now())
    context = {"service": asked.service, "going_on": _again(request, asked)}
    return render(request, "openid/stronger.html", context)


def by_get(request: CityRequest) -> HttpResponse:
    """Have the browser ask again by GET: a form of another site brings no session with it."""
    fields = {**dict(request.GET.lists()), **dict(request.POST.lists())}
    again = HttpResponseRedirect(f"{request.path}?{urlencode(fields, doseq=True)}")
    again.status_code = 303
    return again


def language_of(request: CityRequest) -> str:
    """Return the language of these pages: the one the service wishes for, the person's, or their
    browser's: these addresses name none."""
    wished = [tag[:2].lower() for tag in request.GET.get("ui_locales", "").split()]
    known = [language for language in wished if language in ("fr", "en")]
    if known:
        return known[0]
    return getattr(request.person, "language", "") or get_language_from_request(request)


def _next_page(request: CityRequest, asked: authorizing.Asked, step: Step) -> HttpResponseRedirect:
    going_on = _again(request, asked)
    if step in _OURS:
        return HttpResponseRedirect(f"{reverse(_OURS[step])}?{urlsplit(going_on).query}")
    if step is Step.SECOND_FACTOR:
        page = second_factor_url(request, back=going_on) or reverse("oidc:stronger")
    elif step is Step.PROVE_AGAIN:
        page = prove_again_url(request, back=going_on)
    else:
        page = f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: going_on})}"
    return HttpResponseRedirect(translate_url(page, language_of(request)))


def _again(request: CityRequest, asked: authorizing.Asked, *also: str) -> str:
    """Return the address of this very request, with the proof of when it first arrived."""
    query = without_ours(request.GET)
    query[ASKED] = asked.stamp
    names = {*also, CHOSEN} if asked.has_chosen else {*also}
    for name in sorted(names):
        query[name] = "1"
    return f"{reverse('oidc:authorize')}?{query.urlencode()}"
