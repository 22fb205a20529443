"""A city whose street is reported by programs."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import uuid
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from jsonschema import Draft4Validator
from PIL import Image
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from parvis.account.testing import alice
from parvis.streets.actions.api_keys import make_key
from parvis.streets.actions.checking import Draft, Reporter
from parvis.streets.actions.reporting import report
from parvis.streets.models import Case, Subtype
from parvis.streets.testing import FRIDGE, NOON, TAG

API = "/open311/v2"
HERE = (2.3790, 48.8575)
"""Longitude and latitude of a pavement of the 11th arrondissement."""
WORDS = "Un frigo, devant chez Madame Roussel, 06 12 34 56 78"
"""What somebody says, which nobody else reads."""
SCHEMAS = (
    Path(os.environ.get("PARVIS_DATA", settings.BASE_DIR.parent / "shared" / "data"))
    / "geo"
    / "open311_schemas"
)


def a_key(name="Copropriétés du 11e", *, handler=""):
    """Give Alice's program a key, and return its secret."""
    return make_key(name=name, email=alice().email, handler=handler, by=None, now=NOON).secret


def a_case(subtype=FRIDGE, *, at=HERE, now=NOON, email="dede@parvis.example", **changes):
    """Report something, and return its case."""
    draft = Draft(subtype=subtype, lon=at[0], lat=at[1], text=WORDS, channel="web", **changes)
    done = report(draft, reporter=Reporter(email=email), now=now)
    return Case.objects.get(pk=done.case_id)


def private_kind():
    """Keep the place of a kind of thing from the public, and return its code."""
    Subtype.objects.filter(code=TAG).update(is_place_public=False)
    return TAG


def get(client, path, **asked):
    """Return the answer of the JSON interface, and its content."""
    answer = client.get(f"{API}/{path}.json", asked)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return answer, json.loads(answer.content)


def get_xml(client, path, **asked):
    """Return the answer of the XML interface, and its root."""
    answer = client.get(f"{API}/{path}.xml", asked)
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return answer, ElementTree.XML(answer.content)


def post(client, path="requests", files=(), key=None, **said):
    """Send a form, and return the answer and its content."""
    headers = {"Idempotency-Key": key} if key else {}
    if files:
        answer = client.post(f"{API}/{path}.json", {**said, "media": list(files)}, headers=headers)
    else:
        answer = client.post(f"{API}/{path}.json", said, headers=headers)
    return answer, json.loads(answer.content)


def refused(answer):
    """Return the status and the reason of a refusal in JSON."""
    response, content = answer
    (error,) = content
    assert set(error) == {"code", "reason", "description"}
    assert error["code"] == response.status_code
    assert error["description"]
    return error["code"], error["reason"]


def a_photo(name="frigo.jpg", *, colour="red"):
    """Return a photo as a telephone sends it, with where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 27.0), 3: "E", 4: (2.0, 22.0, 44.0)}
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def days(count):
    """Return so many days after noon."""
    return NOON + dt.timedelta(days=count)


def w3(moment):
    """Return a moment as programs write it."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_uuid(text):
    """Tell whether a text is the id of something of ours."""
    return str(uuid.UUID(text)) == text


@cache
def _registry():
    known = [
        (path.name, Resource.from_contents(json.loads(path.read_text("utf-8")), DRAFT4))
        for path in sorted(SCHEMAS.glob("*.json"))
    ]
    return Registry().with_resources(known)


def check(name, content):
    """Hold an answer against the published JSON Schema of its kind."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"no schemas in {SCHEMAS}")
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    checker = Draft4Validator(
        schema, registry=_registry(), format_checker=Draft4Validator.FORMAT_CHECKER
    )
    assert [fault.message for fault in checker.iter_errors(content)] == []
