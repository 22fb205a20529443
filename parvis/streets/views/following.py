"""One button to follow something, or to stop."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.streets.actions import following
from parvis.streets.queries import following as known


@login_not_required
@require_POST
def follow(request: CityRequest) -> HttpResponse:
    """Follow what `kind` and `key` name, or stop (`on=0`)."""
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
    target = known.target(kind, key)
    if request.person is None:
        return redirect_to_login(target.url)
    if request.POST.get("on") == "0":
        following.unfollow(kind=kind, key=key, by=request.person, now=clock.now())
        messages.success(request, _("You follow it no more."))
    else:
        following.follow(kind=kind, key=key, by=request.person, now=clock.now())
        messages.success(request, _("You are told by e-mail what happens there."))
    return redirect(target.url)


urlpatterns: list[URLPattern | URLResolver] = [path(gettext_lazy("follow/"), follow, name="follow")]
