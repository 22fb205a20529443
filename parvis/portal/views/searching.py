"""The global search."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parvis.portal.forms import SearchForm
from parvis.portal.queries import found


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer words with everything the city knows of them, grouped by kind."""
    form = SearchForm(request.GET)
    asked = form.is_valid()
    words = form.cleaned_data["q"] if asked else ""
    kind = form.cleaned_data["kind"] if asked and form.cleaned_data["kind"] in found.kinds() else ""
    groups = found.search(words, kind=kind)
    context = {"form": form, "words": words, "kind": kind, "groups": groups}
    return render(request, "portal/search.html", context, status=200 if asked else 400)
