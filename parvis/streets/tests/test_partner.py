"""What a partner sees by a link, and what it may say; what it never sees."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.testing import bachir
from parvis.kernel import clock
from parvis.kernel.errors import NotFound
from parvis.streets import testing
from parvis.streets.actions import partners, rounds
from parvis.streets.actions.rounds import Plan
from parvis.streets.models import Case, Handler, PartnerLink, Photo, Step
from parvis.streets.queries import partners as asking
from parvis.streets.tests.field_world import (
    ADDRESS,
    SECRET_WORDS,
    at,
    everything,
    page,
    photo,
    spread,
)
from parvis.streets.tests.life_cases import DAY, HOUR, a_case, a_report

pytestmark = pytest.mark.django_db


def lent(case):
    return partners.lend_case(case_id=case.pk, by=bachir(), now=clock.now()).secret


def test_a_partner_sees_what_and_where_and_never_who():
    testing.the_streets()
    case, client = a_case(), Client()
    a_report(case, email=ADDRESS, text=SECRET_WORDS)
    secret = lent(case)
    answer, text = page(client, "partner", secret)
    assert answer.status_code == 200
    assert "12 rue de la Roquette" in text
    assert case.code in text
    for hidden in (SECRET_WORDS, ADDRESS, "elodie", "Élodie"):
        assert hidden not in text
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    link = PartnerLink.objects.get()
    assert link.token_hash == asking.hash_of(secret)
    assert secret not in repr(PartnerLink.objects.values_list().get())
    assert link.used_at is not None


def test_whatever_is_not_theirs_gets_one_and_the_same_answer():
    testing.the_streets()
    case, other, client = a_case(), a_case(at(300)), Client()
    secret = lent(case)
    forged = page(client, "partner", "x" * 43)
    another = page(client, "partner_case", secret, other.code)
    said = client.post(
        reverse("streets:partner_say", args=[secret, other.code]),
        {"to": "done", "reason": "gone_on_arrival"},
    )
    assert forged[0].status_code == another[0].status_code == said.status_code == 404
    reasons = []
    for text in (forged[1], another[1], said.content.decode()):
        reasons.append(text.split("<main")[1].split("</main")[0])
        assert other.address not in text
    assert reasons[0] == reasons[1]
    link = PartnerLink.objects.get()
    for change in (
        {"expires_at": clock.now() - HOUR, "made_at": clock.now() - DAY},
        {"expires_at": clock.now() + DAY, "revoked_at": clock.now()},
    ):
        PartnerLink.objects.filter(pk=link.pk).update(**change)
        assert page(client, "partner", secret)[0].status_code == 404
    PartnerLink.objects.filter(pk=link.pk).update(revoked_at=None)
    assert page(client, "partner", secret)[0].status_code == 200
    # It went to somebody else since.
    Case.objects.filter(pk=case.pk).update(handler=Handler.objects.get(code="dvd"))
    assert page(client, "partner", secret)[0].status_code == 404


def test_a_partner_takes_its_own_steps_and_no_others():
    testing.the_streets()
    case, client = a_case(), Client()
    secret = lent(case)
    say = reverse("streets:partner_say", args=[secret, case.code])
    before = everything()
    for told in (
        {"to": "no_action", "reason": "authorised"},
        {"to": "to_requalify"},
        {"to": "scheduled"},
        {"to": "scheduled", "planned_on": "2020-01-01"},
        {"to": "done"},
        {"to": "done", "reason": "work_done"},
    ):
        # What is not theirs to take is a conflict; what lacks something can be mended.
        status = 409 if told["to"] == "no_action" else 422
        assert client.post(say, told | {"note": ""}).status_code == status, told
        assert everything() == before
    day = clock.city_day(clock.now() + 3 * DAY)
    assert client.post(say, {"to": "scheduled", "planned_on": day}).status_code == 302
    case.refresh_from_db()
    assert (case.state_id, case.planned_on) == ("scheduled", day)
    told = {"to": "done", "reason": "work_done", "note": "Fait avec Karim", "photo": photo()}
    assert client.post(say, told | {"public_note": "Karim"}).status_code == 302
    step = Step.objects.filter(case=case).latest("pk")
    link = PartnerLink.objects.get()
    assert (step.after_id, step.door, step.public_note) == ("done", "partner", "")
    assert (step.note, step.actor_ref) == ("Fait avec Karim", f"streets.link:{link.pk}")
    assert Photo.objects.get(case=case).report_id is None
    answer, text = page(client, "partner", secret)
    assert answer.status_code == 200
    assert "Karim" not in text


def test_a_link_to_a_round_opens_its_cases_and_no_other():
    testing.the_streets()
    [first, second, elsewhere] = spread(3)
    now = clock.now()
    plan = Plan(name="Mardi", day=clock.city_day(now), mode="foot", handler="ramen")
    sheet_id = rounds.make_round(case_ids=[first.pk, second.pk], plan=plan, by=bachir(), now=now)
    secret = partners.lend_round(sheet_id=sheet_id, by=bachir(), now=now).secret
    client = Client()
    answer, text = page(client, "partner", secret)
    assert answer.status_code == 200
    assert [one.code in text for one in (first, second, elsewhere)] == [True, True, False]
    assert page(client, "partner_case", secret, first.code)[0].status_code == 200
    assert page(client, "partner_case", secret, elsewhere.code)[0].status_code == 404
    with pytest.raises(NotFound):
        partners.take_back(link_id=sheet_id, by=bachir(), now=now)
