"""Where the time of a page goes inside the server: `python -m bench.opendata.inside` prints the
milliseconds of a page and the share of each layer as JSON.

A clock interrupts every millisecond; what passed since it last did so is put down to what was
being done.
"""

from __future__ import annotations

import collections
import json
import os
import signal
import statistics
import sys
import time
from types import FrameType

import django
import numpy as np
from django.test import Client

from bench.opendata import questions

_PAGES, _WARMING, _EVERY = 200, 20, 0.001
# The innermost function that belongs to one of these tells the layer.
_LAYERS = {
    "DuckDB": ("engine/duck.py", "engine/watching.py"),
    "PostgreSQL, and Django's mapper to it": ("/django/db/", "/psycopg", "django/contrib/postgres"),
    "writing the answer": ("odsql/outputs.py", "/json/", "api/answers.py", "engine/answering.py"),
    "reading and compiling the query": ("/odsql/", "/sqlglot/", "opendata/forms"),
}
_REST = "web framework and the rest"


def _layer(frame: FrameType | None) -> str:
    while frame is not None:
        name = frame.f_code.co_filename
        for layer, parts in _LAYERS.items():
            if any(part in name for part in parts):
                return layer
        frame = frame.f_back
    return _REST


def main() -> None:
    """Ask pages and look."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    django.setup()
    client, draw = Client(headers={"host": "localhost"}), np.random.default_rng(7)
    for _page in range(_WARMING):
        client.get(questions.page(draw).parvis)
    seen: dict[str, float] = collections.defaultdict(float)
    last, taken, asking = time.perf_counter(), [], True

    def look(_signal: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.perf_counter()
        seen[_layer(frame)] += now - last
        last = now
        # Wound up again here only: on a busy machine this takes longer than the time between.
        signal.setitimer(signal.ITIMER_REAL, _EVERY if asking else 0)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _EVERY)
    for _page in range(_PAGES):
        began = time.perf_counter()
        client.get(questions.page(draw).parvis)
        taken.append((time.perf_counter() - began) * 1000)
    asking = False
    signal.setitimer(signal.ITIMER_REAL, 0)
    total = sum(seen.values())
    most = sorted(seen.items(), key=lambda pair: -pair[1])
    shares = {layer: spent / total for layer, spent in most}
    sys.stdout.write(json.dumps({"page": statistics.median(taken), "shares": shares}))


if __name__ == "__main__":
    main()
