"""The receipts of a vote, which the voter's own device keeps: shown, saved, forgotten."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.budget.models import Edition
from parvis.budget.queries import ballots
from parvis.budget.views import carrying, papers
from parvis.kernel.errors import NotFound
from parvis.kernel.http import CityRequest
from parvis.voting import public as voting


@login_not_required
@never_cache
@require_safe
def receipt(request: CityRequest, slug: str) -> HttpResponse:
    """Show the receipts that this device keeps, to print or to copy; no other page ever does."""
    edition, poll = papers.vote_at(slug)
    context = papers.frame(edition, poll) | {
        "held": _held(request, edition),
        "receipts_url": reverse("voting:receipt"),
    }
    response = render(request, "budget/vote_receipt.html", context)
    carrying.drop_replaced(response, edition)
    return response


@login_not_required
@never_cache
@require_safe
def receipt_file(request: CityRequest, slug: str) -> HttpResponse:
    """Send the receipts that this device keeps as a text, for whoever has no printer.

    :raises NotFound: `no_receipt` if it keeps none
    """
    edition, poll = papers.vote_at(slug)
    held = _held(request, edition)
    if not held:
        raise NotFound("no_receipt", _("This device keeps no receipt of this vote."))
    context = papers.frame(edition, poll) | {
        "held": held,
        "find_url": request.build_absolute_uri(reverse("voting:receipt")),
        "change_url": request.build_absolute_uri(reverse("budget:vote_change", args=[slug])),
    }
    text = "text/plain; charset=utf-8"
    response = render(request, "budget/vote_receipt.txt", context, content_type=text)
    name = request.path.rsplit("/", 1)[1].removesuffix(".txt")
    response["Content-Disposition"] = f'attachment; filename="{name}-{slug}.txt"'
    return response


@login_not_required
@never_cache
@require_POST
def forget(request: CityRequest, slug: str) -> HttpResponse:
    """Let this device forget one's receipts, on a computer that others use."""
    edition, _poll = papers.vote_at(slug)
    response = redirect("budget:vote", slug)
    carrying.forget(response, request, edition)
    return response


def _held(request: CityRequest, edition: Edition) -> list[dict[str, Any]]:
    """Return the receipts that this device keeps, as they are read and typed."""
    replaced = carrying.read_replaced(request, edition)
    return [
        {
            "name": ballots.area_name(edition, key),
            "receipt": voting.grouped(code_of),
            "code": voting.grouped(change),
            "is_new": key in replaced,
        }
        for key, code_of, change in carrying.read_held(request, edition)
    ]


urlpatterns = [
    path(gettext_lazy("editions/<slug:slug>/vote/receipt/"), receipt, name="vote_receipt"),
    path(
        gettext_lazy("editions/<slug:slug>/vote/receipts.txt"),
        receipt_file,
        name="vote_receipt_file",
    ),
    path(gettext_lazy("editions/<slug:slug>/vote/forget/"), forget, name="vote_forget"),
]
