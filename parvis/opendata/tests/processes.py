"""Starts processes of the city on the tests' own database and files, and kills them."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote, urlencode

import psutil
from django.conf import settings
from django.db import connection

_PROGRAM = (
    "import django; django.setup(); from parvis.opendata.tests import program; program.main()"
)


def start(*arguments):
    """Start the program of the tests; it says "ready" and waits until `go` is told to it."""
    return psutil.Popen(
        [sys.executable, "-c", _PROGRAM, *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": _url(connection.settings_dict),
            "PARVIS_HOME": str(settings.MEDIA_ROOT.parent),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go(process):
    """Let a process go that has said it is ready."""
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


def end(process):
    """Kill a process if it still runs, as a power cut does, and wait until it is gone."""
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def _url(given):
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    place = {key: given[key.upper()] for key in ("host", "port") if given.get(key.upper())}
    where = urlencode(place | given.get("OPTIONS", {}))
    return f"postgresql://{who}@/{given['NAME']}?{where}"
