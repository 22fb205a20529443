"""Sessions in the database, where two requests of one browser at the same time lose nothing."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as Library
from django.db import transaction

from parvis.kernel import asking, clock
from parvis.kernel.hurrying import Hurried

_LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_CREATE = Hurried("""
INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)
ON CONFLICT (session_key) DO NOTHING RETURNING {hurried}
""")
_CHANGE = """
UPDATE django_session SET session_data = %s, expire_date = %s
WHERE session_key = %s AND session_data = %s
"""
_LOCK = "SELECT session_data FROM django_session WHERE session_key = %s FOR UPDATE"
_MISSING = object()
_KEY_BYTES = 16


class SessionStore(Library):
    """Django's sessions, with each save in one step, and only what changed.

    Django writes a session whole: of two requests at the same time the later one brings back what
    the session was when it began, and what the other one wrote (a proof of identity, for whom one
    acts) is lost. Here a save that finds another text than it loaded brings its own changes into
    that text.

    A new session is written once, when the request saves it; Django writes it when it gets its key
    too.
    """

    # What the library keeps to itself, of which its stubs say nothing.
    _session_key: str | None
    _session_cache: dict[str, Any]
    _get_session: Callable[..., dict[str, Any]]

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._text, self._is_new = "", False

    def load(self) -> dict[str, Any]:
        """Return what the session holds, {} if there is none (any more)."""
        found = _ask(_LOAD, self.session_key, clock.now())
        if found is None:
            self._session_key = None
            return {}
        self._text = found
        held: dict[str, Any] = self.decode(found)
        return held

    def create(self) -> None:
        """Begin a session under a new key, which no other has: of 128 bits, none comes twice."""
        self._session_key = self._get_new_session_key()
        self._get_session(no_load=True)
        self._text, self._is_new = "", True
        self.modified = True

    def save(self, must_create: Any = None) -> None:
        """Write what changed.

        :raises CreateError: if the key is taken already and must not be
        :raises UpdateError: if the session has ended meanwhile
        """
        if self.session_key is None:
            self.create()
        held = dict(self._get_session(no_load=must_create))
        text, expires = self.encode(held), self.get_expiry_date()
        if must_create or self._is_new:
            if not _done(_CREATE.now(), self.session_key, text, expires):
                raise CreateError
        elif not _done(_CHANGE, text, expires, self.session_key, self._text):
            text = self._merge(held, expires)
        self._text, self._is_new = text, False

    def _get_new_session_key(self) -> str:
        return secrets.token_hex(_KEY_BYTES)

    def _merge(self, held: dict[str, Any], expires: dt.datetime) -> str:
        """Bring the changes of this request into what another one wrote; return the text."""
        with transaction.atomic():
            found = _ask(_LOCK, self.session_key)
            if found is None:
                raise UpdateError
            before, merged = self.decode(self._text), self.decode(found)
            for name in {*held, *before}:
                if held.get(name, _MISSING) == before.get(name, _MISSING):
                    continue
                if name in held:
                    merged[name] = held[name]
                else:
                    merged.pop(name, None)
            self._session_cache = merged
            text = self.encode(merged)
            _done(_CHANGE, text, expires, self.session_key, found)
        return text


def _ask(question: str, *values: Any) -> str | None:
    row = asking.row(question, values)
    return row[0] if row else None


def _done(statement: str, *values: Any) -> bool:
    return bool(asking.touched(statement, values))
