"""Answers, as they are handed to the web server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse


class WholeAnswers(WSGIHandler):
    """Hands over an answer that is there as a whole as a list of one piece (PEP 3333).

    The server then knows its length and sends it at once, where it would ask piece after piece and
    wake a thread for each. What the answer held, a connection to the database among it, is given
    back before that. Streams pass untouched.
    """

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer a request."""
        answer = super().__call__(environ, start_response)
        if not isinstance(answer, HttpResponse):
            return answer
        try:
            return [answer.content]
        finally:
            answer.close()
