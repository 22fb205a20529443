"""The sheet of one project, how it read before, and its pictures."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from parvis.account.public import Person
from parvis.budget.actions.refusing import refusal
from parvis.budget.forms.residents import RemarkForm, theme_label
from parvis.budget.models import Picture, Project
from parvis.budget.permissions import is_agent, is_author, moderates, project_seen
from parvis.budget.queries import deliveries, editions, projects, words
from parvis.budget.queries.sheets import degrees
from parvis.budget.rules.status import OPEN_TO_WORDS, PUBLIC, Status
from parvis.kernel import clock
from parvis.kernel.http import CityRequest

_MONTH = 30 * 24 * 3600


@login_not_required
@require_safe
def project(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Show one project: what it is, where it stands, what is said of it, what became of it."""
    found = project_seen(project_id, request.person)
    context = sheet_context(found, request.person)
    return render(request, "budget/project.html", context)


@login_not_required
@require_safe
def versions(request: CityRequest, project_id: uuid.UUID) -> HttpResponse:
    """Show how a project read, the latest version first."""
    found = project_seen(project_id, request.person)
    context = {
        "project": found,
        "title": words.project_title(found),
        "versions": projects.versions(found),
    }
    return render(request, "budget/versions.html", context)


@login_not_required
@require_safe
def picture(request: CityRequest, picture_id: uuid.UUID) -> FileResponse:
    """Send a picture of a project that one may see."""
    found = Picture.objects.filter(pk=picture_id).first()
    if found is None:
        raise refusal("no_picture")
    shown = project_seen(found.project_id, request.person)
    answer = FileResponse(default_storage.open(found.file))
    is_public = shown.status in PUBLIC
    answer["Cache-Control"] = f"max-age={_MONTH}" if is_public else "private, no-store"
    return answer


def sheet_context(
    found: Project, person: Person | None, form: RemarkForm | None = None
) -> dict[str, Any]:
    """Return what the page of a project shows to a person."""
    standing = editions.standing(found.area.edition, now=clock.now())
    is_own = is_author(found, person)
    takes_words = found.status in OPEN_TO_WORDS and standing.may_build
    return (
        _told(found)
        | _beside(found, person)
        | {
            "standing": standing,
            "is_own": is_own,
            "is_agent": is_agent(person),
            "moderates": moderates(person),
            "takes_words": takes_words,
            "remark_form": form or RemarkForm(initial={"form_token": uuid.uuid4()}),
            "may_appeal": is_own and _takes_an_appeal(found),
            "may_withdraw": is_own and found.status in (*OPEN_TO_WORDS, Status.STUDY),
        }
    )


def _told(found: Project) -> dict[str, Any]:
    at = degrees(found)
    merged = found.merged_into
    return {
        "project": found,
        "row": projects.row(found),
        "title": words.project_title(found),
        "text": words.project_text(found),
        "place": words.project_place(found),
        "area": words.area_name(found.area),
        "theme": theme_label(found.theme),
        "edition_title": words.title_of(found.area.edition),
        "lon": at[0] if at else None,
        "lat": at[1] if at else None,
        "merged_title": words.project_title(merged) if merged else "",
    }


def _beside(found: Project, person: Person | None) -> dict[str, Any]:
    delivery = deliveries.delivery_of(found)
    return {
        "authors": projects.author_names(found),
        "came": projects.came_into(found),
        "remarks": projects.remarks(found),
        "opinions": projects.opinions(found),
        "decisions": projects.decisions(found),
        "appeal": getattr(found, "appeal", None),
        "pictures": list(found.pictures.all()),
        "versions_count": found.versions.count(),
        "followers": projects.followers(found),
        "is_followed": projects.is_followed(found, person.id if person else None),
        "delivery": delivery,
        "steps": deliveries.steps(delivery, now=clock.now()) if delivery else [],
        "news": deliveries.news(delivery) if delivery else [],
    }


def _takes_an_appeal(found: Project) -> bool:
    if found.status != Status.REJECTED or hasattr(found, "appeal"):
        return False
    return editions.takes_appeals(found.area.edition, clock.now())


urlpatterns = [
    path(_("projects/<uuid:project_id>/"), project, name="project"),
    path(_("projects/<uuid:project_id>/versions/"), versions, name="versions"),
    path(_("pictures/<uuid:picture_id>/"), picture, name="picture"),
]
