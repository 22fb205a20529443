"""The door of web servers."""

from __future__ import annotations

import gc
import os
import sys

import django
from django.urls import get_resolver

from config.answers import WholeAnswers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# Whoever waits for the database gives the interpreter away, several times a page, and has it back
# from those who compute after half a millisecond and not five.
sys.setswitchinterval(0.0005)


def _settle() -> None:
    """Load every page's code now, and leave it out of all searches for garbage.

    Each full search stopped the whole process, whoever was being served, for 0.18 s: it walked
    through the program itself, of which nothing ever goes.
    """
    list(get_resolver().url_patterns)
    gc.collect()
    gc.freeze()


django.setup(set_prefix=False)
application = WholeAnswers()
_settle()
