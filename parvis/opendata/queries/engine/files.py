"""Where the files of versions lie: names made of their content, and a local path to each."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

if TYPE_CHECKING:
    _Bytes = File[bytes]
else:  # Django's File takes no type where it runs.
    _Bytes = File
FOLDER = "opendata"
_CACHE = "opendata-cache"
_WORK = "opendata-work"
_LIVE = "opendata-live"
_LOCK = "lock"
_UNUSED_FOR = 7 * 86_400.0  # seconds


def parquet_name(dataset_id: str, sha256: str) -> str:
    """Return the name in the storage of a version's rows."""
    return f"{FOLDER}/{dataset_id}/{sha256}.parquet"


def index_name(dataset_id: str, sha256: str) -> str:
    """Return the name in the storage of a version's full-text index."""
    return f"{FOLDER}/{dataset_id}/{sha256}.fts.sqlite"


def local_path(name: str) -> Path:
    """Return a path of this machine that holds the file of this name.

    A storage that is not a folder is read once: names are made of contents, so that a copy can
    never be out of date. It appears under its own name only when it is whole.
    """
    stored = _stored_path(name)
    if stored is not None:
        return stored
    copy = _cache() / name.removeprefix(f"{FOLDER}/")
    try:
        os.utime(copy)
    except FileNotFoundError:
        copy.parent.mkdir(parents=True, exist_ok=True)
        partial = copy.with_name(f".{copy.name}.{uuid.uuid4().hex}")
        try:
            with default_storage.open(name) as source, partial.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            partial.replace(copy)
        finally:
            partial.unlink(missing_ok=True)
    return copy


class _Finished(_Bytes):
    """A finished file: a storage on the same disk takes it by renaming it."""

    def temporary_file_path(self) -> str:
        """Return where it lies; Django's storages ask under this name."""
        return str(self.name)


def store(path: Path, name: str) -> None:
    """Move a finished file into the storage under this name, which nothing may have yet.

    :raises RuntimeError: if the storage gives it another name
    """
    with path.open("rb") as content:
        stored = default_storage.save(name, _Finished(content, name=str(path)))
    if stored != name:
        message = f"the storage took {name} as {stored}"
        raise RuntimeError(message)


def stored_datasets() -> list[str]:
    """Return the ids of the datasets of which the storage holds files; what begins with "_" is none
    of a dataset."""
    return sorted(name for name in _listed(FOLDER)[0] if not name.startswith("_"))


def stored_files(dataset_id: str) -> list[str]:
    """Return the names of all that the storage holds for a dataset."""
    return sorted(f"{FOLDER}/{dataset_id}/{name}" for name in _listed(f"{FOLDER}/{dataset_id}")[1])


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def clear_unused_copies() -> int:
    """Delete the copies that nobody read for a week; return how many."""
    old = [
        copy
        for copy in _cache().rglob("*")
        if copy.is_file() and time.time() - copy.stat().st_mtime > _UNUSED_FOR
    ]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def folders() -> tuple[Path, ...]:
    """Return the folders of this machine where versions are read: nothing else is."""
    stored = _stored_path(FOLDER)
    return (_cache() if stored is None else stored, live_folder())


def live_folder() -> Path:
    """Return the folder of this machine where the rows wait that are not sealed into a version."""
    return Path(settings.MEDIA_ROOT) / _LIVE


def _stored_path(name: str) -> Path | None:
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


def _cache() -> Path:
    return Path(settings.MEDIA_ROOT) / _CACHE


# --- work in progress -----------------------------------------------------------------------------


class Workshop:
    """A folder for unfinished files, held by a lock that dies with the process.

    It lies on the same disk as the versions, so that a finished file is renamed and never copied.
    """

    def __init__(self) -> None:
        held = None
        # Who clears up may come between the making of a folder and the taking of its lock.
        while held is None:
            self.path = _work() / uuid.uuid4().hex
            self.path.mkdir(parents=True)
            held = _open_locked(self.path)
        self._held: int | None = held

    def close(self) -> None:
        """Delete the folder and all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._held is not None:
            os.close(self._held)
            self._held = None


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """Lend a folder for unfinished files; it is gone afterwards."""
    place = Workshop()
    try:
        yield place.path
    finally:
        place.close()


def clear_abandoned() -> int:
    """Delete the work folders whose process is gone; return how many there were."""
    cleared = 0
    for folder in sorted(_work().glob("*")):
        held = _open_locked(folder)
        if held is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)
            cleared += 1
    return cleared


def _work() -> Path:
    return Path(settings.MEDIA_ROOT) / _WORK


def _open_locked(folder: Path) -> int | None:
    """Take the lock of a folder, or return None if somebody lives there or it is gone."""
    try:
        held = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    if not (folder / _LOCK).exists():
        os.close(held)
        return None
    return held
