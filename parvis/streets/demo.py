"""What a demonstration city holds of the street: its catalogue, and a few weeks of reports."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from parvis.account.public import person_by_email
from parvis.kernel import clock
from parvis.kernel.acting import acting
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.mandates.public import mandates_of
from parvis.streets.actions import contradicting, load_streets, photos, reviewing
from parvis.streets.actions.api_keys import show_keys
from parvis.streets.actions.moving import move_case
from parvis.streets.actions.reporting import Draft, Reported, Reporter, report
from parvis.streets.models import Case, Photo, PhotoRole, PhotoState
from parvis.streets.rules.life import AGENT

Told = Mapping[str, Any]
_AGENT = "bachir@parvis.example"
# When the city works, by its own clock.
_OPENS, _EVENING = 9, 18
_SIDE = (800, 600)
# What a demonstration's photos show is drawn: nobody is on them.
_DRAWN: dict[str, tuple[str, list[tuple[str, tuple[int, int, int, int]]]]] = {
    "fridge": ("#b9b2a6", [("#8d8577", (0, 430, 800, 600)), ("#f2f2ee", (290, 120, 510, 480))]),
    "tag": ("#c9b79c", [("#8a4fbf", (150, 220, 650, 300)), ("#2f9e8f", (250, 280, 560, 350))]),
    "wall": ("#c9b79c", [("#d8c9b0", (150, 220, 650, 350))]),
    "hole": ("#9a9a96", [("#3b3733", (330, 260, 480, 360))]),
    "bench": ("#a8b89a", [("#7a5a3a", (180, 300, 620, 340)), ("#7a5a3a", (180, 230, 620, 260))]),
}


def load(demo: DemoCity) -> None:
    """Load the catalogue, the handlers, the routing and the life cycle of the city's folder."""
    load_streets(folder=demo.city / "streets", now=demo.now)


def lend_keys(demo: DemoCity) -> None:
    """Give programs keys that everybody may know."""
    show_keys(now=demo.now)


def speak(demo: DemoCity) -> None:
    """Let the demonstration's people report, unless they have."""
    file = demo.city / "demo" / "reports.toml"
    if Case.objects.exists() or not file.is_file():
        return
    told = tomllib.loads(file.read_text("utf-8"))["reports"]
    for one in sorted(told, key=lambda one: -one["days"]):
        _report(one, demo.now)
    demo.say(f"streets: {len(told)} cases")


def _report(told: Told, now: dt.datetime) -> None:
    at = _morning(now - dt.timedelta(days=told["days"]), now)
    by = _who(told["by"])
    with _standing(by, told.get("for", ""), now):
        done = report(_draft(told), reporter=by, now=at)
    _look(done.case_id, at)
    for rank, who in enumerate(told.get("too", ()), start=1):
        later = min(at + dt.timedelta(hours=2 * rank), now)
        report(_draft(told, joins=done), reporter=_who(who), now=later)
    for step in told.get("then", ()):
        _move(done, step, _at_work(at + dt.timedelta(hours=step["hours"]), now))


def _standing(by: Reporter, association: str, now: dt.datetime) -> AbstractContextManager[object]:
    """Let a person act for an association whose mandate they hold, for themselves otherwise."""
    rights = mandates_of(by.person.id, now=now) if by.person and association else []
    held = next((right for right in rights if right.name == association), None)
    return acting(held.acting()) if held else nullcontext()


def _morning(day: dt.datetime, now: dt.datetime) -> dt.datetime:
    return min(day.replace(hour=8, minute=20, second=0, microsecond=0), now)


def _at_work(moment: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return the moment, or the next morning if nobody of the city works then; never after now."""
    local = clock.in_city(moment)
    if local.hour >= _EVENING:
        local += dt.timedelta(days=1)
    if not _OPENS <= local.hour < _EVENING:
        local = local.replace(hour=_OPENS, minute=40)
    return min(local.astimezone(dt.UTC), now)


def _draft(told: Told, *, joins: Reported | None = None) -> Draft:
    picture = "" if joins else told.get("picture", "")
    return Draft(
        subtype=told["kind"],
        lon=told["lon"],
        lat=told["lat"],
        address=told["place"],
        says_bridge=True,
        text="" if joins else told.get("text", ""),
        answers=told.get("answers", {}),
        joins=joins.case_id if joins else None,
        photos=(drawn(picture),) if picture else (),
        channel="demo",
    )


def _who(key: str) -> Reporter:
    if not key:
        return Reporter()
    person = None if "@" in key else person_by_email(f"{key}@parvis.example")
    if person is None:
        return Reporter(email=key if "@" in key else "", is_confirmed=True)
    return Reporter(person=person)


def _look(case_id: uuid.UUID, now: dt.datetime) -> None:
    """Make the photos that came for a case public, as a job and an agent do."""
    agent = person_by_email(_AGENT)
    came = Photo.objects.filter(case=case_id, state=PhotoState.RECEIVED)
    for photo_id in list(came.values_list("pk", flat=True)):
        photos.clean(photo_id=photo_id, now=now)
        if agent is not None:
            reviewing.show(reviewing.Seen(photo_id=photo_id, by=agent, now=now), boxes=())


def _move(done: Reported, step: Told, now: dt.datetime) -> None:
    agent = person_by_email(_AGENT)
    case = Case.objects.get(pk=done.case_id)
    if step.get("picture"):
        with transaction.atomic():
            photos.take_in(
                drawn(step["picture"]),
                case=case,
                report=None,
                role=PhotoRole.AFTER,
                client_key=None,
                now=now,
            )
        _look(case.pk, now)
    move_case(
        case_id=case.pk,
        to=step["to"],
        reason=step.get("reason", ""),
        public_note=step.get("note", ""),
        actor=f"person:{agent.id}" if agent else "",
        who=AGENT,
        door="desk",
        now=now,
    )
    if step.get("contradicted"):
        later = now + dt.timedelta(hours=9)
        contradicting.contradict(report_id=done.report_id, text=step["contradicted"], now=later)


def drawn(name: str) -> io.BytesIO:
    """Return a picture that stands for a photo."""
    ground, shapes = _DRAWN[name]
    picture = Image.new("RGB", _SIDE, ground)
    pencil = ImageDraw.Draw(picture)
    for colour, box in shapes:
        pencil.rectangle(box, fill=colour)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    out.seek(0)
    return out


demo_steps.declare(
    DemoStep(key="streets", label=_("Streets: what may be reported"), order=40, load=load),
    DemoStep(key="streets.keys", label=_("Keys for programs"), order=54, load=lend_keys),
    DemoStep(key="streets.reports", label=_("Reports about the street"), order=55, load=speak),
)
