"""The plan's pages: read it, open one section, compare its versions, download it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.plan import actions, queries
from parvis.plan.forms import ComparisonForm, VersionForm


@login_not_required
@require_safe
def read(request: CityRequest) -> HttpResponse:
    """Show the plan in force."""
    return render(request, "plan/read.html", {"reading": queries.reading(now=clock.now())})


@login_not_required
@require_safe
def read_version(request: CityRequest, number: int) -> HttpResponse:
    """Show one published version."""
    found = queries.reading(now=clock.now(), version=number)
    return render(request, "plan/read.html", {"reading": found})


@login_not_required
@require_safe
def section(request: CityRequest, number: str) -> HttpResponse:
    """Show the permanent page of one section."""
    found = queries.section_page(number, now=clock.now())
    return render(request, "plan/section.html", {"page": found})


@login_not_required
@require_safe
def versions(request: CityRequest) -> HttpResponse:
    """List the versions of the plan."""
    plan = queries.current_plan()
    return render(
        request, "plan/versions.html", {"plan": plan, "versions": queries.versions(plan.slug)}
    )


@login_not_required
@require_safe
def compare(request: CityRequest) -> HttpResponse:
    """Show what changed between two versions; the last two if none are asked for."""
    plan = queries.current_plan()
    numbers = [version.number for version in queries.versions(plan.slug)]
    asked = {"de": max(plan.version - 1, 1), "a": plan.version} | request.GET.dict()
    form = ComparisonForm(asked, numbers=numbers)
    if not form.is_valid():
        return render(request, "plan/compare.html", {"plan": plan, "form": form}, status=404)
    old, new = sorted((form.cleaned_data["de"], form.cleaned_data["a"]))
    found = queries.comparison(plan.slug, old=old, new=new)
    return render(request, "plan/compare.html", {"plan": plan, "form": form, "found": found})


@login_not_required
@require_safe
def pdf(request: CityRequest) -> HttpResponse:
    """Hand over the plan as a tagged PDF."""
    name, content = actions.paper(VersionForm(request.GET).asked())
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
