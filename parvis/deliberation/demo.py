"""What a demonstration city holds: the consultation on its plan, open today, and the 2015
archive.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from parvis.deliberation.actions.holding import hold_consultation, move_consultation_dates
from parvis.deliberation.actions.inputs import NewConsultation
from parvis.deliberation.actions.loading import import_archive
from parvis.deliberation.rules import calendar
from parvis.deliberation.rules.conduct import Window
from parvis.kernel import clock
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps

SLUG = "plan-2015"
_PARIS = ZoneInfo("Europe/Paris")
ARCHIVE = "participation/consultation/republique_numerique_2015_opinions.jsonl.gz"

# The dates the press release gives: from 25 June to 15 September 2015.
CONSULTATION = NewConsultation(
    slug=SLUG,
    title="Paris intelligent et durable, perspectives 2020",
    lead=(
        "Le plan de la Ville est soumis à votre avis : commentez chaque action, complétez-la,"
        " ou proposez une nouvelle mesure."
    ),
    subject_ref="plan:paris-2015",
    opens_at=dt.datetime(2015, 6, 25, tzinfo=_PARIS),
    closes_at=dt.datetime(2015, 9, 15, 23, 59, 59, tzinfo=_PARIS),
)


def hold(demo: DemoCity) -> None:
    """Hold the consultation, and move its dates by whole days unless it is open today."""
    held = hold_consultation(new=CONSULTATION, now=demo.now)
    if held.is_open(demo.now):
        return
    official = Window(opens_at=held.official_opens_at, closes_at=held.official_closes_at)
    today = calendar.opened_lately(official, zone=clock.city_zone(), now=demo.now)
    move_consultation_dates(
        slug=SLUG, opens_at=today.opens_at, closes_at=today.closes_at, by=None, now=demo.now
    )
    last_day = clock.city_day(today.closes_at)
    demo.say(f"consultation {SLUG}: dates moved, open until {last_day:%d/%m/%Y}")


def archive(demo: DemoCity) -> None:
    """Load the archive of République numérique where the outside data is present."""
    path = demo.outside_data / ARCHIVE if demo.outside_data else None
    if path is None or not path.exists():
        demo.say("archive République numérique 2015: its file is not on this machine, left out")
        return
    loaded = import_archive(path, now=demo.now).totals
    demo.say(
        f"archive République numérique 2015: {loaded.contributions} texts,"
        f" {loaded.remarks} arguments, {loaded.votes} votes"
    )


demo_steps.declare(
    DemoStep(
        key="deliberation", label=_("The consultation on the plan"), order=40, load=hold,
        each_start=True,
    ),
    DemoStep(
        key="deliberation.archive", label=_("An archived consultation"), order=41, load=archive
    ),
)  # fmt: skip
