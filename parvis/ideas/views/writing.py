"""Pages where one writes a contribution, takes it up again, and finds one's drafts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import (
    ConsultationHead,
    ContributionRow,
    ContributionView,
    Kind,
    NewContribution,
    NewDraft,
)
from parvis.ideas.forms.residents import ContributionForm, EditForm
from parvis.ideas.forms.typed import attempt
from parvis.ideas.queries.discussion import heading
from parvis.ideas.queries.districts import districts
from parvis.ideas.queries.places import Place, place, places
from parvis.ideas.views import typed
from parvis.kernel import clock
from parvis.kernel.acting import done_for_others
from parvis.kernel.errors import Forbidden, Refused
from parvis.kernel.http import CityRequest
from parvis.mandates.public import PARTICIPATION

_OFFERED = (Kind.COMMENT, Kind.COMPLEMENT, Kind.MEASURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks to write: about which place of which consultation, as what."""

    consultation: ConsultationHead
    place: Place
    kind: Kind

    def hand_in(self, typed_in: Mapping[str, Any]) -> NewContribution:
        """Return the contribution as deliberation takes it."""
        return NewContribution(
            consultation=self.consultation.slug,
            kind=self.kind,
            section_ref=self.place.ref,
            branch_ref=self.place.branch_ref,
            title=typed_in["title"],
            body=typed_in["body"],
            district=typed_in["district"],
            form_token=typed_in["form_token"],
        )

    def keep(self, typed_in: Mapping[str, Any]) -> NewDraft:
        """Return the draft as deliberation keeps it."""
        return NewDraft(
            consultation=self.consultation.slug,
            kind=self.kind,
            section_ref=self.place.ref,
            branch_ref=self.place.branch_ref,
            title=typed_in["title"],
            body=typed_in["body"],
        )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@done_for_others(PARTICIPATION)
def write(request: CityRequest, slug: str) -> HttpResponse:
    """Write a comment, an addition or a measure; without a place, choose one first."""
    consultation = deliberation.consultation_head(slug)
    if not request.GET.get("on") and request.method != "POST":
        return _choose(request, consultation)
    asked = _asked(request, consultation)
    if request.method == "POST":
        return _send(request, asked)
    form = ContributionForm(initial=_begun(request, asked), districts=districts())
    return render(request, "ideas/write.html", _page(asked, form))


@login_not_required
@require_safe
def similar(request: CityRequest, slug: str) -> HttpResponse:
    """Show the contributions that look like what is being typed (a fragment)."""
    found = deliberation.similar_contributions(slug, text=request.GET.get("title", "")[:200])
    return render(request, "ideas/parts/similar.html", {"alike": found})


@require_http_methods(["GET", "HEAD", "POST"])
@done_for_others(PARTICIPATION)
def edit(request: CityRequest, contribution_id: uuid.UUID) -> HttpResponse:
    """Take up one's own contribution again, until the city has answered."""
    now = clock.now()
    shown = deliberation.contribution(contribution_id, viewer=request.person, now=now)
    if not shown.you.is_author:
        raise Forbidden("not_yours", _("Only the person who wrote this text can change it."))
    if request.method == "POST":
        return _rewrite(request, shown, now)
    if not shown.you.may_edit:
        messages.info(request, _("This text can no longer be changed."))
        return redirect("ideas:contribution", contribution_id)
    present = {"title": shown.row.title, "body": shown.body, "seen": _written_at(shown)}
    form = EditForm(initial=present)
    return render(request, "ideas/edit.html", heading(shown, now=now) | {"form": form})


@require_safe
def drafts(request: CityRequest) -> HttpResponse:
    """Show the texts one has begun."""
    return render(request, "ideas/drafts.html", {"drafts": deliberation.drafts(by=request.person)})


