"""What is new, for feed readers (Atom, RFC 4287): in the catalogue, and in each dataset."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_safe

from parvis.kernel.errors import Forbidden
from parvis.kernel.http import CityRequest
from parvis.opendata.api import answers
from parvis.opendata.queries import catalogue, changes, versions
from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.dcat import site
from parvis.opendata.queries.versions import Edition
from parvis.opendata.rules.descriptions import words_of

_NEWEST = 100
_SUMMARY = 500
# XML 1.0 knows no way to write these.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Feed(Atom1Feed):
    """A feed that is as new as its newest entry, or as what it tells of if it has none."""

    def __init__(self, *, since: dt.datetime, **said: Any) -> None:
        super().__init__(**said)
        self.since = since

    def latest_post_date(self) -> dt.datetime:
        """Return when anything in the feed changed last."""
        return max((one["updateddate"] for one in self.items), default=self.since)


@login_not_required
@require_safe
def of_catalogue(request: CityRequest) -> HttpResponseBase:
    """Send the datasets that are new or changed last."""
    tag = answers.tag_of(catalogue.stamp(), get_language())
    return answers.unless_known(request, tag, lambda: _sent(_catalogue_feed(request)))


@login_not_required
@require_safe
def of_dataset(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Send the versions of a dataset, newest first."""
    entry = catalogue.entry(dataset_id)
    if entry.restricted:
        sentence = _("The rows of this dataset are not open to everybody: programs need a key.")
        raise Forbidden("restricted", sentence)
    held = entry.held.number if entry.held else 0
    tag = answers.tag_of(dataset_id, entry.modified_at, held, get_language())
    return answers.unless_known(request, tag, lambda: _sent(_dataset_feed(request, entry)))


def _sent(feed: Atom1Feed) -> HttpResponse:
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    # Readers in a browser ask from their own origin.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _plain(text: str) -> str:
    """Return a text that XML can hold."""
    return _UNWRITABLE.sub("", text)


def _feed(request: CityRequest, page: str, **said: Any) -> _Feed:
    city = str(settings.PARVIS_CITY_NAME)
    return _Feed(
        link=request.build_absolute_uri(page),
        feed_url=request.build_absolute_uri(request.path),
        language=get_language(),
        author_name=city,
        **said,
    )


# --- the catalogue --------------------------------------------------------------------------------


def _catalogue_feed(request: CityRequest) -> _Feed:
    newest = changes.newest(_NEWEST)
    feed = _feed(
        request,
        reverse("opendata:index"),
        title=_("Open data: what is new (%(city)s)") % {"city": settings.PARVIS_CITY_NAME},
        description=_("Datasets that are new or changed last."),
        feed_guid=f"{site.api()}/catalog",
        since=dt.datetime.fromtimestamp(0, dt.UTC),
    )
    for entry in newest:
        page = reverse("opendata:understand", args=[entry.dataset_id])
        feed.add_item(
            title=_plain(entry.title) or entry.dataset_id,
            link=request.build_absolute_uri(page),
            description=_plain(words_of(entry.description))[:_SUMMARY],
            author_name=_plain(entry.publisher) or str(settings.PARVIS_CITY_NAME),
            categories=list(filter(None, map(_plain, entry.themes))),
            unique_id=site.dataset(entry.dataset_id),
            pubdate=entry.created_at,
            updateddate=changes.changed_at(entry),
        )
    return feed


# --- a dataset ------------------------------------------------------------------------------------


def _dataset_feed(request: CityRequest, entry: Entry) -> _Feed:
    feed = _feed(
        request,
        reverse("opendata:understand", args=[entry.dataset_id]),
        title=_plain(entry.title) or entry.dataset_id,
        description=_("Each version of this dataset."),
        feed_guid=site.dataset(entry.dataset_id),
        since=entry.modified_at,
    )
    for edition in versions.editions(entry.dataset_id)[:_NEWEST]:
        page = reverse("opendata:changes", args=[entry.dataset_id, edition.number])
        if edition.number == 1:
            page = reverse("opendata:versions", args=[entry.dataset_id])
        feed.add_item(
            title=_("Version %(number)s") % {"number": edition.number},
            link=request.build_absolute_uri(page),
            description=_plain(_told(edition)),
            unique_id=f"{site.dataset(entry.dataset_id)}/versions/{edition.number}",
            pubdate=edition.published_at,
            updateddate=edition.published_at,
        )
    return feed


def _told(edition: Edition) -> str:
    """Return what is said of a version: what changed, if somebody noted it, and how large it is."""
    rows = ngettext("%(count)s row", "%(count)s rows", edition.rows) % {"count": edition.rows}
    return f"{edition.note} ({rows})" if edition.note else rows
