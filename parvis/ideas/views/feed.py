"""What is new in a consultation, for a feed reader."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import Author, Wanted
from parvis.kernel.http import CityRequest
from parvis.mandates.public import in_name_of

_LENGTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A new contribution, or an answer of the city."""

    id: uuid.UUID
    contribution_id: uuid.UUID
    title: str
    text: str
    author: str
    at: dt.datetime


@login_not_required
@require_safe
def latest(request: CityRequest, slug: str) -> HttpResponse:
    """Send the latest contributions and answers of a consultation as an Atom feed."""
    held = deliberation.consultation_head(slug)
    feed = Atom1Feed(
        title=held.title,
        link=request.build_absolute_uri(reverse("ideas:consultation", args=[slug])),
        description=held.lead,
        feed_url=request.build_absolute_uri(),
        language=get_language(),
    )
    for news in _latest(slug):
        _add(feed, news, request)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _add(feed: Atom1Feed, news: News, request: CityRequest) -> None:
    page = reverse("ideas:contribution", args=[news.contribution_id])
    feed.add_item(
        title=news.title,
        link=request.build_absolute_uri(page),
        description=news.text,
        author_name=news.author or _("Someone who has left"),
        unique_id=f"urn:uuid:{news.id}",
        pubdate=news.at,
        updateddate=news.at,
    )


def _latest(slug: str) -> list[News]:
    return sorted([*_said(slug), *_answered(slug)], key=lambda news: news.at, reverse=True)[
        :_LENGTH
    ]


def _said(slug: str) -> list[News]:
    page = deliberation.contributions(slug, wanted=Wanted(limit=_LENGTH), viewer=None)
    return [
        News(
            id=row.id,
            contribution_id=row.id,
            title=row.heading,
            text="".join(piece.text for piece in row.excerpt),
            author=_signed(row.author),
            at=row.created_at,
        )
        for row in page.items
    ]


def _signed(author: Author) -> str:
    """Return who wrote, as the pages sign a text; "" if nobody is named."""
    if not author.association:
        return author.name
    name = author.name or _("Someone who has left")
    return f"{name}, {in_name_of(author.association)}"


def _answered(slug: str) -> list[News]:
    return [
        News(
            id=answer.id,
            contribution_id=answer.contribution_id,
            title=_("The City answers: %(title)s") % {"title": answer.contribution_title},
            text=answer.body,
            author=answer.by.name,
            at=answer.revised_at or answer.answered_at,
        )
        for answer in deliberation.latest_answers(slug, limit=_LENGTH)
    ]
