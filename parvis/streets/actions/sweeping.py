"""Files that no photo names are deleted: of reports that were never sent, and of what failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from django.core.files.storage import default_storage

from parvis.streets.models import Photo
from parvis.streets.rules import photos as rules

# A photo waits that long for its report (`photos.hold`), and its page may be open for longer.
_NAMED_WITHIN = dt.timedelta(hours=26)
_AT_ONCE = 1000
_COLUMNS = {rules.RECEIVED: "received", rules.CLEANED: "cleaned", rules.SHOWN: "shown"}


def sweep_photos(*, now: dt.datetime) -> int:
    """Delete the files of photos that no row names and that are older than a day; return how many.

    Folders are of one day, and looked at one after the other: a large city's photos are never all
    in memory.
    """
    deleted = 0
    for folder, column in _COLUMNS.items():
        for day in sorted(_inside(folder)[0]):
            for orphan in _orphans(f"{folder}/{day}", column, now):
                default_storage.delete(orphan)
                deleted += 1
    return deleted


def _inside(folder: str) -> tuple[list[str], list[str]]:
    """Return the folders and the files in a folder; none if there is no such folder."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _orphans(folder: str, column: str, now: dt.datetime) -> Iterator[str]:
    for names in _batches((f"{folder}/{file}" for file in _inside(folder)[1]), _AT_ONCE):
        ids = [one for one in map(rules.photo_of, names) if one is not None]
        named = set(Photo.objects.filter(pk__in=ids).values_list(column, flat=True))
        named |= {rules.small_name(name) for name in named}
        for name in names:
            if name not in named and default_storage.get_modified_time(name) < now - _NAMED_WITHIN:
                yield name


def _batches(names: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(names)
    while batch := list(islice(left, size)):
        yield batch
