"""The door of web servers."""

from __future__ import annotations

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# Whoever waits for the database gives the interpreter away, several times a page, and has it back
# from those who compute after half a millisecond and not five.
sys.setswitchinterval(0.0005)
application = get_wsgi_application()


def _settle() -> None:
    """Load every page's code now, and leave it out of all searches for garbage.

    Each full search stopped the whole process, whoever was being served, for 0.18 s: it walked
    through the program itself, of which nothing ever goes.
    """
    list(get_resolver().url_patterns)
    gc.collect()
    gc.freeze()


_settle()
