"""How a rule says no: a stable code, and a sentence a resident can act on."""

from __future__ import annotations

from http import HTTPStatus


class Refused(Exception):
    """A rule of the city forbids what was asked; nothing was changed.

    `code` is stable and part of the API; `message` is in the language of the person.
    `status` is the HTTP status a door answers with. `way` is where the sentence sends the person,
    as a label and an address, for a page to show as a button.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = HTTPStatus.CONFLICT,
        way: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = int(status)
        self.way = way


class NotFound(Refused):
    """What was asked for does not exist, or not for this person: the answer is the same."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=HTTPStatus.NOT_FOUND)


class Forbidden(Refused):
    """The person is known and may not do this."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=HTTPStatus.FORBIDDEN)
