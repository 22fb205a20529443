"""What a line of the log says of an address: which page it was, and nothing that opens it.

A refused request is logged with its path, and some paths are keys: a link to refuse a recovery, to
choose a password, to unsubscribe. Who reads logs is not who was written to.
"""

from __future__ import annotations

import logging
import re

from django.http import HttpRequest

# As long as a random token or longer, and of its letters.
_LIKE_A_KEY = re.compile(r"[\w:=.-]{20,}")


class WithoutKeys(logging.Filter):
    """Writes the route of a page that takes arguments in the place of its path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, its path replaced."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            said = _page(request)
            record.args = tuple(said if one == request.path else one for one in record.args)
        return True


def _page(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        # No page of ours, or none was looked for: it may be one with a letter too many.
        return _LIKE_A_KEY.sub("…", request.path)
    return f"/{match.route}" if match.args or match.kwargs else request.path
