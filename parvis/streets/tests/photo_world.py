"""A street with one case, for photos: no territory, no catalogue of the city."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction

from parvis.account.testing import a_person
from parvis.kernel.testing_photos import a_photo
from parvis.streets.actions import photos, reviewing
from parvis.streets.models import Case, Category, Photo, Report, Reporting, State, Subtype
from parvis.streets.testing import NOON


def a_case(code="DMR-1", **changes):
    """Save a case with its kind and its state."""
    kind, _new = Category.objects.get_or_create(code="objets", label_fr="Objets", label_en="Things")
    subtype, _new = Subtype.objects.get_or_create(
        code="frigo",
        category=kind,
        type=kind,
        defaults={
            "label_fr": "Frigo",
            "label_en": "Fridge",
            "family": 1,
            "radius_m": 50,
            "days": 30,
        },
    )
    state, _new = State.objects.get_or_create(
        code="new", defaults={"is_initial": True, "is_open": True, "clock": "runs"}
    )
    return Case.objects.create(
        code=code,
        subtype=subtype,
        type=kind,
        family=1,
        radius_m=50,
        location=(654_000.0, 6_861_000.0),
        arrondissement=11,
        quartier=43,
        address="12 rue de la Roquette",
        state=state,
        opened_at=NOON,
        changed_at=NOON,
        **changes,
    )


def a_report(case, person=None):
    """Save a person's word about a case."""
    return Report.objects.create(
        case=case,
        first_case=case,
        role=Reporting.OPENS,
        person_id=person.id if person else None,
        location=case.location,
        channel="web",
        noticed_at=NOON,
        reported_at=NOON,
    )


def upload(content=None, **changes):
    """Return a photo as a form brings it."""
    return io.BytesIO(a_photo(**changes) if content is None else content)


@transaction.atomic
def taken_in(case=None, *, role="overview", report=None, now=NOON, **changes):
    """Take a photo in, as a door does, and return it."""
    photo_id = photos.take_in(
        upload(**changes),
        case=case or Case.objects.first() or a_case(),
        report=report,
        role=role,
        client_key=None,
        now=now,
    )
    return Photo.objects.get(pk=photo_id)


def cleaned(case=None, **changes):
    """Return a photo that waits for an agent."""
    photo = taken_in(case, **changes)
    photos.clean(photo_id=photo.id, now=changes.get("now", NOON))
    photo.refresh_from_db()
    return photo


def shown(case=None, *, boxes=(), **changes):
    """Return a photo that is public."""
    photo = cleaned(case, **changes)
    reviewing.show(seen(photo, now=changes.get("now", NOON)), boxes=boxes)
    photo.refresh_from_db()
    return photo


def seen(photo, by=None, *, now=NOON, state=""):
    """Return what an agent had before them."""
    return reviewing.Seen(photo_id=photo.id, by=by or an_agent(), now=now, state=state)


def an_agent():
    """Save Bachir, who treats reports."""
    return a_person("Bachir", "agent")


def stored():
    """Return the files of photos, by their names in the storage."""
    folder = Path(settings.MEDIA_ROOT)
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted((folder / "streets").rglob("*"))
        if file.is_file()
    }


def no_photo_key():
    """Return an id that is no photo's."""
    return uuid.uuid4()
