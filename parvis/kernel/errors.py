"""How a rule says no: a stable code, and a sentence a resident can act on."""

from __future__ import annotations

from http import HTTPStatus


class Refused(Exception):
    """A rule of the city forbids what was asked; nothing was changed.

    `code` is stable and part of the API; `message` is in the language of the person.
    `status` is the HTTP status a door answers with.
    """

    def __init__(self, code: str, message: str, *, status: int = HTTPStatus.CONFLICT) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = int(status)


class NotFound(Refused):
    """What was asked for does not exist, or not for this person: the answer is the same."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=HTTPStatus.NOT_FOUND)


class Forbidden(Refused):
    """The person is known and may not do this."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=HTTPStatus.FORBIDDEN)
