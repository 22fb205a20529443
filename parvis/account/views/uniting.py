"""Bringing two accounts of one's own together: both have to be opened, one after the other."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.account.actions import merging
from parvis.account.models import Resident
from parvis.account.permissions import proves_again
from parvis.account.queries import people
from parvis.account.queries.people import Person
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

# Only this browser has it, for as long as it takes to sign in, and no longer than the password
# stays: whoever was talked into a link of somebody else's brings nobody's account into theirs.
_COOKIE = "parvis_other_account"
_SALT = "parvis.account.uniting"
_SECONDS = 10 * 60


@never_cache
@proves_again
@require_POST
def leave_for_the_other(request: CityRequest) -> HttpResponse:
    """Remember, in this browser, that the person opened this account; lead to the other one."""
    kept = [str(request.person.id), _opens_with(request.person.id)]
    logout(request)
    messages.info(request, _("Now sign in to the account you want to keep."))
    then = urlencode({"next": reverse("account:unite")})
    response = redirect(f"{reverse('account_login')}?{then}")
    response.set_cookie(
        _COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unite(request: CityRequest) -> HttpResponse:
    """Bring the account opened before into the one that is open now; or say how to begin."""
    other = _other(request)
    if request.method == "POST" and other:
        merging.merge_accounts(
            stays=request.person.id, goes=other.id, cause=merging.Cause(), now=clock.now()
        )
        messages.success(request, _("Your two accounts are now one."))
        response = redirect("account:identities")
        response.delete_cookie(_COOKIE)
        return response
    return render(request, "account/unite.html", {"other": other})


def _other(request: CityRequest) -> Person | None:
    try:
        found, opened_with = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_SECONDS
        )
    except signing.BadSignature:
        return None
    other = people.person(uuid.UUID(found))
    if other is None or other.id == request.person.id:
        return None
    return other if constant_time_compare(_opens_with(other.id), opened_with) else None


def _opens_with(person_id: uuid.UUID) -> str:
    """Return what changes when another password opens an account, and tells nothing of it."""
    return Resident.objects.get(pk=person_id).get_session_auth_hash()
