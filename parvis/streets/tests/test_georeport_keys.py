"""Administrators give keys, shown once, and revoke them; nobody else does."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from parvis.account.testing import OPEN_SESAME, a_person, alice, bachir, mona, signed_in
from parvis.kernel import register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.streets.actions import api_keys
from parvis.streets.models import ApiKey, Handler
from parvis.streets.queries import api_keys as known
from parvis.streets.testing import NOON
from parvis.streets.tests.georeport_world import a_key, days

pytestmark = pytest.mark.django_db


def ada():
    return a_person("Ada", "administrator")


@pytest.fixture
def ramen():
    return Handler.objects.create(code="ramen", published_as="Ramen", name="Ramen", kind="partner")


def proved(client, person):
    """Return the client, signed in, its person having just typed the password again."""
    signed_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    return client


def test_a_key_is_kept_as_a_digest_and_shown_once(client, ramen):
    typed = {"name": " Ramen,  tournées ", "email": "Alice@parvis.example", "handler": ramen.code}
    alice()
    page = proved(client, ada()).post(reverse("streets:add_key"), typed).content.decode()
    key = ApiKey.objects.get()
    secret = page.partition('id="api-key">')[2].partition("<")[0]
    assert key.key_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert (key.name, key.prefix, key.may_update) == ("Ramen, tournées", secret[:8], True)
    listed = client.get(reverse("streets:keys")).content.decode()
    assert key.prefix in listed
    assert secret not in listed
    caller = api_keys.admit(secret, now=NOON)
    assert (caller.key_id, caller.owner.id, caller.handler_id) == (key.pk, alice().id, ramen.pk)
    (line,) = register.about(f"streets.api_key:{key.pk}")
    assert (line.action, line.actor_ref) == ("streets.api_key_made", f"person:{ada().id}")
    assert secret not in str(line)
    client.post(reverse("streets:revoke_key", args=[key.pk]))
    with pytest.raises(Forbidden, match="api_key"):
        api_keys.admit(secret, now=NOON)
    assert (
        reverse("streets:revoke_key", args=[key.pk])
        not in client.get(reverse("streets:keys")).content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"name": " "}, "name_missing", "name"),
        ({"name": "a" * 121}, "name_too_long", "name"),
        ({"email": "personne@parvis.example"}, "no_account", "email"),
        ({"handler": "nobody"}, "no_handler", "handler"),
    ],
)
def test_what_makes_no_key_is_refused_beside_its_field(client, typed, code, field):
    alice()
    wish = {"name": "Une application", "email": "alice@parvis.example", "handler": ""} | typed
    with pytest.raises(Refused) as refusal:
        api_keys.make_key(**wish, by=ada(), now=NOON)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    answer = proved(client, ada()).post(reverse("streets:add_key"), wish)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("person", [alice, bachir, mona])
def test_only_administrators_see_keys(client, person):
    key = a_key()
    who = proved(client, person())
    pages = [
        reverse("streets:keys"),
        reverse("streets:add_key"),
        reverse("streets:revoke_key", args=[ApiKey.objects.get().pk]),
    ]
    assert [who.get(page).status_code for page in pages] == [403, 403, 403]
    assert [who.post(page).status_code for page in pages] == [403, 403, 403]
    assert api_keys.admit(key, now=NOON).name == "Copropriétés du 11e"


def test_a_key_is_revoked_once_and_its_last_use_is_known_to_the_minute():
    secret = a_key()
    (line,) = known.listed()
    assert (line.owner, line.handler, line.reports, line.used_at) == ("Alice", "", 0, None)
    api_keys.admit(secret, now=NOON)
    api_keys.admit(secret, now=NOON.replace(second=30))
    assert known.line(line.id).used_at == NOON
    assert api_keys.revoke_key(key_id=line.id, by=ada(), now=days(1)) == line.name
    api_keys.revoke_key(key_id=line.id, by=ada(), now=days(2))
    assert known.line(line.id).revoked_at == days(1)
    lines = register.about(f"streets.api_key:{line.id}")
    assert [one.action for one in lines] == ["streets.api_key_revoked", "streets.api_key_made"]
    with pytest.raises(NotFound):
        api_keys.revoke_key(key_id=alice().id, by=ada(), now=NOON)


def test_a_key_opens_nothing_once_its_owner_has_no_account():
    secret = a_key()
    ApiKey.objects.get().owner.__class__.objects.filter(pk=alice().id).update(
        email=None, confirmed_at=None
    )
    with pytest.raises(Forbidden) as refusal:
        api_keys.admit(secret, now=NOON)
    assert refusal.value.code == "api_key_unknown"


def test_keys_that_nobody_uses_are_counted():
    secret = a_key()
    a_key("Oubliée")
    api_keys.admit(secret, now=days(100))
    assert known.forgotten(days(300)) == 0
    assert known.forgotten(days(400)) == 1
    assert known.forgotten(days(500)) == 2


def test_the_database_keeps_no_key_in_plain(ramen):
    owner = alice()
    for wrong in ({"key_hash": "plain"}, {"key_hash": "a" * 64, "may_update": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.create(name="x", owner_id=owner.id, prefix="x", made_at=NOON, **wrong)
    assert not ApiKey.objects.exists()
    assert ramen.code == "ramen"


def test_the_keys_of_a_demonstration_are_made_once(ramen):
    alice()
    bachir()
    api_keys.show_keys(now=NOON)
    api_keys.show_keys(now=days(1))
    assert list(ApiKey.objects.values_list("made_at", flat=True)) == [NOON, NOON]
    for secret, wish in api_keys.SHOWN.items():
        caller = api_keys.admit(secret, now=NOON)
        assert caller.owner.email == wish.email
        assert (caller.handler_id == ramen.pk) is (wish.handler == ramen.code)
