"""A project on its way, for the tests: begun, proposed, judged."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from parvis.budget.actions import (
    proposing,
)
from parvis.budget.actions.deciding import Verdict
from parvis.budget.models import (
    Project,
)
from parvis.budget.rules.sheets import Sheet
from parvis.budget.testing import (
    NOON,
    TEXT,
    area_of,
)

HOUR = dt.timedelta(hours=1)
SHEET = Sheet(
    title="Un jardin partagé",
    text=TEXT,
    theme="Environnement",
    place="Place de la Bastille",
    estimated_cents=50_000_00,
)
YES = Verdict(
    accepts=True,
    body="Commission du 11e",
    reason="Utile et faisable.",
    cost_cents=60_000_00,
    title="Un jardin partagé à la Bastille",
    text=TEXT,
    title_en="A shared garden",
    text_en="A garden that everybody may use.",
)
NO = Verdict(accepts=False, body="Commission du 11e", reason="Le sol est pollué.")


def begin(edition, by, *, arrondissement=11, declares=True, token=None, now=NOON):
    return proposing.start(
        area_id=area_of(edition, arrondissement).pk,
        declares=declares,
        form_token=token or uuid.uuid4(),
        by=by,
        now=now,
    )


def proposed(edition, by, **changes):
    project = begin(edition, by)
    proposing.write(project.pk, replace(SHEET, **changes), by=by, now=NOON)
    return proposing.submit(project.pk, by=by, now=NOON)


def now_of(project):
    return Project.objects.select_related("area__edition").get(pk=project.pk)
