"""Signing in and out: who is who, in one query, and what a wrong password costs."""

from __future__ import annotations

import re
import time
from urllib.parse import unquote

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parvis.account.adapters.signing_in import PersonMiddleware
from parvis.account.models import Resident
from parvis.account.permissions import place_of, try_account
from parvis.account.queries import people
from parvis.account.rules import opening as rules
from parvis.account.testing import OPEN_SESAME, alice, bachir, mona, oscar, signed_in
from parvis.kernel import clock, pace
from parvis.kernel.errors import Refused
from parvis.kernel.models import OutgoingMail
from parvis.ui.remembering import memory

WRONG = "un-mauvais-mot-de-passe"


def sign_in(client, email="alice@parvis.example", password=OPEN_SESAME, path=None, **headers):
    typed = {"login": email, "password": password}
    return client.post(path or reverse("account_login"), typed, **headers)


@pytest.mark.django_db
def test_alice_signs_in_and_the_page_she_wanted_opens(client):
    alice()
    wanted = reverse("account:known")
    asked = client.get(wanted)
    assert asked["Location"] == f"{reverse('account_login')}?next={wanted}"
    answer = sign_in(client, path=asked["Location"])
    assert answer["Location"] == wanted


@pytest.mark.django_db
def test_pages_speak_the_language_of_the_person_after_signing_in(client):
    Resident.objects.filter(pk=alice().id).update(language="en")
    assert sign_in(client)["Location"].startswith("/en/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "opened"), [("", "/mon-compte/"), ("/plan/", "/plan/"), ("//example.org/", None)]
)
def test_who_is_signed_in_already_goes_on_at_once(client, wanted, opened):
    signed_in(client, alice())
    for ask in (client.get, client.post):
        answer = ask(f"{reverse('account_login')}?next={wanted}")
        assert (answer.status_code, answer["Location"]) == (302, opened or "/mon-compte/")


@pytest.mark.django_db
def test_an_address_of_another_site_is_not_followed(client):
    alice()
    answer = sign_in(client, path=reverse("account_login") + "?next=https://example.org/")
    assert answer["Location"] == reverse("portal:mine")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@parvis.example", "un-mauvais-mot-de-passe"),
        ("nobody@parvis.example", OPEN_SESAME),
    ],
)
def test_a_wrong_pair_gets_one_sentence_whoever_is_known(client, email, password):
    alice()
    answer = sign_in(client, email, password)
    said = "Cette adresse et ce mot de passe ne vont pas ensemble."
    assert said in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "a\x00b@parvis.example"),
        ("login", "nobody"),
        ("password", "x" * 257),
        ("password", "bon-mot-\x00-de-passe"),
        ("password", ""),
    ],
)
def test_bad_input_is_refused_before_any_password_is_weighed(client, field, value):
    alice()
    typed = {"login": "alice@parvis.example", "password": OPEN_SESAME, field: value}
    answer = client.post(reverse("account_login"), typed)
    assert answer.context["form"].errors[field]
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_form_sent_empty_draws_nothing_into_the_page_of_others(client):
    memory.clear()
    page = reverse("account_login")
    refused = client.post(page, {}).content.decode()
    assert 'aria-invalid="true"' in refused
    assert 'aria-invalid="true"' not in client.get(page).content.decode()


@pytest.mark.django_db
def test_where_a_visitor_says_they_were_going_takes_no_room_from_what_others_see(
    client, monkeypatch
):
    page, kept = reverse("account_login"), []
    client.get(f"{page}?next=/un/")
    plain = memory.put
    monkeypatch.setattr(memory, "put", lambda *put: (kept.append(put), plain(*put)))
    said = client.get(f"{page}?next=/deux/").content.decode()
    assert kept == []
    for name in ("account:ask_code", "account_signup"):
        link = re.search(rf'href="{reverse(name)}\?next=([^"]+)"', said)
        assert unquote(link.group(1)) == "/deux/", "every way in leads on to it all the same"


