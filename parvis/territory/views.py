"""Pages: find an address, see in which quartier one is, look at an arrondissement."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.kernel.errors import NotFound
from parvis.territory.forms import AddressForm, PointForm
from parvis.territory.queries import finding


@require_safe
@login_not_required
def find(request: HttpRequest) -> HttpResponse:
    """Show the map, and the addresses that were asked for or the quartier of a point."""
    form = AddressForm(request.GET if "q" in request.GET else None)
    point = PointForm(request.GET)
    here = finding.here(**point.cleaned_data) if point.is_valid() else None
    asked = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    context = {"form": form, "here": here, **finding.page(asked, here)}
    return render(request, "territory/find.html", context)


@require_safe
@login_not_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return the list of addresses that `?q=` may mean, as a fragment of a page."""
    asked = request.GET.get("q", "")[: finding.LONGEST]
    return render(request, "territory/_found.html", finding.page(asked, None))


@require_safe
@login_not_required
def arrondissement(request: HttpRequest, number: int) -> HttpResponse:
    """Show one arrondissement and its quartiers."""
    shown = finding.arrondissement(number)
    if shown is None:
        message = _("There is no such arrondissement: Paris has twenty, from 1 to 20.")
        raise NotFound("no_such_arrondissement", message)
    return render(request, "territory/arrondissement.html", {"shown": shown})