@require_POST
def discard(request: CityRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Throw one's own draft away."""
    deliberation.discard_draft(draft_id=draft_id, by=request.person, now=clock.now())
    messages.success(request, _("Your draft is gone."))
    return redirect("ideas:drafts")


def _choose(request: CityRequest, consultation: ConsultationHead) -> HttpResponse:
    wants_measure = request.GET.get("kind") == Kind.MEASURE
    offered = [p for p in places(consultation).values() if p.is_branch or not wants_measure]
    context = {
        "consultation": consultation,
        "offered": offered,
        "moment": consultation.moment(clock.now()),
        "wants_measure": wants_measure,
    }
    return render(request, "ideas/choose.html", context)


def _asked(request: CityRequest, consultation: ConsultationHead) -> Asked:
    wanted = request.GET.get("kind", "")
    kind = Kind(wanted) if wanted in _OFFERED else Kind.COMMENT
    about = place(consultation, request.GET.get("on", ""))
    if kind is Kind.MEASURE and not about.is_branch:
        about = place(consultation, about.branch_ref)
    return Asked(consultation=consultation, place=about, kind=kind)


def _begun(request: CityRequest, asked: Asked) -> dict[str, Any]:
    kept = typed.given_back(request)
    if kept or request.person is None:
        return dict(kept)
    draft = deliberation.draft_for(
        asked.consultation.slug, kind=asked.kind, section_ref=asked.place.ref, by=request.person
    )
    return {"title": draft.title, "body": draft.body} if draft else {}


def _page(asked: Asked, form: ContributionForm, **more: Any) -> dict[str, Any]:
    return {
        "consultation": asked.consultation,
        "moment": asked.consultation.moment(clock.now()),
        "place": asked.place,
        "kind": asked.kind,
        "form": form,
        **more,
    }


def _send(request: CityRequest, asked: Asked) -> HttpResponse:
    form = ContributionForm(request.POST, districts=districts())
    if request.person is None:
        return typed.sign_in_first(request)
    if "draft" in request.POST:
        return _keep(request, asked, form)
    alike = _alike(request, asked)
    if alike:
        return render(request, "ideas/write.html", _page(asked, form, alike=alike))
    post = partial(deliberation.post_contribution, by=request.person, now=clock.now())
    made = attempt(form, lambda typed_in: post(new=asked.hand_in(typed_in)))
    if isinstance(made, Refused):
        return render(request, "ideas/write.html", _page(asked, form), status=made.status)
    typed.forget(request)
    messages.success(request, _("Your contribution is published. Thank you."))
    return redirect("ideas:contribution", made)


def _alike(request: CityRequest, asked: Asked) -> list[ContributionRow]:
    # A measure is compared once: sent again with what was found before their eyes, it is posted.
    if asked.kind is not Kind.MEASURE or "looked" in request.POST:
        return []
    title = request.POST.get("title", "")[:200]
    return deliberation.similar_contributions(asked.consultation.slug, text=title)


def _keep(request: CityRequest, asked: Asked, form: ContributionForm) -> HttpResponse:
    save = partial(deliberation.save_draft, by=request.person, now=clock.now())
    made = attempt(form, lambda typed_in: save(new=asked.keep(typed_in)))
    if isinstance(made, Refused):
        return render(request, "ideas/write.html", _page(asked, form), status=made.status)
    typed.forget(request)
    messages.success(request, _("Your draft is kept. Only you can read it."))
    return redirect("ideas:drafts")


def _edited(typed_in: Mapping[str, Any]) -> dict[str, Any]:
    return {name: typed_in[name] for name in ("title", "body", "seen")}


def _written_at(shown: ContributionView) -> str:
    return (shown.row.edited_at or shown.row.created_at).isoformat()


def _rewrite(request: CityRequest, shown: ContributionView, now: dt.datetime) -> HttpResponse:
    given = request.POST.copy()
    form = EditForm(given)
    save = partial(deliberation.edit_contribution, by=request.person, now=now)
    made = attempt(form, lambda t: save(contribution_id=shown.row.id, **_edited(t)))
    if isinstance(made, Refused):
        shown = deliberation.contribution(shown.row.id, viewer=request.person, now=now)
        given["seen"] = _written_at(shown)
        context = heading(shown, now=now) | {"form": form}
        return render(request, "ideas/edit.html", context, status=made.status)
    messages.success(request, _("Your contribution is changed. Its history stays readable."))
    return redirect("ideas:contribution", shown.row.id)