@pytest.mark.django_db
def test_a_known_and_an_unknown_address_cost_the_same_questions_and_the_same_hash(
    client, settings, monkeypatch
):
    settings.PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
    alice()
    hashed = []
    for name in ("encode", "verify"):
        plain = getattr(Argon2PasswordHasher, name)

        def counted(hasher, *args, plain=plain):
            hashed.append(1)
            return plain(hasher, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    shapes = []
    for email in ("alice@parvis.example", "nobody@parvis.example"):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            sign_in(client, email, "un-mauvais-mot-de-passe")
        shapes.append(([re.sub(r"'.*?'", "", q["sql"]) for q in asked], len(hashed)))
    assert shapes[0] == shapes[1]
    assert (len(shapes[0][0]), shapes[0][1]) == (6, 1)


@pytest.mark.django_db
def test_five_wrong_passwords_slow_an_account_down_known_or_not(client):
    alice()
    for email in ("alice@parvis.example", "nobody@parvis.example"):
        for _rank in range(5):
            assert sign_in(client, email, "un-mauvais-mot-de-passe").status_code == 200
        refused = sign_in(client, email)
        assert refused.status_code == 429
        said = refused.content.decode()
        assert "Attendez cinq minutes" in said
        assert f'href="{reverse("account:ask_code")}">Recevoir un code' in said
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_ten_wrong_passwords_from_a_stranger_do_not_keep_alice_out(client):
    alice()
    tries = [
        sign_in(Client(), password=WRONG, REMOTE_ADDR="192.0.2.7").status_code
        for _rank in range(10)
    ]
    assert tries == [200] * 5 + [429] * 5
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.7").status_code == 429
    assert sign_in(client, REMOTE_ADDR="192.0.2.8").status_code == 302


@pytest.mark.django_db
def test_strangers_everywhere_try_an_account_twenty_times_and_not_sixty(client):
    alice()
    assert sign_in(client).status_code == 302
    client.post(reverse("account_logout"))
    for email in ("alice@parvis.example", "nobody@parvis.example"):
        tries = [
            sign_in(Client(), email, WRONG, REMOTE_ADDR=f"192.0.2.{rank}").status_code
            for rank in range(60)
        ]
        assert tries == [200] * 20 + [429] * 40
        refused = sign_in(Client(), email, REMOTE_ADDR="192.0.2.99")
        assert refused.status_code == 429
        assert "Attendez cinq minutes" in refused.content.decode()
    # From her own device Alice comes in all the while, wherever she is.
    assert sign_in(client, REMOTE_ADDR="198.51.100.7").status_code == 302


@pytest.mark.django_db
def test_sixty_wrong_tries_behind_one_address_do_not_keep_a_known_device_out(client, monkeypatch):
    monkeypatch.setitem(rules.PACE, "login_failed", rules.Pace(from_place=3))
    alice()
    assert sign_in(client).status_code == 302
    client.post(reverse("account_logout"))
    for number in range(3):
        sign_in(Client(), f"nobody{number}@parvis.example", WRONG)
    assert sign_in(Client()).status_code == 429
    assert sign_in(client).status_code == 302
    client.post(reverse("account_logout"))
    # It is her device and no other's: it opens no way to try at Bachir's account, and five wrong
    # passwords slow Alice down as ever.
    bachir()
    assert sign_in(client, "bachir@parvis.example").status_code == 429
    assert [sign_in(client, password=WRONG).status_code for _try in range(6)] == [200] * 5 + [429]


@pytest.mark.django_db
def test_behind_the_same_address_a_new_password_opens_at_once(client):
    alice()
    for _rank in range(10):
        sign_in(Client(), password=WRONG)
    client.post(reverse("account_reset_password"), {"email": "alice@parvis.example"})
    link = re.search(r"http://localhost:8000(/\S+)", OutgoingMail.objects.get().text).group(1)
    client.post(client.get(link)["Location"], {"password1": "tasse-girafe-horizon"})
    assert sign_in(client, password="tasse-girafe-horizon").status_code == 302


@pytest.mark.django_db
def test_who_tries_the_same_password_on_many_accounts_is_slowed_down(client, monkeypatch):
    monkeypatch.setitem(rules.PACE, "login_failed", rules.Pace(from_place=3))
    alice()
    for number in range(3):
        assert sign_in(client, f"nobody{number}@parvis.example", WRONG).status_code == 200
    assert sign_in(client).status_code == 429
    assert sign_in(client, REMOTE_ADDR="192.0.2.8").status_code == 302


@pytest.mark.django_db
def test_people_who_sign_in_from_one_place_share_no_count_and_no_lock(monkeypatch):
    alice(), bachir()
    written = []
    plain = pace.count_unless

    def noted(key, **options):
        written.append(key)
        return plain(key, **options)

    monkeypatch.setattr(pace, "count_unless", noted)
    assert sign_in(Client()).status_code == 302
    of_alice = {*written}
    written.clear()
    assert sign_in(Client(), "bachir@parvis.example").status_code == 302
    assert of_alice
    assert written
    assert of_alice.isdisjoint(written)


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "seen"), [(0, [200] * 5 + [429]), (1, [200] * 6)])
def test_what_a_visitor_says_of_where_they_are_is_not_believed(client, settings, proxies, seen):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    alice()
    told = [
        sign_in(client, password=WRONG, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code
        for number in range(6)
    ]
    assert told == seen
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [
        sign_in(
            client,
            "bachir@parvis.example",
            WRONG,
            HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.9",
        ).status_code
        for number in range(6)
    ]
    assert forged == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_a_home_is_one_place(rf, address, place):
    assert place_of(rf.get("/", REMOTE_ADDR=address)) == place


@pytest.mark.django_db
def test_a_town_hall_full_of_people_signs_in_from_one_address():
    alice()
    assert [sign_in(Client()).status_code for _rank in range(70)] == [302] * 70


@pytest.mark.django_db
def test_signing_out_takes_a_button(client):
    signed_in(client, alice())
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_signing_out_twice_in_two_tabs_is_no_error(client):
    assert client.post(reverse("account_logout")).status_code == 302


@pytest.mark.django_db
def test_the_person_of_a_request_comes_with_roles_in_one_query(rf):
    person = mona()
    seen = []
    request = rf.get("/")
    request.session = {"parvis_seen_at": time.time()}
    backend = "parvis.account.adapters.signing_in.CityBackend"
    with CaptureQueriesContext(connection) as asked:
        request.user = people.open_accounts().get(pk=person.id)
        PersonMiddleware(lambda r: seen.append(r.person) or HttpResponse())(request)
    assert (seen, len(asked)) == ([person], 1), backend
    assert (person.roles, person.is_staff_member) == (frozenset({"moderator"}), True)


@pytest.mark.django_db
def test_a_visitor_costs_no_query(client):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("account_login")).status_code == 200
    assert len(asked) == 0


