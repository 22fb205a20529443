"""What a query says wrong, in the words today's clients already show."""

from __future__ import annotations


class QueryError(Exception):
    """A query that cannot be answered: HTTP 400 with `error_code` and `message`.

    `error_code` is "ODSQLError", "InvalidRESTParameterError" or
    "IncompatibleTypesInComparisonFilter"; the message names the fault, its place and its clause.
    """

    def __init__(self, message: str, *, error_code: str = "ODSQLError") -> None:
        super().__init__(message)
        self.error_code = error_code
        self.message = message


def syntax_error(message: str, *, clause: str) -> QueryError:
    """Return the error of a clause that cannot be read."""
    return QueryError(
        f"ODSQL syntax exception: {message}. Clause(s) containing the error(s): {clause}."
    )


def malformed(message: str, *, clause: str) -> QueryError:
    """Return the error of a clause that can be read and means nothing here."""
    return QueryError(
        f"ODSQL query is malformed: {message} Clause(s) containing the error(s): {clause}."
    )


def incompatible(message: str, *, clause: str) -> QueryError:
    """Return the error of a comparison between values that are never equal."""
    fault = "IncompatibleTypesInComparisonFilter"
    error = malformed(f"{fault}: {message}", clause=clause)
    return QueryError(error.message, error_code=fault)


def bad_parameter(name: str, *, found: str, expected: str) -> QueryError:
    """Return the error of a parameter of the address that is out of its bounds."""
    return QueryError(
        f"Invalid value for {name} API parameter: {found} was found but {expected} is expected.",
        error_code="InvalidRESTParameterError",
    )


def shown(text: str, *, around: int = 0, width: int = 200) -> str:
    """Return a caller's words, cut around the place that matters when they are long, without the
    halves of characters that no answer can carry."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    if len(text) <= width:
        return text
    start = max(0, min(around - width // 2, len(text) - width))
    before, after = ("…" if start else ""), ("…" if start + width < len(text) else "")
    return f"{before}{text[start : start + width]}{after}"
