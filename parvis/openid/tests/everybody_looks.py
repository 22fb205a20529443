"""The program of a city in which nobody redeems a code before as many have looked at it as a
process has threads (LOOKING); without its guard where UNGUARDED says so. A server runs it."""

from __future__ import annotations

import importlib
import os
import threading
from contextlib import suppress
from typing import Any

from django.core.wsgi import get_wsgi_application

_PATIENCE = 5.0  # seconds


def _everybody_looks_first() -> None:
    tokens: Any = importlib.import_module("parvis.openid.actions.tokens")
    have_looked = threading.Barrier(int(os.environ["LOOKING"]), timeout=_PATIENCE)
    keep = tokens.keep

    def keeps_after_everybody_looked(*what: Any, **how: Any) -> Any:
        # Those who come last are fewer: they do not wait for ever.
        with suppress(threading.BrokenBarrierError):
            have_looked.wait()
        return keep(*what, **how)

    tokens.keep = keeps_after_everybody_looked
    if os.environ["UNGUARDED"]:
        guarded = tokens._KEPT
        tokens._KEPT = type(guarded)(guarded.statement.replace("AND spent_at IS NULL ", ""))


application = get_wsgi_application()
_everybody_looks_first()
