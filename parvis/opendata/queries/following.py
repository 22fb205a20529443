"""Who follows a dataset, and what changed for them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.opendata.models import Dataset, DatasetVersion, Following, Watch
from parvis.opendata.queries import diffs, versions
from parvis.opendata.queries.diffs import Counts
from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.queries.engine.shapes import EngineFull, EngineTimeout
from parvis.opendata.queries.pages import controls, filters
from parvis.opendata.rules.fields import ROW_ID
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.errors import QueryError

_LONGEST_QUERY = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person follows of a dataset; `query` narrows its rows, "" for all of them."""

    dataset_id: str
    title: str
    query: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed from one version to another; `counts` is None where they were too large to
    compare, or where a filter means nothing in one of them."""

    counts: Counts | None
    fields_added: tuple[str, ...] = ()
    fields_removed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing changed."""
        if self.counts is None or self.fields_added or self.fields_removed:
            return False
        return not (self.counts.added or self.counts.removed or self.counts.changed)


def standing(dataset_id: str, person_id: uuid.UUID) -> Standing | None:
    """Return what a person follows of a dataset, None if they do not follow it."""
    found = (
        Following.objects.filter(dataset__dataset_id=dataset_id, person_id=person_id)
        .select_related("watch", "dataset__current")
        .first()
    )
    if found is None:
        return None
    return _standing(found)


def followed_by(person_id: uuid.UUID) -> list[Standing]:
    """Return all that a person follows, the latest first."""
    rows = Following.objects.filter(person_id=person_id).order_by("-followed_at")
    return [_standing(one) for one in rows.select_related("watch", "dataset__current")]


def followers(watch_id: uuid.UUID, *, version: int) -> set[uuid.UUID]:
    """Return who follows a watch and did not know this version when they began."""
    rows = Following.objects.filter(watch__public_id=watch_id, since__lt=version)
    return set(rows.values_list("person_id", flat=True))


def watched(dataset_id: str = "") -> list[int]:
    """Return the watches, of one dataset or of all, whose followers do not know what is current;
    the rows of a restricted one are not for them."""
    rows = Watch.objects.filter(
        dataset__current__number__gt=F("told_version"), dataset__restricted=False
    )
    if dataset_id:
        rows = rows.filter(dataset__dataset_id=dataset_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def tidied(given: str, dataset: Dataset) -> str:
    """Return the filters of an address as a watch keeps them: only those its rows understand.

    :raises NotFound: `no_filter`, if there were filters and none is understood
    """
    asked = filters.read(QueryDict(given[:_LONGEST_QUERY]))
    if not asked.pairs or dataset.current is None:
        return ""
    version = versions.current(dataset.dataset_id)
    kept = filters.keep(asked, version.schema, has_index=bool(version.index))
    pairs = sorted(kept.understood.pairs)
    if not pairs:
        raise NotFound("no_filter", _("None of these filters fits this dataset."))
    return urlencode(pairs)[:_LONGEST_QUERY]


def changes(dataset_id: str, *, since: int, version: int, query: str) -> Changes:
    """Return what changed since a version, in the rows that filters keep.

    :raises NotFound: `no_version`
    """
    new = versions.numbered(dataset_id, version)
    old = versions.numbered(dataset_id, since) if since else None
    try:
        counts = _counts(old, new, query)
    except (EngineTimeout, EngineFull, QueryError):
        counts = None
    if old is None or query:
        return Changes(counts=counts)
    return Changes(
        counts=counts,
        fields_added=_only_in(new, old),
        fields_removed=_only_in(old, new),
    )


def notes(dataset_id: str, *, since: int, version: int) -> list[str]:
    """Return what the publisher said of the versions after `since`, oldest first."""
    rows = DatasetVersion.objects.filter(
        dataset__dataset_id=dataset_id, number__gt=since, number__lte=version
    ).exclude(note="")
    return list(rows.order_by("number").values_list("note", flat=True))


def title_of(dataset_id: str) -> str:
    """Return the title of a dataset, "" if there is none any more."""
    found = Dataset.objects.filter(dataset_id=dataset_id).values_list("title", flat=True).first()
    return found or ""


def address_of_news(dataset_id: str, *, since: int, version: int, query: str) -> str:
    """Return where to see what is told: the rows that are watched, what one version changed, the
    versions."""
    if query:
        return f"{reverse('opendata:table', args=[dataset_id])}?{query}"
    if since and since == version - 1:
        return reverse("opendata:changes", args=[dataset_id, version])
    return reverse("opendata:versions", args=[dataset_id])


def _standing(found: Following) -> Standing:
    return Standing(
        dataset_id=found.dataset.dataset_id,
        title=found.dataset.title,
        query=found.watch.query,
        said=_said(found),
    )


def _said(found: Following) -> str:
    """Return the filters as people read them: « Sens : Dépense »."""
    if not found.watch.query or found.dataset.current is None:
        return ""
    names = {one["name"]: one.get("label") or one["name"] for one in found.dataset.current.fields}
    asked = filters.read(QueryDict(found.watch.query))
    known = replace(asked, given=tuple(one for one in asked.given if one.name in names))
    return ", ".join(one.text for one in controls.chips(known, names))


def _counts(old: VersionFile | None, new: VersionFile, query: str) -> Counts | None:
    if not query:
        return diffs.count(old, new) if old else Counts(added=new.rows, removed=0, changed=0)
    ranks = [_ranks(one, query) for one in (old, new) if one is not None]
    found = [one for one in ranks if one is not None]
    if len(found) < len(ranks):
        return None
    if old is None:
        return Counts(added=len(found[0]), removed=0, changed=0)
    return diffs.count(old, new, within=(found[0], found[1]))


def _ranks(version: VersionFile, query: str) -> Sequence[int] | None:
    """Return the ranks of the rows that filters keep, None if one of them means nothing here."""
    kept = filters.keep(
        filters.read(QueryDict(query)), version.schema, has_index=bool(version.index)
    )
    if kept.problems or kept.condition is None:
        return None
    rank = tree.Selected(value=tree.Name(name=ROW_ID), label=ROW_ID)
    asked = tree.Query(select=(rank,), where=kept.condition)
    batches = engine().batches(version, asked)
    return [found for batch in batches for found in batch.column(0).to_pylist()]


def _only_in(one: VersionFile, other: VersionFile) -> tuple[str, ...]:
    return tuple(
        field.label or field.name
        for field in one.schema.fields
        if other.schema.get(field.name) is None
    )
