"""What mandates add to a demonstration city: a mother, her child, an association, a request."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from parvis.account.public import Person, person_by_email
from parvis.kernel import clock
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.mandates.actions import asking, deciding, growing_up
from parvis.mandates.actions.inputs import NewAssociation, NewWard, Paper
from parvis.mandates.models import CodeUse, Mandate

_AGE = 12
_YEAR = dt.timedelta(days=365)


def load(city: DemoCity) -> None:
    """Let Alice hold Dédé and act for an association; leave Chloé's request for the desk."""
    cast = {
        name: person_by_email(f"{name}@parvis.example")
        for name in ("alice", "dede", "chloe", "bachir")
    }
    alice, dede, chloe, bachir = (cast[name] for name in ("alice", "dede", "chloe", "bachir"))
    if not (alice and dede and chloe and bachir) or Mandate.objects.exists():
        return
    now = city.now - dt.timedelta(days=30)
    _child(alice, dede, bachir, now=now)
    group = asking.ask_for_association(
        new=NewAssociation(
            name="Les Jardins de la Folie",
            rna="W751234567",
            siret="",
            domains=("participation", "leisure"),
            ends_on=clock.city_day(city.now + _YEAR),
            paper=Paper(kind="board_minutes"),
        ),
        by=alice,
        now=now,
    )
    deciding.grant(mandate_id=group, reason=str(_("Minutes of June seen.")), by=bachir, now=now)
    asking.ask_for_ward(
        new=NewWard(
            kind="parent",
            given_names="Linh",
            family_name="Nguyen",
            born_on=clock.city_day(city.now) - 6 * _YEAR,
            paper=Paper(kind="birth_certificate", reference="Paris 18"),
        ),
        by=chloe,
        now=city.now - dt.timedelta(days=1),
    )


def _child(alice: Person, dede: Person, bachir: Person, *, now: dt.datetime) -> None:
    today = clock.city_day(now)
    mandate_id = asking.ask_for_ward(
        new=NewWard(
            kind="parent",
            given_names="Dédé",
            family_name="Martin",
            born_on=dt.date(today.year - _AGE, 1, 9),
            paper=Paper(kind="family_book"),
        ),
        by=alice,
        now=now,
    )
    seen = str(_("Family record book seen at the counter."))
    deciding.grant(mandate_id=mandate_id, reason=seen, by=bachir, now=now)
    ward_id = Mandate.objects.values_list("ward_id", flat=True).get(pk=mandate_id)
    if ward_id is not None:
        code = growing_up.give_code(ward_id=ward_id, use=CodeUse.CLAIM, by=alice, now=now)
        growing_up.claim(code=code, by=dede, now=now)


demo_steps.declare(
    DemoStep(key="mandates", label=_("A household and its mandates"), order=25, load=load)
)
