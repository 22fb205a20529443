"""Signing up: one form, one mail, one button, one account."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.actions import opening
from parvis.account.models import Resident
from parvis.account.queries import people
from parvis.account.rules import opening as rules
from parvis.account.testing import OPEN_SESAME, alice, signed_in
from parvis.kernel.errors import Refused
from parvis.kernel.models import FactRecord, OutgoingMail

NOW = dt.datetime(2015, 6, 25, 9, tzinfo=dt.UTC)
GOOD = "cheval-agrafe-parapluie"


def typed(**changes):
    given = {
        "email": "elise@parvis.example",
        "usual_name": "Élise",
        "password": GOOD,
        "attempt": str(uuid.uuid4()),
    }
    return given | changes


def send(client, place="127.0.0.1", **changes):
    return client.post(reverse("account_signup"), typed(**changes), REMOTE_ADDR=place)


def link(email="elise@parvis.example"):
    mail = OutgoingMail.objects.filter(recipient=email).latest("pk")
    return re.search(r"http://localhost:8000(/\S+)", mail.text).group(1)


@pytest.mark.django_db
def test_a_visitor_signs_up_confirms_by_the_button_and_signs_in(client):
    answer = send(client)
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/mon-compte/inscription/lisez-votre-courriel/",
    )
    page = client.get(link())
    assert page.status_code == 200
    assert Resident.objects.get().confirmed_at is None, "looking at the link confirms nothing"

    confirmed = client.post(link())
    assert confirmed["Location"] == reverse("account_login")
    elise = people.person_by_email("elise@parvis.example")
    assert (elise.usual_name, elise.language, elise.roles) == ("Élise", "fr", frozenset())

    entered = client.post(
        reverse("account_login"), {"login": "Elise@Parvis.example", "password": GOOD}
    )
    assert entered["Location"] == reverse("portal:mine")
    assert list(FactRecord.objects.order_by("pk").values_list("name", flat=True)) == [
        "account.opened",
        "account.confirmed",
    ]


@pytest.mark.django_db
def test_the_link_works_in_another_browser(client):
    send(client)
    other = type(client)()
    assert other.post(link()).status_code == 302
    assert people.person_by_email("elise@parvis.example") is not None


@pytest.mark.django_db
def test_a_link_used_twice_changes_nothing_the_second_time(client):
    send(client)
    client.post(link())
    before = Resident.objects.get().confirmed_at
    assert client.post(link()).status_code == 302
    assert client.get(link()).status_code == 200
    assert Resident.objects.get().confirmed_at == before
    assert FactRecord.objects.filter(name="account.confirmed").count() == 1


@pytest.mark.django_db
def test_a_link_is_too_old_after_three_days(client):
    send(client)
    EmailConfirmation.objects.update(sent=NOW)
    assert client.get(link()).status_code == 410
    assert client.post(link()).status_code == 410
    assert Resident.objects.get().confirmed_at is None


@pytest.mark.django_db
def test_a_link_nobody_sent_is_too_old_as_well(client):
    assert client.get(reverse("account_confirm_email", args=["x" * 48])).status_code == 410


@pytest.mark.django_db
def test_a_double_click_makes_one_sign_up_and_one_mail(client):
    attempt = str(uuid.uuid4())
    first, second = send(client, attempt=attempt), send(client, attempt=attempt)
    assert first["Location"] == second["Location"]
    assert (Resident.objects.count(), OutgoingMail.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_who_goes_back_to_mend_the_address_is_heard(client):
    attempt = str(uuid.uuid4())
    send(client, attempt=attempt, email="elsie@parvis.example")
    send(client, attempt=attempt)
    recipients = OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True)
    assert list(recipients) == ["elsie@parvis.example", "elise@parvis.example"]


@pytest.mark.django_db
def test_two_tabs_are_two_sign_ups_and_the_first_link_pressed_wins(client):
    send(client, usual_name="Intruse", password="chat-bouteille-montagne")
    theirs = link()
    send(client)
    ours = link()
    client.post(ours)
    assert client.post(theirs).status_code == 410
    person = Resident.objects.get()
    assert (person.usual_name, person.check_password(GOOD)) == ("Élise", True)
    assert EmailAddress.objects.count() == 1


@pytest.mark.django_db
def test_signing_up_and_then_in_tells_nobody_whether_the_address_was_free(client):
    alice()
    answers = []
    for email in ("alice@parvis.example", "elise@parvis.example"):
        send(client, email=email)
        answers.append(client.post(reverse("account_login"), {"login": email, "password": GOOD}))
    known, unknown = (answer.context["form"].errors for answer in answers)
    assert known == unknown
    assert "appuyez d\u2019abord sur le bouton" in str(unknown)
    assert "_auth_user_id" not in client.session
    assert OutgoingMail.objects.count() == 2


@pytest.mark.django_db
def test_in_english_the_pages_and_the_mail_are_in_english(client):
    answer = client.post("/en/my-account/sign-up/", typed())
    assert answer["Location"] == "/en/my-account/sign-up/read-your-mail/"
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Confirm your address to open your account"
    assert "http://localhost:8000/en/my-account/confirm/" in mail.text
    assert Resident.objects.get().language == "en"


@pytest.mark.django_db
def test_the_mail_is_in_french_by_default(client):
    send(client)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Confirmez votre adresse pour ouvrir votre compte"
    assert "http://localhost:8000/mon-compte/confirmer/" in mail.text
    assert 'lang="fr"' in mail.html


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["alice@parvis.example", "ALICE@parvis.example"])
def test_an_address_with_an_account_gets_the_same_page_and_its_owner_a_mail(client, email):
    alice()
    OutgoingMail.objects.all().delete()
    known, unknown = send(client, email=email), send(client)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    told = OutgoingMail.objects.get(recipient="alice@parvis.example")
    assert told.subject == "Vous avez déjà un compte"
    assert "/confirmer/" not in told.text
    assert Resident.objects.filter(confirmed_at__isnull=False).count() == 1


@pytest.mark.django_db
def test_a_known_and_an_unknown_address_cost_the_same_questions_and_the_same_hash(
    client, settings, monkeypatch
):
    settings.PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
    alice()
    hashes = []
    plain = Argon2PasswordHasher.encode

    def counted(hasher, password, salt):
        hashes.append(password)
        return plain(hasher, password, salt)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted)
    shapes = []
    for email in ("alice@parvis.example", "elise@parvis.example"):
        hashes.clear()
        with CaptureQueriesContext(connection) as asked:
            send(client, email=email)
        shapes.append(([re.sub(r"\W.*", "", q["sql"]) for q in asked], len(hashes)))
    assert shapes[0] == shapes[1]
    assert shapes[0][1] == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_people_press_links_for_one_address_at_once_and_one_account_opens():
    for _rank in range(20):
        wish = opening.SignUp(
            attempt=uuid.uuid4(),
            email="elise@parvis.example",
            usual_name="Élise",
            password=GOOD,
            language="fr",
        )
        opening.sign_up(wish, now=NOW)
    keys = list(EmailConfirmation.objects.values_list("key", flat=True))
    assert len(keys) == 20
    outcomes = []

    def press(key):
        try:
            outcomes.append(opening.confirm_address(key, now=NOW))
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("link_too_old") == 19
    assert Resident.objects.get().email == "elise@parvis.example"
    assert FactRecord.objects.filter(name="account.confirmed").count() == 1


@pytest.mark.django_db
def test_a_sign_up_nobody_confirms_is_forgotten_after_three_days(client):
    alice()
    wish = opening.SignUp(
        attempt=uuid.uuid4(),
        email="elise@parvis.example",
        usual_name="Élise",
        password=GOOD,
        language="fr",
    )
    opening.sign_up(wish, now=NOW)
    assert opening.forget_unconfirmed(now=NOW + dt.timedelta(days=3)) == 0
    assert opening.forget_unconfirmed(now=NOW + dt.timedelta(days=3, seconds=1)) == 1
    assert [row.email for row in Resident.objects.all()] == ["alice@parvis.example"]


@pytest.mark.django_db
def test_who_is_signed_in_is_not_asked_to_sign_up(client):
    signed_in(client, alice())
    assert client.get(reverse("account_signup"))["Location"] == reverse("account:known")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "a\x00b@parvis.example"),
        ("email", "x" * 260 + "@parvis.example"),
        ("email", "elise@" + ".".join(["\u00e9\u00e0\u00fc" * 11] * 6) + ".example"),
        ("email", "\u00e9lise@parvis.example"),
        ("email", "\u0130lise@parvis.example"),
        ("email", "eli\u017fe@parvis.example"),
        ("email", "elise@\ufffd.example"),
        ("email", '"eli\x0bse"@parvis.example'),
        ("email", ""),
        ("usual_name", ""),
        ("usual_name", "A" * 61),
        ("usual_name", "Ali\x00ce"),
        ("usual_name", "Ali\u202ece"),
        ("usual_name", "Ali\u200bce"),
        ("usual_name", "…"),
        ("usual_name", "Ali\ufffdce"),
        ("password", "court"),
        ("password", "motdepasse123456"[:11]),
        ("password", "passwordpassword"[:8]),
        ("password", "administrator"),
        ("password", "elise@parvis.example"),
        ("password", "x" * 257),
        ("password", "bon-mot-\x00-de-passe"),
        ("password", "bon-mot-\ufffd-de-passe"),
    ],
)
def test_bad_input_is_refused_given_back_and_stores_nothing(client, field, value):
    answer = send(client, **{field: value})
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert (Resident.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    if field == "password":
        assert "elise@parvis.example" in answer.content.decode()
        assert 'type="password" name="password" value' not in answer.content.decode()


@pytest.mark.django_db
def test_bytes_that_are_no_text_are_refused(client):
    body = b"email=elise%40parvis.example&usual_name=%C3%28lise&password=cheval-agrafe-parapluie"
    answer = client.post(
        reverse("account_signup"), body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert Resident.objects.count() == 0


@pytest.mark.django_db
def test_without_the_csrf_token_nothing_is_stored():
    strict = __import__("django.test", fromlist=["Client"]).Client(enforce_csrf_checks=True)
    assert strict.post(reverse("account_signup"), typed()).status_code == 403
    assert Resident.objects.count() == 0


@pytest.mark.django_db
def test_a_name_is_composed_and_single_spaced(client):
    send(client, usual_name="  E\u0301lise\u00a0  du   Parvis ")
    assert Resident.objects.get().usual_name == "Élise du Parvis"


@pytest.mark.django_db
def test_an_address_with_an_accented_domain_is_one_address_however_it_is_typed(client):
    send(client, email="elise@mairie-é.example")
    assert EmailAddress.objects.get().email == "elise@xn--mairie--hya.example"


@pytest.mark.django_db
def test_too_many_sign_ups_from_one_place_wait(client, monkeypatch):
    monkeypatch.setitem(rules.PACE, "signup", rules.Pace(from_place=2, for_address=60))
    emails = ["a@parvis.example", "b@parvis.example", "c@parvis.example"]
    assert [send(client, email=email).status_code for email in emails] == [302, 302, 429]
    assert Resident.objects.count() == 2
    assert send(client, "192.0.2.7").status_code == 302


@pytest.mark.django_db
def test_one_mailbox_is_not_filled_from_many_places_whoever_is_known(client, monkeypatch):
    monkeypatch.setitem(rules.PACE, "signup", rules.Pace(from_place=60, for_address=2))
    alice()
    for email in ("alice@parvis.example", "elise@parvis.example"):
        places = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
        answers = [send(client, place, email=email).status_code for place in places]
        assert answers == [302, 302, 429]
        assert OutgoingMail.objects.filter(recipient=email).count() == 2


def test_the_password_of_the_cast_is_a_good_one():
    assert len(OPEN_SESAME) >= 12
