"""How a large file arrives: straight to the disk, in a folder nothing is served from, and no longer
than it may be."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from parvis.opendata.actions import private

if TYPE_CHECKING:
    _Sent = UploadedFile[bytes]
else:  # Django's file takes no type where it runs.
    _Sent = UploadedFile
_MOST = 1_000_000_000


def most_bytes() -> int:
    """Return how large a file may be."""
    return int(getattr(settings, "PARVIS_OPENDATA_UPLOAD_BYTES", _MOST))


class _OnDisk(_Sent):
    """A file as it arrives; who takes it away moves it, otherwise it is gone when it is closed."""

    def __init__(self, name: str, content_type: str, charset: str | None) -> None:
        opened, self._place = tempfile.mkstemp(dir=private.arriving())
        super().__init__(os.fdopen(opened, "w+b"), name, content_type, 0, charset)

    def temporary_file_path(self) -> str:
        """Return where it lies; Django's storages ask under this name."""
        return self._place

    def close(self) -> None:
        """Close it, and delete it if nobody has taken it away."""
        super().close()
        Path(self._place).unlink(missing_ok=True)


class ToDisk(FileUploadHandler):
    """Writes every file of a form to the disk; `is_too_large` if one was more than allowed.

    What comes after it is read and thrown away, so that the person gets an answer and not a broken
    connection.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.is_too_large = False
        self._arriving: _OnDisk | None = None
        self._most = most_bytes()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._arriving = _OnDisk(self.file_name or "", self.content_type or "", self.charset)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece, unless there are too many."""
        if start + len(raw_data) > self._most:
            self.is_too_large = True
            self.upload_interrupted()
            raise StopUpload(connection_reset=False)
        if self._arriving is not None:
            self._arriving.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> _Sent | None:
        """Hand the whole file over."""
        whole, self._arriving = self._arriving, None
        if whole is not None:
            whole.seek(0)
            whole.size = file_size
        return whole

    def upload_interrupted(self) -> None:
        """Leave nothing behind of a file that did not arrive whole."""
        if self._arriving is not None:
            self._arriving.close()
            self._arriving = None
