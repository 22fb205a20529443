"""What an outsider can check: every version's file against the fingerprint we noted for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage

from parvis.opendata.models import DatasetVersion
from parvis.opendata.queries import versions

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A version's file as it is now: `found` is the SHA-256 of its bytes, "" if it is gone."""

    number: int
    file: str
    noted: str
    found: str

    @property
    def holds(self) -> bool:
        """Tell whether the file is the one that was published."""
        return self.noted == self.found


def verify(dataset_id: str) -> Iterator[Checked]:
    """Read every version's file of a dataset and compare, oldest first.

    :raises NotFound: `no_dataset` or `no_version`
    """
    versions.current(dataset_id)
    for one in DatasetVersion.objects.filter(dataset__dataset_id=dataset_id).order_by("number"):
        for file, noted in ((one.file, one.sha256), *_further(one)):
            yield Checked(number=one.number, file=file, noted=noted, found=_fingerprint(file))


def _further(version: DatasetVersion) -> list[tuple[str, str]]:
    """Return the files in which a history goes on, and what was noted of each."""
    return [(one["file"], one["sha256"]) for one in version.parts]


def _fingerprint(name: str) -> str:
    digest = hashlib.sha256()
    try:
        with default_storage.open(name) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()
