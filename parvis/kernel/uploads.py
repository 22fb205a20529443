"""Files in a form are counted while they arrive: what is beyond the limit is stored nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from parvis.kernel.errors import Refused

if TYPE_CHECKING:
    _Sent = UploadedFile[bytes]
else:
    _Sent = UploadedFile

MAX_BYTES = 20_000_000
MAX_BYTES_OF_A_FORM = 100_000_000


class TooLarge(_Sent):
    """A file that was too large to be kept: it has a name, and reading it is refused."""

    def __init__(self, name: str | None, size: int) -> None:
        super().__init__(ContentFile(b""), name=name, size=size)

    def read(self, *_size: int) -> bytes:
        """Say that the file is too large.

        :raises Refused: `file_too_large`
        """
        raise file_too_large(MAX_BYTES)

    def chunks(self, chunk_size: int | None = None) -> Any:
        """Say that the file is too large.

        :raises Refused: `file_too_large`
        """
        del chunk_size
        raise file_too_large(MAX_BYTES)


class AtMost(FileUploadHandler):
    """Stands before the handlers that store: a file beyond MAX_BYTES, and what a form brings beyond
    MAX_BYTES_OF_A_FORM, reach none of them. The form is read to its end, so that what was typed is
    not lost."""

    _of_form = 0
    _of_file = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count a file."""
        super().new_file(*args, **kwargs)
        self._of_file = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass a piece on while the file and the form are small enough."""
        del start
        self._of_file += len(raw_data)
        self._of_form += len(raw_data)
        return None if self._is_too_much() else raw_data

    def file_complete(self, file_size: int) -> _Sent | None:
        """Put a file that says no in the place of one that was too large."""
        return TooLarge(self.file_name, file_size) if self._is_too_much() else None

    def _is_too_much(self) -> bool:
        return self._of_file > MAX_BYTES or self._of_form > MAX_BYTES_OF_A_FORM


def file_too_large(limit: int) -> Refused:
    """Return the refusal of a file beyond `limit` bytes."""
    message = _("This file is too large: %(limit)s MB at most.") % {"limit": limit // 1_000_000}
    return Refused("file_too_large", message, status=413)
