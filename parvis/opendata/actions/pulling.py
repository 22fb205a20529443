"""Pulling: a live dataset's source is asked, and what it says of new becomes rows.

Whatever goes wrong is noted beside the dataset and shown; nothing of a broken answer is written,
and the rows of before stay.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused
from parvis.opendata.actions import live
from parvis.opendata.actions.asking import ask
from parvis.opendata.actions.downloading import Fetching, fetching
from parvis.opendata.actions.live import Recorded
from parvis.opendata.models import Dataset, LiveSeries
from parvis.opendata.models.feeds import SourceDocument
from parvis.opendata.queries import versions
from parvis.opendata.rules.feeds import gbfs, gtfs_rt, json_feed, mapping
from parvis.opendata.rules.feeds.heard import Heard, Unreadable
from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.live import BadValue

SECONDS, BYTES = 20.0, 50_000_000
"""What one document of a source may take, unless the settings say otherwise."""
_LONGEST_PROMISE = dt.timedelta(days=1)
_LOOPBACK = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What asking a source brought: rows (None where it had nothing new), or why nothing."""

    recorded: Recorded | None = None
    error: str = ""


def pull(*, dataset_id: str, now: dt.datetime) -> Pulled:
    """Ask the source of a live dataset for what is new, and record it.

    An answer that is the one of before writes nothing; a source that promised to stay as it is
    (`ttl`) is not asked again before.

    :raises NotFound: `no_dataset`
    :raises Refused: `not_live` or `no_source`, if nobody is to be asked
    """
    source = _Source(series=_series(dataset_id), now=now)
    # What goes wrong is kept for programs and people alike, in the language of the API.
    with translation.override("en"):
        try:
            return Pulled(recorded=_pulled(source, dataset_id))
        except Refused as refusal:
            error = refusal.message
        except (Unreadable, BadValue) as fault:
            error = str(fault)
    live.heard(dataset_id=dataset_id, now=now, error=error)
    source.forget()
    return Pulled(error=error)


def _pulled(source: _Source, dataset_id: str) -> Recorded | None:
    new = _KINDS[source.kind](source)
    if new is None:
        if source.was_asked:
            live.heard(dataset_id=dataset_id, now=source.now)
        return None
    recorded = take(dataset_id=dataset_id, heard=new.heard, now=source.now)
    # Noted once it is recorded: who dies in between looks again, and finds it unchanged.
    source.note(new.document, updated_at=new.heard.updated_at, ttl=source.promise(new.heard.ttl))
    return recorded


def take(*, dataset_id: str, heard: Heard, now: dt.datetime) -> Recorded:
    """Record one answer of a source.

    :raises NotFound: `no_dataset`
    :raises Refused: `not_live` or `no_source`
    :raises BadValue: for a value its field cannot hold; nothing is then written
    """
    series = _series(dataset_id)
    schema, options = Schema.from_json(series.fields), _options(series)
    return live.record(
        dataset_id=dataset_id,
        observations=mapping.observations(heard, schema, options, now=now),
        now=now,
        whole=heard.is_whole,
        gone=mapping.gone(heard, schema, options),
    )


def _series(dataset_id: str) -> LiveSeries:
    series = LiveSeries.objects.filter(dataset__dataset_id=dataset_id).first()
    if series is None:
        if not Dataset.objects.filter(dataset_id=dataset_id).exists():
            raise versions.no_dataset(dataset_id)
        raise Refused("not_live", _("The rows of this dataset do not arrive one by one."))
    if series.pull is None:
        raise Refused("no_source", _("No source is asked for this dataset: its rows are pushed."))
    return series


def _options(series: LiveSeries) -> Mapping[str, Any]:
    return dict((series.pull or {}).get("options") or {})


# --- documents ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """An answer that is not the one of before, and the document that is to be noted with it."""

    heard: Heard
    document: SourceDocument


