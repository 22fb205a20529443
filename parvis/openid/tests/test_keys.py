"""The keys that sign: published before, kept after, sealed, and read once."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from django.core import signing
from django.urls import reverse

from parvis.kernel.sealing import Renewed
from parvis.openid import testing
from parvis.openid.actions import keys, signing as signatures
from parvis.openid.commands import commands
from parvis.openid.models import SigningKey
from parvis.openid.queries import keys as queries
from parvis.openid.testing import MORNING

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def kid_that_signs(now):
    return queries.signing_key(now).kid


def published(now):
    return [key["kid"] for key in queries.public_keys(now)]


def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_a_day_after():
    old = testing.a_key().kid
    new = keys.rotate_keys(now=MORNING + DAY)
    begins = MORNING + 2 * DAY
    assert published(MORNING + DAY) == [new, old]
    assert kid_that_signs(begins - dt.timedelta(seconds=1)) == old
    assert kid_that_signs(begins) == new
    assert published(begins + DAY - dt.timedelta(seconds=1)) == [new, old]
    assert published(begins + DAY) == [new]


def test_a_rotation_under_way_is_not_doubled():
    testing.a_key()
    first = keys.rotate_keys(now=MORNING + DAY)
    assert keys.rotate_keys(now=MORNING + DAY) == first
    assert SigningKey.objects.count() == 2


def test_a_key_that_is_lost_is_replaced_at_once():
    old = testing.a_key().kid
    keys.rotate_keys(now=MORNING + DAY)
    now = MORNING + DAY
    new = keys.rotate_keys(now=now, at_once=True)
    assert kid_that_signs(now) == new
    assert kid_that_signs(now + 3 * DAY) == new
    assert published(now) == [new, old]


def test_what_an_old_key_signed_is_still_recognised_as_a_hint(settings):
    testing.a_key()
    claims = {"iss": "http://localhost:8000", "sub": "x", "aud": "y", "exp": 1}
    token = signatures.sign(claims, now=MORNING)
    keys.rotate_keys(now=MORNING + DAY)
    assert signatures.read_id_token(token) == claims
    assert published(MORNING + 40 * DAY) != [testing.a_key().kid]
    keys.forget_keys(now=MORNING + 500 * DAY)
    assert signatures.read_id_token(token) is None
    settings.PARVIS_SITE_URL = "https://other.example"
    assert signatures.read_id_token(token) is None


def test_the_private_half_is_sealed_with_the_secret_of_the_city(settings):
    key = testing.a_key()
    sealed = bytes(key.private_sealed)
    assert b"PRIVATE" not in sealed
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-the-city"
    assert queries.seal().decrypt(sealed)
    assert keys.seal_again() == Renewed(done=1)
    settings.SECRET_KEY_FALLBACKS = []
    key.refresh_from_db()
    assert queries.seal().decrypt(bytes(key.private_sealed))
    settings.SECRET_KEY = "a third one"
    assert keys.seal_again() == Renewed(lost=1)


def test_a_key_that_no_secret_opens_says_what_to_do(settings):
    key = testing.a_key()
    key.private_sealed = queries.seal().encrypt(b"not a key at all") + b"="
    key.save()
    queries.private_half.cache_clear()
    settings.SECRET_KEY = "another-secret-of-the-city"
    with pytest.raises(queries.KeyLost, match="rotate-keys --at-once"):
        queries.private_half(key.kid)


def test_a_process_opens_a_key_once():
    key = testing.a_key()
    opened = queries.private_half(key.kid)
    SigningKey.objects.filter(pk=key.pk).delete()
    assert queries.private_half(key.kid) is opened


def test_an_operator_renews_the_keys_at_the_console(client):
    testing.a_key()
    said = CliRunner().invoke(commands, ["rotate-keys"])
    assert said.exit_code == 0
    assert "it signs in a day" in said.output
    assert len(client.get(reverse("oidc:jwks")).json()["keys"]) == 2


def test_a_signed_word_of_ours_that_is_no_token_is_none():
    testing.a_key()
    assert signatures.read_id_token(signing.dumps({"sub": "x"})) is None
    assert signatures.read_id_token("") is None
    assert signatures.read_id_token("é.é.é") is None
