"""Following a dataset, and telling its followers what changed, once a day at most."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from parvis.account.public import Person
from parvis.kernel import clock
from parvis.kernel.facts import announce
from parvis.opendata.actions import saying
from parvis.opendata.events import DatasetNews
from parvis.opendata.models import Dataset, Following, Watch
from parvis.opendata.permissions import require_open
from parvis.opendata.queries import following, versions
from parvis.opendata.rules.following import is_due


@transaction.atomic
def follow(*, dataset_id: str, query: str, by: Person, now: dt.datetime) -> str:
    """Follow a dataset, or only the rows that filters of an address keep; return them as they are
    kept. A person follows a dataset once: the latest wish counts.

    :raises NotFound: `no_dataset`, or `no_filter` if none of the filters fits it
    :raises Forbidden: `restricted`
    """
    dataset = _locked(dataset_id)
    require_open(dataset)
    wanted = following.tidied(query, dataset)
    known = Following.objects.filter(dataset=dataset, person_id=by.id).select_related("watch")
    if any(one.watch.query == wanted for one in known):
        return wanted
    _leave(dataset, by)
    number = dataset.current.number if dataset.current else 0
    watch, _new = Watch.objects.get_or_create(
        dataset=dataset, query=wanted, defaults={"told_version": number}
    )
    Following.objects.create(
        dataset=dataset, watch=watch, person_id=by.id, since=number, followed_at=now
    )
    saying.note("dataset_followed", "dataset", dataset_id, by=by, now=now, filtered=bool(wanted))
    return wanted


@transaction.atomic
def unfollow(*, dataset_id: str, by: Person, now: dt.datetime) -> str | None:
    """Stop following a dataset; return the filters it was followed with, None if it was not.

    :raises NotFound: `no_dataset`
    """
    dataset = _locked(dataset_id)
    left = _leave(dataset, by)
    if left is not None:
        saying.note("dataset_unfollowed", "dataset", dataset_id, by=by, now=now)
    return left


def tell_followers(*, dataset_id: str = "", now: dt.datetime) -> int:
    """Tell the followers of a dataset, or of all of them, what changed since they were told, where
    a day has passed; return how many watches had news."""
    return sum(_tell(watch_id, now=now) for watch_id in following.watched(dataset_id))


@transaction.atomic
def _tell(watch_id: int, *, now: dt.datetime) -> bool:
    # Whoever follows meanwhile does not wait: keys may point to what is locked like this.
    rows = Watch.objects.select_for_update(no_key=True, of=("self",)).filter(pk=watch_id)
    watch = rows.select_related("dataset__current").first()
    today = clock.city_day(now)
    if watch is None or not is_due(told_on=watch.told_on, today=today):
        return False
    dataset = watch.dataset
    if dataset.current is None or dataset.current.number <= watch.told_version:
        return False
    since, number = watch.told_version, dataset.current.number
    changed = following.changes(dataset.dataset_id, since=since, version=number, query=watch.query)
    watch.told_version = number
    if not changed.is_empty:
        watch.told_on = today
        announce(_news(watch, since, changed), now=now)
    watch.save(update_fields=["told_version", "told_on"])
    return not changed.is_empty


def _news(watch: Watch, since: int, changed: following.Changes) -> DatasetNews:
    counts = changed.counts
    return DatasetNews(
        dataset_id=watch.dataset.dataset_id,
        watch_id=watch.public_id,
        since=since,
        version=watch.told_version,
        added=counts.added if counts else None,
        removed=counts.removed if counts else None,
        changed=counts.changed if counts else None,
        fields_added=changed.fields_added,
        fields_removed=changed.fields_removed,
    )


def _locked(dataset_id: str) -> Dataset:
    """Return a dataset whose followers nobody else changes until the end of the transaction."""
    found = Dataset.objects.select_related("current").filter(dataset_id=dataset_id).first()
    if found is None:
        raise versions.no_dataset(dataset_id)
    # Not its row: who publishes holds that for as long as files take to be stored.
    with connection.cursor() as cursor:
        name = f"opendata.followers:{dataset_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    return found


def _leave(dataset: Dataset, by: Person) -> str | None:
    found = Following.objects.filter(dataset=dataset, person_id=by.id).select_related("watch")
    left = found.first()
    if left is None:
        return None
    watch = left.watch
    left.delete()
    # Nobody is told any more: whoever comes back begins with what is current then.
    if not Following.objects.filter(watch=watch).exists():
        watch.delete()
    return watch.query
