"""Nothing tells whether a person is known: same status, same page, same questions, same hashes,
as many mails. Time itself is measured by bench/known_addresses.py."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.account.tests.asking import (
    BRANCHES,
    About,
    a_resident,
    an_account,
    asking_a_code,
    forgetting,
    name_of,
    signing_in,
    signing_up,
)
from parvis.kernel.models import OutgoingMail, OutgoingText

KNOWN = About("alice@parvis.example", "+33612345678")
UNKNOWN = About("nobody@parvis.example", "+33612345679")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator")]


@pytest.fixture
def hashed(settings, monkeypatch):
    """Count the passwords that are hashed, as in service."""
    settings.PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
    weighed = []
    for name in ("encode", "verify"):
        plain = getattr(Argon2PasswordHasher, name)

        def counted(hasher, *args, plain=plain):
            weighed.append(1)
            return plain(hasher, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return weighed


def shape(sql):
    """Return a question without what it asks about."""
    plain = re.sub(r"(?:'(?:[^']|'')*'|\b\d+\b|NULL)(?:::\w+)?|s\d+_x\d+", "…", sql)
    return plain.replace("IS …", "= …")


def page_of(answer, about):
    """Return a page without what is another in each answer, and without what was typed in."""
    page = answer.content.decode()
    page = re.sub(r'name="(?:csrfmiddlewaretoken|attempt)" value="[^"]*"', "", page)
    page = re.sub(r"id_attempt[^>]*", "", page)
    page = re.sub(r"\+?[\d \xa0]{8,}\d", "…", page)
    page = re.sub(r'"challenge": ?"[^"]*"', "", page)
    return page.replace(about.email, "…")


@pytest.mark.parametrize(
    ("branch", "opened"), BRANCHES, ids=[name_of(*branch) for branch in BRANCHES]
)
def test_known_and_unknown_get_one_answer_at_one_price(branch, opened, hashed):
    opened(KNOWN)
    resident, told = a_resident(), []
    for about in (KNOWN, UNKNOWN):
        ask = branch(about, resident)
        hashed.clear()
        mails, texts = OutgoingMail.objects.count(), OutgoingText.objects.count()
        with CaptureQueriesContext(connection) as asked:
            answer = ask()
        told.append(
            {
                "status": answer.status_code,
                "leads to": answer.get("Location"),
                "headers": sorted({*answer.headers} - {"Content-Length"}),
                "cookies": sorted(answer.cookies),
                "page": page_of(answer, about),
                "hashes": len(hashed),
                "questions": [shape(query["sql"]) for query in asked],
                "mails": OutgoingMail.objects.count() - mails,
                "texts": OutgoingText.objects.count() - texts,
            }
        )
    assert told[0]["status"] in (200, 302, 400, 409)
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("branch", "mails"), [(signing_up, 1), (forgetting, 1), (asking_a_code, 1), (signing_in, 0)]
)
def test_each_gets_as_many_mails_as_the_other(branch, mails):
    an_account(KNOWN)
    for about in (KNOWN, UNKNOWN):
        before = OutgoingMail.objects.filter(recipient=about.email).count()
        branch(about, Client())()
        assert OutgoingMail.objects.filter(recipient=about.email).count() == before + mails
