"""Who reads at this moment on this machine, told between its web processes by the lock of a file:
the kernel keeps it, and takes it back from a process that dies."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import override

_of_thread = threading.local()


class ReadersMiddleware:
    """Counts as a reader whoever is answered, but for those who are about to sign in or up, here or
    in another service. Stands before everything that takes time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if request.path_info.startswith(_doors()):
            return self._get_response(request)
        with reading():
            return self._get_response(request)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Let every process of the machine know that somebody reads."""
    _of_thread.is_reader = True
    _lock()
    try:
        yield
    finally:
        fcntl.flock(_opened(), fcntl.LOCK_UN)
        _of_thread.is_reader = False


@contextlib.contextmanager
def waiting() -> Iterator[None]:
    """Do not count this thread as a reader meanwhile, if it is one: it only waits."""
    is_reader = getattr(_of_thread, "is_reader", False)
    if is_reader:
        fcntl.flock(_opened(), fcntl.LOCK_UN)
    try:
        yield
    finally:
        if is_reader:
            _lock()


def _lock() -> None:
    # Who looks whether somebody reads holds the file for an instant, from behind all others: a page
    # goes uncounted rather than wait for that.
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(_opened(), fcntl.LOCK_SH | fcntl.LOCK_NB)


def somebody_reads() -> bool:
    """Tell whether somebody reads at this moment, in any process of the machine."""
    file = _opened()
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


class _Opening:
    """The file, opened for one thread and closed with it: locks of one opening know nothing of each
    other."""

    def __init__(self) -> None:
        # The folder is open to everybody: whoever put a link there before us leads us nowhere.
        how = os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self.process, self._number = os.getpid(), os.open(_path(), how, 0o600)

    def fileno(self) -> int:
        """Return the number under which this process knows the opening."""
        return self._number

    def __del__(self) -> None:
        os.close(self._number)


def _opened() -> _Opening:
    known: _Opening | None = getattr(_of_thread, "file", None)
    if known is None or known.process != os.getpid():
        known = _of_thread.file = _Opening()
    return known


@cache
def _path() -> str:
    """Return a file of this machine alone: the city's own folder may be shared by several."""
    city = hashlib.sha256(str(settings.PARVIS_HOME).encode()).hexdigest()[:16]
    return str(Path(tempfile.gettempdir()) / f"parvis-readers-{os.getuid()}-{city}")


@cache
def _doors() -> tuple[str, ...]:
    pages: list[str] = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            pages += [reverse("account_login"), reverse("account_signup")]
    return (*settings.PARVIS_PROGRAMS, *pages)
