"""Files that agents send, kept where nothing is served from: by name, until they are forgotten.

A city whose processes share no disk names a storage "private" in its STORAGES.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

if TYPE_CHECKING:
    _Bytes = File[bytes]
else:  # Django's File takes no type where it runs.
    _Bytes = File
ALIAS = "private"
FOLDER = "opendata"
_ARRIVING = "arriving"
_OWNER_ONLY, _OWNER_ONLY_FOLDER = 0o600, 0o700


class _Arrived(_Bytes):
    """A file that has arrived: a storage on the same disk takes it by renaming it."""

    def temporary_file_path(self) -> str:
        """Return where it lies; Django's storages ask under this name."""
        return str(self.name)


def storage() -> Storage:
    """Return the storage that nothing is served from."""
    if ALIAS in settings.STORAGES:
        return storages[ALIAS]
    return FileSystemStorage(
        location=_root(),
        file_permissions_mode=_OWNER_ONLY,
        directory_permissions_mode=_OWNER_ONLY_FOLDER,
    )


def arriving() -> Path:
    """Return the folder of this machine where files lie while they arrive."""
    folder = _root() / _ARRIVING
    folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    return folder


def keep(path: Path) -> str:
    """Move a file into the storage and return its name there."""
    with path.open("rb") as content:
        return storage().save(f"{FOLDER}/{uuid.uuid4().hex}", _Arrived(content, name=str(path)))


@contextmanager
def at_hand(name: str, folder: Path) -> Iterator[Path]:
    """Lend a path of this machine that holds a kept file; a copy in `folder` where the storage is
    elsewhere.

    :raises FileNotFoundError: if it is kept no more
    """
    try:
        yield Path(storage().path(name))
    except NotImplementedError:
        copy = folder / "kept"
        with storage().open(name) as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        yield copy


def forget(name: str) -> None:
    """Delete a kept file; one that is gone already is no matter."""
    storage().delete(name)


def kept() -> list[str]:
    """Return the names of all kept files."""
    try:
        names = storage().listdir(FOLDER)[1]
    except FileNotFoundError:
        return []
    return sorted(f"{FOLDER}/{name}" for name in names)


def kept_since(name: str) -> dt.datetime:
    """Return when a file was kept."""
    return storage().get_modified_time(name)


def clear_arriving(*, before: dt.datetime) -> int:
    """Delete what began to arrive before a moment and never did; return how many files."""
    late = [path for path in arriving().iterdir() if path.stat().st_mtime < before.timestamp()]
    for path in late:
        path.unlink(missing_ok=True)
    return len(late)


def _root() -> Path:
    chosen = getattr(settings, "PARVIS_PRIVATE_ROOT", "")
    return Path(chosen) if chosen else Path(os.fspath(settings.MEDIA_ROOT)).parent / ALIAS
