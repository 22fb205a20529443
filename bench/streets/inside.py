"""Asks and reports inside the city's program: `python -m bench.streets.inside WHAT …` prints JSON.

`fill FIRST LAST` adds cases; `ask TIMES` gives milliseconds of the questions; `intake SECONDS` how
many reports with a photo are taken in by four at once; `bulk COUNT` in how many seconds the city's
worker does one thing to so many cases, and takes it back.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import django
import numpy as np
from PIL import Image

_WARMING, _AT_ONCE, _SIDE = 20, 4, (1600, 1200)
_OFF_GROUND = {"in_the_water", "outside_the_city"}
_PATIENCE, _LOOK = 1800.0, 0.1
_WIDTHS = (0.003, 0.006, 0.012, 0.025, 0.05, 0.1, 0.24)
"""Degrees of longitude that a map shows, from a street corner to the whole city."""
Figures = dict[str, Any]


def ready() -> None:
    """Bring Django up on the city's database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    django.setup()


def _places() -> list[tuple[float, float]]:
    ground = importlib.import_module("parvis.territory.public")
    cells = importlib.import_module("parvis.streets.models").Case
    rows = cells.objects.order_by("-opened_at").values_list("location", flat=True)[:2000]
    return [tuple(one) for one in ground.in_degrees(list(rows))]


def _timed(ask: Callable[[], object], times: int) -> list[float]:
    taken = []
    for rank in range(_WARMING + times):
        began = time.perf_counter()
        ask()
        if rank >= _WARMING:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def ask(times: int) -> Figures:
    """Return the p50 and p95 of what is near, and of what the map and its list show."""
    draw, places = np.random.default_rng(20260603), _places()
    near = importlib.import_module("parvis.streets.queries.near")
    asking = importlib.import_module("parvis.streets.queries.map")
    cells = importlib.import_module("parvis.streets.queries.cells")
    ground = importlib.import_module("parvis.territory.public")
    now = importlib.import_module("parvis.kernel.clock").now()
    models = importlib.import_module("parvis.streets.models")
    kinds = list(models.Subtype.objects.filter(family__gt=0).order_by("-weight")[:20])

    filters = [cells.Wanted(), cells.Wanted(only_open=True)]

    def one_of(several: Sequence[Any]) -> Any:
        return several[int(draw.integers(len(several)))]

    def of_a_report() -> object:
        at = ground.in_metres([one_of(places)])[0]
        return near.near(one_of(kinds), at=at, now=now)

    def viewport() -> Any:
        (lon, lat), width = one_of(places), one_of(_WIDTHS)
        half, tall = width / 2, width / 4
        return asking.ground((lon - half, lat - tall, lon + half, lat + tall))

    def of_a_map() -> object:
        return asking.drawn(viewport(), one_of(filters), most=one_of((30, 100, 400)))

    def of_a_list() -> object:
        return asking.listing(viewport(), one_of(filters))

    asked = {"near": of_a_report, "map": of_a_map, "list": of_a_list}
    return {name: _quantiles(_timed(one, times)) for name, one in asked.items()}


def _quantiles(taken: list[float]) -> dict[str, float]:
    return {"p50": statistics.median(taken), "p95": statistics.quantiles(taken, n=20)[18]}


def _report_for(given: tuple[int, float]) -> int:
    """Report until the time is over; return how many were taken in."""
    seed, seconds = given
    ready()
    reporting = importlib.import_module("parvis.streets.actions.reporting")
    clock = importlib.import_module("parvis.kernel.clock")
    errors = importlib.import_module("parvis.kernel.errors")
    draw, places, photo = np.random.default_rng(seed), _places(), _photo()
    deadline, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < deadline:
        lon, lat = places[int(draw.integers(len(places)))]
        draft = reporting.Draft(
            subtype="autres-objets-encombrants-abandonnes",
            lon=lon,
            lat=lat,
            says_bridge=True,
            photos=(io.BytesIO(photo),),
            client_key=uuid.uuid4(),
        )
        try:
            reporting.report(draft, reporter=reporting.Reporter(), now=clock.now())
        except errors.Refused as refusal:
            # Of the points that were drawn, a few are in the Seine or beyond the border.
            if refusal.code not in _OFF_GROUND:
                raise RuntimeError(refusal.code) from None
            continue
        count += 1
    return count


def _photo() -> bytes:
    picture = Image.effect_noise(_SIDE, 60).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=70)
    return file.getvalue()


def intake(seconds: float) -> Figures:
    """Return how many reports with a photo are taken in each second; their photos wait in line."""
    with ProcessPoolExecutor(_AT_ONCE) as pool:
        counts = list(pool.map(_report_for, [(seed, seconds) for seed in range(_AT_ONCE)]))
    return {"per_second": sum(counts) / seconds}


def bulk(count: int) -> Figures:
    """Return how many cases the city's worker led on and how many it put back, and in how many
    seconds from the asking."""
    ready()
    models = importlib.import_module("parvis.streets.models")
    asking = importlib.import_module("parvis.streets.actions.bulk")
    account = importlib.import_module("parvis.account.public")
    clock = importlib.import_module("parvis.kernel.clock")
    agent = account.person_by_email("bachir@parvis.example")
    waiting = models.Case.objects.filter(state="to_do").order_by("-opened_at", "pk")
    cases = list(waiting.values_list("pk", flat=True)[:count])
    wish = asking.Wish(deed=asking.MOVE, state="watched")

    began = time.perf_counter()
    job = asking.ask_bulk(case_ids=cases, wish=wish, by=agent, now=clock.now())
    _wait_for(job, models.BulkState.DONE)
    found = {"seconds": time.perf_counter() - began, "done": _lines(job, asking.DONE)}
    began = time.perf_counter()
    asking.ask_undo(job_id=job, by=agent, now=clock.now())
    _wait_for(job, models.BulkState.UNDONE)
    back = {"seconds back": time.perf_counter() - began, "undone": _lines(job, asking.UNDONE)}
    return found | back | {"asked": len(cases)}


def _wait_for(job: uuid.UUID, state: str) -> None:
    jobs = importlib.import_module("parvis.streets.models").BulkJob.objects
    deadline = time.perf_counter() + _PATIENCE
    while not jobs.filter(pk=job, state=state).exists():
        if time.perf_counter() > deadline:
            sys.exit(f"the worker has not done it within {_PATIENCE:.0f} seconds")
        time.sleep(_LOOK)


def _lines(job: uuid.UUID, outcome: str) -> int:
    models = importlib.import_module("parvis.streets.models")
    return int(models.BulkLine.objects.filter(job=job, outcome=outcome).count())


def main(what: str, *given: str) -> None:
    """Do it, and print what was found."""
    if what == "intake":
        found = intake(float(given[0]))
    elif what == "bulk":
        found = bulk(int(given[0]))
    else:
        ready()
        if what == "fill":
            fill = importlib.import_module("bench.streets.fill").fill
            fill(first=int(given[0]), last=int(given[1]))
            found = {}
        else:
            found = ask(int(given[0]))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