@pytest.mark.django_db
def test_persons_are_found_together_in_one_query():
    cast = [alice(), bachir(), oscar()]
    with CaptureQueriesContext(connection) as asked:
        found = people.persons([person.id for person in cast])
    assert found == {person.id: person for person in cast}
    assert len(asked) == 1


@pytest.mark.django_db
def test_without_the_csrf_token_nobody_signs_in():
    alice()
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["email", "signup/passkey", "login/code", "password/set", "inactive", "3rdparty"]
)
def test_pages_of_the_library_that_we_do_not_use_are_not_there(client, page):
    assert client.get(f"/mon-compte/{page}/").status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account:closed"])
def test_who_asks_only_for_the_head_gets_the_status_of_the_page(client, name):
    assert client.head(reverse(name)).status_code == client.get(reverse(name)).status_code == 200


@pytest.mark.django_db
def test_what_alice_sees_is_kept_by_no_shared_cache(client):
    assert not client.get(reverse("portal:legal")).has_header("Cache-Control")
    signed_in(client, alice())
    assert client.get(reverse("portal:legal"))["Cache-Control"] == "private"


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["portal:mine", "portal:register", "account_change_password"])
def test_who_goes_back_on_a_shared_computer_sees_nothing_of_who_signed_out(client, page):
    signed_in(client, alice())
    answer = client.get(reverse(page))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ten_tries_may_be_under_way_at_an_account_and_the_eleventh_waits(rf):
    now, door = clock.now(), rf.post("/")
    door.user = AnonymousUser()
    under_way = [try_account(door, "alice@parvis.example", now=now) for _try in range(10)]
    assert len({*under_way}) == 1
    for _try in range(2):
        with pytest.raises(Refused) as refused:
            try_account(door, " Alice@parvis.example ", now=now)
        assert refused.value.code == "too_many_attempts"
    # Those that were right are no try any more, and what was refused was none.
    pace.take_back(under_way[0])
    assert try_account(door, "alice@parvis.example", now=now) == under_way[0]
    assert try_account(door, "bachir@parvis.example", now=now)
