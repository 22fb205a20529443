"""Second factors: added, shown, taken away; codes that are good once; who is slowed down."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import threading
import time

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse

from parvis.account.actions import factors as actions
from parvis.account.actions.sealing import seal, unseal
from parvis.account.models import Device, PaperCode, Resident
from parvis.account.queries.factors import factors_of, has_second_factor
from parvis.account.queries.sessions import proof_of
from parvis.account.rules import factors as rules, opening
from parvis.account.testing import MORNING, OPEN_SESAME, alice, chloe, signed_in
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import FactRecord, OutgoingMail, RegisterEntry

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def code(shift=0):
    return rules.app_code(SECRET, int(time.time()) // 30 + shift)


def with_app(person, now=MORNING):
    """Give a person an application that holds SECRET, long ago."""
    typed = rules.app_code(SECRET, int(now.timestamp()) // 30)
    actions.add_app(person_id=person.id, secret=SECRET, typed=typed, now=now)
    return person


def sign_in(client, email="alice@parvis.example", **headers):
    typed = {"login": email, "password": OPEN_SESAME}
    return client.post(reverse("account_login"), typed, **headers)


def second_step(client, typed, **more):
    headers = more.pop("headers", {})
    return client.post(reverse("mfa_authenticate"), {"code": typed, **more}, **headers)


def proven(client, person):
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_alice_adds_an_application_and_makes_codes_that_are_shown_once(client):
    person = alice()
    proven(client, person)
    page = client.get(reverse("account:add_app"))
    secret = client.session["parvis_app_secret"]
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page.content.decode()).group(1)
    assert shown.replace(" ", "") == secret
    drawn = re.search(r"data:image/svg\+xml;base64,([^\"]+)", page.content.decode()).group(1)
    # On white, whatever the page: dark squares on a dark page cannot be scanned.
    assert b'fill="white"' in base64.b64decode(drawn)
    typed = rules.app_code(secret, int(time.time()) // 30)
    added = client.post(reverse("account:add_app"), {"code": typed})
    assert added["Location"] == reverse("account:paper_codes")
    assert "parvis_app_secret" not in client.session

    codes = client.post(reverse("account:paper_codes"))
    listed = re.findall(r'<li class="code">(\S+)</li>', codes.content.decode())
    assert len(listed) == 10
    assert "no-store" in codes["Cache-Control"]
    again = client.get(reverse("account:paper_codes")).content.decode()
    assert not any(one in again for one in listed)
    told = OutgoingMail.objects.filter(message_key__startswith="account.factor_added")
    assert told.filter(recipient="alice@parvis.example").count() == 2
    assert FactRecord.objects.filter(name="account.factor_added").count() == 2
    assert RegisterEntry.objects.filter(action="account.factor_added").count() == 2


@pytest.mark.django_db
def test_neither_the_secret_nor_a_code_lies_in_the_database_as_it_is_typed():
    person = with_app(alice())
    codes = actions.make_paper_codes(person_id=person.id, now=MORNING)
    app = Authenticator.objects.get()
    assert SECRET not in json.dumps(app.data)
    assert unseal(app.data["secret"]) == SECRET
    kept = " ".join(PaperCode.objects.values_list("code_hash", flat=True))
    assert not any(part in kept for one in codes for part in one.split("-")[1:])


def test_what_an_older_key_of_the_city_sealed_is_read_with_the_new_one(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "an-old-key", []
    sealed = seal(SECRET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-key", ["an-old-key"]
    assert unseal(sealed) == SECRET


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["add_passkey", "add_app", "paper_codes", "passkey_options"])
def test_changing_what_opens_the_account_asks_for_proof_again(client, name):
    signed_in(client, alice())
    for ask in (client.get, client.post):
        answer = ask(reverse(f"account:{name}"))
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not Authenticator.objects.exists()
    assert not PaperCode.objects.exists()


@pytest.mark.django_db
def test_a_wrong_first_code_adds_nothing(client):
    proven(client, alice())
    client.get(reverse("account:add_app"))
    answer = client.post(reverse("account:add_app"), {"code": "000000"})
    assert answer.status_code == 400
    assert answer.context["form"].errors["code"]
    assert not Authenticator.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_a_second_application_is_refused_and_the_first_one_stays():
    person = with_app(alice())
    with pytest.raises(Refused) as refused:
        with_app(person)
    assert refused.value.code == "app_is_there"
    assert Authenticator.objects.count() == 1


@pytest.mark.django_db
def test_codes_on_paper_need_something_to_stand_in_for():
    with pytest.raises(Refused) as refused:
        actions.make_paper_codes(person_id=alice().id, now=MORNING)
    assert refused.value.code == "no_second_factor"
    assert not PaperCode.objects.exists()


@pytest.mark.django_db
def test_signing_in_takes_a_second_step_and_the_session_says_so(client, rf):
    person = with_app(alice())
    answer = sign_in(client)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.get(reverse("account_login"))["Location"] == reverse("mfa_authenticate")
    assert second_step(client, code())["Location"] == reverse("portal:mine")
    assert is_signed_in(client)
    request = rf.get("/")
    request.session, request.user = client.session, Resident.objects.get(pk=person.id)
    proof = proof_of(request)
    assert (proof.amr, proof.acr) == (("mfa", "otp", "pwd"), rules.TWO_FACTORS)
    assert abs(proof.auth_time.timestamp() - time.time()) < 60


@pytest.mark.django_db
def test_without_a_first_proof_the_second_step_leads_back_to_the_first(client):
    assert client.get(reverse("mfa_authenticate"))["Location"] == reverse("account_login")
    assert second_step(client, code())["Location"] == reverse("account_login")


@pytest.mark.django_db
def test_a_code_of_the_application_is_good_once(client):
    with_app(alice())
    typed = code()
    sign_in(client)
    assert second_step(client, typed).status_code == 302
    other = Client()
    sign_in(other)
    assert second_step(other, typed).status_code == 200
    assert not is_signed_in(other)


@pytest.mark.django_db
def test_a_recovery_code_opens_once_and_its_owner_is_told_how_many_are_left(client):
    person = with_app(alice())
    codes = actions.make_paper_codes(person_id=person.id, now=MORNING)
    sign_in(client)
    assert second_step(client, codes[3].upper().replace("-", " ")).status_code == 302
    other = Client()
    sign_in(other)
    assert second_step(other, codes[3]).status_code == 200
    assert not is_signed_in(other)
    assert factors_of(person.id).codes_left == 9
    used = FactRecord.objects.get(name="account.paper_code_used")
    assert used.payload["left"] == 9
    assert OutgoingMail.objects.filter(message_key__startswith="account.paper_code_used").exists()


@pytest.mark.django_db
def test_new_recovery_codes_make_the_old_ones_useless(client):
    person = with_app(alice())
    old = actions.make_paper_codes(person_id=person.id, now=MORNING)
    new = actions.make_paper_codes(person_id=person.id, now=MORNING)
    assert not actions.use_paper_code(person_id=person.id, typed=old[0], now=MORNING)
    assert actions.use_paper_code(person_id=person.id, typed=new[0], now=MORNING)


@pytest.mark.django_db
def test_the_code_of_somebody_else_opens_nothing():
    person, other = with_app(alice()), with_app(chloe())
    codes = actions.make_paper_codes(person_id=person.id, now=MORNING)
    assert not actions.use_paper_code(person_id=other.id, typed=codes[0], now=MORNING)
    assert factors_of(person.id).codes_left == 10


@pytest.mark.django_db(transaction=True)
def test_of_two_who_type_one_recovery_code_at_one_instant_one_comes_in():
    person = with_app(alice())
    typed = actions.make_paper_codes(person_id=person.id, now=MORNING)[0]
    heard, start = [], threading.Barrier(2)

    def use():
        start.wait()
        heard.append(actions.use_paper_code(person_id=person.id, typed=typed, now=MORNING))
        connection.close()

    both = [threading.Thread(target=use) for _one in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(heard) == [False, True]
    assert FactRecord.objects.filter(name="account.paper_code_used").count() == 1


@pytest.mark.django_db
def test_taking_the_last_factor_away_takes_the_recovery_codes_with_it(client):
    person = with_app(alice())
    actions.make_paper_codes(person_id=person.id, now=MORNING)
    proven(client, person)
    app = factors_of(person.id).app
    page = reverse("account:remove_factor", args=[app.id])
    assert client.get(page).context["factor"] == app
    assert client.post(page)["Location"] == reverse("account:security")
    assert not has_second_factor(person.id)
    assert not PaperCode.objects.exists()
    assert FactRecord.objects.filter(name="account.factor_removed").count() == 1
    assert client.post(page).status_code == 404


@pytest.mark.django_db
def test_the_factor_of_somebody_else_cannot_be_taken_away(client):
    app = factors_of(with_app(chloe()).id).app
    person = alice()
    proven(client, person)
    assert client.post(reverse("account:remove_factor", args=[app.id])).status_code == 404
    with pytest.raises(NotFound):
        actions.remove_factor(person_id=person.id, factor_id=app.id, now=MORNING)
    assert Authenticator.objects.count() == 1


@pytest.mark.django_db
def test_five_wrong_codes_slow_down_a_place_and_not_the_owner_elsewhere(client):
    with_app(alice())
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(stranger)
    tries = [second_step(stranger, "000000").status_code for _rank in range(10)]
    assert tries == [200] * 5 + [429] * 5
    assert second_step(stranger, code()).status_code == 429
    sign_in(client, REMOTE_ADDR="192.0.2.8")
    assert second_step(client, code(), headers={"REMOTE_ADDR": "192.0.2.8"}).status_code == 302


@pytest.mark.django_db
def test_who_tries_codes_from_everywhere_is_slowed_down_and_the_owner_on_her_device_is_not(
    client, monkeypatch
):
    pace = opening.Pace(from_place=60, for_address=3)
    monkeypatch.setitem(opening.PACE, "second_step_failed", pace)
    with_app(alice())
    sign_in(client)
    assert second_step(client, code(-1)).status_code == 302
    client.post(reverse("account_logout"))
    for number in range(3):
        thief = Client(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(thief)
        assert second_step(thief, "000000").status_code == 200
    thief = Client(REMOTE_ADDR="192.0.2.9")
    sign_in(thief)
    assert second_step(thief, code()).status_code == 429
    sign_in(client)
    assert second_step(client, code()).status_code == 302


@pytest.mark.django_db
def test_good_codes_are_not_counted_behind_one_address():
    person = with_app(alice())
    codes = actions.make_paper_codes(person_id=person.id, now=MORNING)
    for typed in codes[:8]:
        client = Client()
        sign_in(client)
        assert second_step(client, typed).status_code == 302


@pytest.mark.django_db
def test_on_a_trusted_device_the_second_step_is_not_asked_until_something_changes(client):
    person = with_app(alice())
    sign_in(client)
    second_step(client, code(), trust="on")
    assert Device.objects.get().trusted_until is not None
    client.post(reverse("account_logout"))
    assert sign_in(client)["Location"] == reverse("portal:mine")
    # Somebody else's device, and the same one under another cookie, are asked.
    assert sign_in(Client())["Location"] == reverse("mfa_authenticate")

    client.post(reverse("account_logout"))
    Device.objects.filter(trusted_until__isnull=False).update(trusted_until=MORNING)
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    second_step(client, code(1), trust="on")
    assert is_signed_in(client)
    actions.add_passkey(person_id=person.id, name="Clef", credential={}, now=MORNING)
    client.post(reverse("account_logout"))
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")


@pytest.mark.django_db
def test_the_device_one_person_trusts_is_not_trusted_for_another(client):
    with_app(alice()), with_app(chloe())
    sign_in(client)
    second_step(client, code(), trust="on")
    client.post(reverse("account_logout"))
    answer = sign_in(client, "chloe@parvis.example")
    assert answer["Location"] == reverse("mfa_authenticate")


@pytest.mark.django_db
def test_a_code_proves_again_that_it_is_alice(client):
    person = with_app(alice())
    signed_in(client, person)
    wanted = reverse("account:paper_codes")
    page = client.get(reverse("mfa_reauthenticate") + f"?next={wanted}")
    assert page.status_code == 200
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code(), "next": wanted})
    assert answer["Location"] == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.django_db
def test_the_security_page_shows_what_there_is_and_when_it_was_used(client):
    person = with_app(alice())
    signed_in(client, person)
    assert client.get(reverse("account:security")).context["factors"].app.used_at is None
    actions.use_app_code(person_id=person.id, typed=code(), now=MORNING + dt.timedelta(days=999))
    other = Client()
    sign_in(other)
    second_step(other, code())
    found = client.get(reverse("account:security")).context["factors"]
    assert (found.app.added_at, found.codes_left, found.passkeys) == (MORNING, 0, ())
    assert found.app.used_at is not None
