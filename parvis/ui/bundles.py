"""The style sheets as they travel: put together and minified in memory when the program starts."""

from __future__ import annotations

import atexit
import datetime as dt
import gzip
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from rcssmin import cssmin

SOURCES = Path(__file__).resolve().parent / "css"
BUNDLES = {
    "ui/site.css": ("tokens", "base", "layout", "components"),
    "ui/deliberation.css": ("deliberation",),
    "ui/data.css": ("data",),
    "ui/desk.css": ("desk",),
    "ui/gallery.css": ("gallery",),
    "ui/map.css": ("map",),
    "ui/streets.css": ("streets",),
}
"""Address of each bundle under the static root, and the sources it is made of, in cascade order."""


@cache
def bundle(name: str) -> bytes:
    """Return the minified bundle `name`.

    :raises KeyError: if there is no such bundle
    """
    parts = (SOURCES / f"{part}.css" for part in BUNDLES[name])
    minified = cssmin("\n".join(part.read_text(encoding="utf-8") for part in parts))
    return str(minified).encode()


def gzipped_size(content: bytes) -> int:
    """Return how many bytes `content` travels in."""
    return len(gzip.compress(content, compresslevel=9, mtime=0))


@cache
def _on_disk() -> Path:
    """Return a folder of this process alone that holds the bundles, for servers that want files."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-ui-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in BUNDLES:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(bundle(name))
    return folder


class BundleStorage(Storage):
    """The bundles, as a place that can only be read."""

    def _open(self, name: str, *_mode: str) -> File[bytes]:
        return ContentFile(bundle(name), name=name)

    def path(self, name: str) -> str:
        """Return a file that holds the bundle."""
        return str(_on_disk() / name)

    def exists(self, name: str) -> bool:
        """Say whether there is such a bundle."""
        return name in BUNDLES

    def size(self, name: str) -> int:
        """Return the size of the bundle, in bytes, before compression."""
        return len(bundle(name))

    def get_modified_time(self, name: str) -> dt.datetime:
        """Return when the youngest of the bundle's sources was written."""
        youngest = max((SOURCES / f"{part}.css").stat().st_mtime for part in BUNDLES[name])
        return dt.datetime.fromtimestamp(youngest, tz=dt.UTC)


class BundleFinder(BaseFinder):
    """Shows the bundles to `collectstatic` and to the development server."""

    storage = BundleStorage()

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """Return the file that holds the bundle `path`, in a list if all are asked for."""
        if path not in BUNDLES:
            return []
        found = self.storage.path(path)
        return [found] if any((*args, *kwargs.values())) else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, BundleStorage]]:
        """Walk the bundles."""
        for name in BUNDLES:
            if not matches_patterns(name, ignore_patterns or []):
                yield name, self.storage
