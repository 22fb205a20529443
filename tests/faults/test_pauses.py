"""A web process is not stopped by searching for garbage where there is none."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil

from config.environment import ROOT

_COUNTED = """
import gc, sys
import config.wsgi
print(gc.get_freeze_count(), len(gc.get_objects()), "parvis.budget.views.ballots" in sys.modules)
"""


def test_the_program_is_loaded_before_the_first_page_and_left_out_of_searches():
    asked = [sys.executable, "-c", _COUNTED]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    with psutil.Popen(
        asked, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        told, _nothing = process.communicate()
    left_out, searched, is_loaded = told.split()
    assert int(left_out) > 100 * int(searched)
    assert is_loaded == "True"
