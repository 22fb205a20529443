"""What the desk asks of an agent before anything: a second factor in time, a fresh session."""

from __future__ import annotations

import datetime as dt
import re
import time
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse, reverse_lazy

from parvis.account.actions.roles import NewGrant, give_role
from parvis.account.adapters.agents import BEGAN, SEEN
from parvis.account.models import RoleGrant
from parvis.account.testing import MORNING, a_person, alice, mona, signed_in
from parvis.kernel.clock import now as present
from parvis.kernel.ids import new_public_id

pytestmark = pytest.mark.django_db
DESK = "/bureau/"
QUEUE = reverse_lazy("ideas:moderation")


@pytest.fixture
def week(settings):
    """Second factors are asked for after seven days."""
    settings.PARVIS_AGENTS_SECOND_FACTOR_DAYS = 7


def given_days_ago(person, days):
    RoleGrant.objects.filter(person_id=person.id).update(
        starts_at=present() - dt.timedelta(days=days)
    )


def proofs(client, person, *records):
    session = client.session
    session["account_authentication_methods_user"] = str(person.id)
    session["account_authentication_methods"] = [{"at": time.time(), **one} for one in records]
    session.save()


def has_one(person, kind):
    data = {"public_id": str(new_public_id())}
    Authenticator.objects.create(user_id=person.id, type=kind, data=data)


def aged(client, **changes):
    session = client.session
    for key, minutes in changes.items():
        session[{"began": BEGAN, "seen": SEEN}[key]] = time.time() - minutes * 60
    session.save()


def test_a_new_agent_has_a_week_to_add_a_second_factor(client, week):
    person = mona()
    given_days_ago(person, 6)
    signed_in(client, person)
    assert client.get(DESK).status_code == 200
    given_days_ago(person, 7)
    asked = client.get(DESK)
    assert asked.status_code == 302
    assert asked["Location"] == f"{reverse('account:second_factor')}?next=%2Fbureau%2F"
    page = client.get(asked["Location"])
    assert page.status_code == 200
    assert reverse("mfa_index") in page.content.decode()
    # As a resident she goes on as before.
    assert client.get(reverse("account:profile")).status_code == 200


def test_what_was_sent_without_the_second_factor_changes_nothing(client, week):
    ada, person = a_person("Ada", "administrator"), alice()
    given_days_ago(ada, 30)
    before = list(RoleGrant.objects.values())
    sent = signed_in(client, ada).post(
        reverse("account:agent", args=[person.id]), {"role": "agent", "reason": "Remplacement"}
    )
    assert sent.status_code == 403
    assert "second_factor_needed" in sent.content.decode()
    as_json = client.get(DESK, headers={"accept": "application/json"})
    assert (as_json.status_code, as_json.json()["code"]) == (403, "second_factor_needed")
    assert list(RoleGrant.objects.values()) == before


@pytest.mark.parametrize(
    ("records", "opens"),
    [
        ([{"method": "password"}], False),
        ([{"method": "password"}, {"method": "mfa", "type": "totp"}], True),
        ([{"method": "mfa", "type": "webauthn", "passwordless": True}], True),
        ([{"method": "mfa", "type": "totp"}], False),
    ],
)
def test_the_desk_asks_what_this_session_has_shown(client, week, records, opens):
    person = mona()
    given_days_ago(person, 30)
    has_one(person, "totp")
    signed_in(client, person)
    proofs(client, person, *records)
    answer = client.get(QUEUE)
    assert answer.status_code == (200 if opens else 302)
    if not opens:
        page = client.get(answer["Location"]).content.decode()
        assert reverse("mfa_reauthenticate") in page


@pytest.mark.parametrize(
    ("kind", "page"),
    [("totp", "mfa_reauthenticate"), ("webauthn", "mfa_reauthenticate_webauthn")],
)
def test_who_has_only_a_passkey_is_led_to_the_page_that_asks_for_one(client, week, kind, page):
    person = mona()
    given_days_ago(person, 30)
    has_one(person, kind)
    signed_in(client, person)
    proofs(client, person, {"method": "password"})
    asked = client.get(client.get(QUEUE)["Location"]).content.decode()
    (link,) = re.findall(r'<a class="btn[^>]*href="([^"]+)"', asked.split("<main")[1])
    assert link == f"{reverse(page)}?next={quote(str(QUEUE), safe='')}"


def test_the_page_leads_nowhere_outside(client):
    has_one(mona(), "totp")
    page = signed_in(client, mona()).get(
        reverse("account:second_factor"), {"next": "https://elsewhere.example/"}
    )
    assert f'href="{reverse("mfa_reauthenticate")}"' in page.content.decode()


def test_who_has_no_role_is_asked_for_nothing_and_led_to_their_own_security(client):
    answer = signed_in(client, alice()).get(reverse("account:second_factor"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("account:security"))


def test_the_demonstration_only_invites(client, settings):
    settings.PARVIS_AGENTS_SECOND_FACTOR_DAYS = None
    page = signed_in(client, mona()).get(DESK)
    assert page.status_code == 200
    assert page.context["is_invited"]
    Authenticator.objects.create(user_id=mona().id, type="totp", data={})
    assert not client.get(DESK).context["is_invited"]


@pytest.mark.parametrize(
    ("began", "seen", "is_over"),
    [(5, 5, False), (700, 29, False), (31, 31, True), (721, 1, True), (-10, 0, True)],
)
def test_an_agents_session_ends_in_time(client, began, seen, is_over):
    signed_in(client, mona())
    aged(client, began=began, seen=seen)
    answer = client.get(QUEUE)
    if not is_over:
        assert answer.status_code == 200
        return
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.get(reverse("account:profile")).status_code == 302


def test_a_residents_session_stays(client):
    signed_in(client, alice())
    aged(client, began=2_000, seen=2_000)
    assert client.get(reverse("account:profile")).status_code == 200


def test_what_was_being_written_is_given_back_when_a_session_ends(client):
    signed_in(client, mona())
    aged(client, began=60, seen=31)
    answer = client.post(reverse("account:profile"), {"reason": "Un long texte"})
    assert answer.status_code == 401
    assert "session_over" in answer.content.decode()
    assert "Un long texte" in answer.content.decode()


def test_use_keeps_a_session_open_and_is_written_once_a_minute(client):
    signed_in(client, mona())
    aged(client, began=100, seen=20)
    client.get(DESK)
    seen = client.session[SEEN]
    assert abs(seen - time.time()) < 30
    client.get(DESK)
    assert client.session[SEEN] == seen


def test_a_role_given_to_an_old_session_asks_to_sign_in_again(client):
    person, ada = alice(), a_person("Ada", "administrator")
    signed_in(client, person)
    aged(client, began=10_000)
    assert client.get(reverse("account:profile")).status_code == 200
    new = NewGrant(role="moderator", reason="Renfort de l'équipe")
    give_role(person_id=person.id, new=new, by=ada, now=MORNING)
    assert client.get(DESK)["Location"].startswith(reverse("account_login"))