class _Source:
    """A source being asked: its documents are those of last time where they have not changed."""

    def __init__(self, *, series: LiveSeries, now: dt.datetime) -> None:
        self._series = series
        self._own = dict(series.pull or {})
        self.now = now
        self.was_asked = False

    @property
    def kind(self) -> str:
        return str(self._own["kind"])

    @property
    def options(self) -> Mapping[str, Any]:
        return _options(self._series)

    @property
    def url(self) -> str:
        """Return the address of the source; one that begins with a slash is on this very site."""
        url = str(self._own["url"])
        return urljoin(_own_site(), url) if url.startswith("/") else url

    def news(self, url: str) -> tuple[SourceDocument, bytes] | None:
        """Return what an address says, if that is new; it is not noted yet."""
        known = self._known(url)
        if self._is_fresh(known):
            return None
        stamp, content = known.stamp, self._asked(known)
        if content is None or known.stamp == stamp:
            self._save(known)
            return None
        return known, content

    def document(self, url: str) -> Any:
        """Return the JSON of an address, asked again only where it may have changed."""
        known = self._known(url)
        if self._is_fresh(known):
            return _parsed(bytes(known.content or b""))
        content = self._asked(known)
        if content is not None:
            known.content = content
        told = _parsed(bytes(known.content or b""))
        self.note(known, updated_at=gbfs.updated_at(told), ttl=gbfs.ttl(told))
        return told

    def note(
        self, known: SourceDocument, *, updated_at: dt.datetime | None, ttl: dt.timedelta | None
    ) -> None:
        """Remember a document until next time, and how long it promises to stay as it is."""
        known.updated_at = updated_at
        made = min(updated_at or self.now, self.now)
        known.fresh_until = made + min(ttl, _LONGEST_PROMISE) if ttl else None
        self._save(known)

    def promise(self, said: dt.timedelta | None) -> dt.timedelta | None:
        """Return how long the source stays as it is: what it says, unless the options know
        better."""
        known = self.options.get("ttl")
        return dt.timedelta(seconds=known) if isinstance(known, int) else said

    def forget(self) -> None:
        """Look at everything again next time, whatever the source promised."""
        SourceDocument.objects.filter(series=self._series).delete()

    def _asked(self, known: SourceDocument) -> bytes | None:
        self.was_asked = True
        told = {"tag": known.tag, "modified": known.modified}
        answer = ask(known.url, allowed=_allowed(known.url), known=told)
        if answer.content is not None:
            known.tag, known.modified = answer.tag, answer.modified
            known.stamp = hashlib.sha256(answer.content).hexdigest()
        return answer.content

    def _is_fresh(self, known: SourceDocument) -> bool:
        return known.fresh_until is not None and self.now < known.fresh_until

    def _known(self, url: str) -> SourceDocument:
        found = SourceDocument.objects.filter(series=self._series, url=url).first()
        return found or SourceDocument(series=self._series, url=url)

    def _save(self, known: SourceDocument) -> None:
        names = ("tag", "modified", "stamp", "content", "updated_at", "fresh_until")
        SourceDocument.objects.update_or_create(
            series=self._series,
            url=known.url,
            defaults={name: getattr(known, name) for name in names},
        )


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"This is no JSON: {error}"
        raise Unreadable(message) from error


def _own_site() -> str:
    """Return the address of this site; the demonstration listens at 127.0.0.1 only, whatever a
    machine calls localhost."""
    return str(settings.PARVIS_SITE_URL).replace("//localhost", "//127.0.0.1", 1)


def _allowed(url: str) -> Fetching:
    """Return what a source may take; this very site may be asked wherever it is."""
    private = fetching().private
    own, asked = urlsplit(_own_site()), urlsplit(url)
    if (own.scheme, own.netloc) == (asked.scheme, asked.netloc):
        private = (*private, *_LOOPBACK)
    return Fetching(
        seconds=float(getattr(settings, "PARVIS_OPENDATA_PULL_SECONDS", SECONDS)),
        bytes=int(getattr(settings, "PARVIS_OPENDATA_PULL_BYTES", BYTES)),
        private=private,
    )


# --- kinds ----------------------------------------------------------------------------------------


def _gbfs(source: _Source) -> _New | None:
    feeds = gbfs.addresses(source.document(source.url))
    feeds = {name: urljoin(source.url, url) for name, url in feeds.items()}
    new = source.news(feeds[gbfs.STATUS])
    if new is None:
        return None
    known, content = new
    types = source.document(feeds[gbfs.TYPES]) if gbfs.TYPES in feeds else None
    information = source.document(feeds[gbfs.INFORMATION])
    return _unless_same(source, known, gbfs.read(information, _parsed(content), types))


def _gtfs_rt(source: _Source) -> _New | None:
    new = source.news(source.url)
    if new is None:
        return None
    known, content = new
    kind = str(source.options.get("entity") or gtfs_rt.VEHICLES)
    return _unless_same(source, known, gtfs_rt.read(content, kind=kind))


def _json(source: _Source) -> _New | None:
    new = source.news(source.url)
    if new is None:
        return None
    known, content = new
    return _unless_same(source, known, json_feed.read(_parsed(content), source.options))


def _unless_same(source: _Source, known: SourceDocument, heard: Heard) -> _New | None:
    """Return an answer, unless the source says that it changed nothing since the last one."""
    if heard.updated_at and heard.updated_at == known.updated_at:
        source.note(known, updated_at=heard.updated_at, ttl=source.promise(heard.ttl))
        return None
    return _New(heard=heard, document=known)


_KINDS = {"gbfs": _gbfs, "gtfs-rt": _gtfs_rt, "json": _json}
