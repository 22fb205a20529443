"""Administrators give programs keys of GeoReport, and revoke them."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from parvis.account.public import proves_again
from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.streets.actions import api_keys
from parvis.streets.actions.api_keys import NewKey, UnfitKey
from parvis.streets.forms.keys import KeyForm
from parvis.streets.permissions import administrators_only
from parvis.streets.queries import api_keys as known

_pages = require_http_methods(["GET", "HEAD", "POST"])


@administrators_only
@require_safe
def listed(request: CityRequest) -> HttpResponse:
    """Show every key."""
    context = {"lines": known.listed(), "address": _address(request)}
    return render(request, "streets/keys.html", context)


@administrators_only
@never_cache
@_pages
@proves_again
def add(request: CityRequest) -> HttpResponse:
    """Give a program a key, and show it once."""
    form = KeyForm(request.POST or None)
    made = _made(request, form) if form.is_valid() else None
    if made:
        context = {"key": made, "address": _address(request)}
        return render(request, "streets/keys_made.html", context)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "streets/keys_form.html", {"form": form}, status=status)


@administrators_only
@never_cache
@_pages
def revoke(request: CityRequest, key_id: uuid.UUID) -> HttpResponse:
    """Say what stops, then revoke a key."""
    line = known.line(key_id)
    if request.method == "POST":
        api_keys.revoke_key(key_id=key_id, by=request.person, now=clock.now())
        messages.success(request, _("The key of %(name)s is revoked.") % {"name": line.name})
        return redirect("streets:keys")
    return render(request, "streets/keys_revoke.html", {"line": line})


def _made(request: CityRequest, form: KeyForm) -> NewKey | None:
    try:
        return api_keys.make_key(**form.cleaned_data, by=request.person, now=clock.now())
    except UnfitKey as refusal:
        form.refuse(refusal)
        return None


def _address(request: CityRequest) -> str:
    discovery = reverse("georeport:discovery", args=["xml"])
    return request.build_absolute_uri(discovery.removesuffix("/discovery.xml"))


urlpatterns: list[URLPattern | URLResolver] = [
    path(gettext_lazy("desk/keys/"), listed, name="keys"),
    path(gettext_lazy("desk/keys/new/"), add, name="add_key"),
    path(gettext_lazy("desk/keys/<uuid:key_id>/revoke/"), revoke, name="revoke_key"),
]
