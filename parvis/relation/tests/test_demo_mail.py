"""In a demonstration the mail stays readable on its own page, which production does not have."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import NoReverseMatch, reverse

from parvis.kernel import outbox
from parvis.kernel.models import MailState, OutgoingMail
from parvis.relation.models import DemoMail
from parvis.relation.testing import deliver_everything
from parvis.relation.tests.conftest import NOON


def a_mail(number: int = 1, to: str = "alice@parvis.example") -> None:
    letter = outbox.Letter(
        message_key=f"demo/{number}",
        to=to,
        subject=f"Confirmez votre adresse {number}",
        text="Bonjour,\n\nhttp://localhost:8000/mon-compte/confirmer/abc/\n\n<script>x</script>",
        html="<p>Bonjour</p><script>x</script>",
    )
    outbox.post(letter, now=NOON)
    deliver_everything()


def test_a_mail_of_the_demonstration_is_kept_and_sent_is_noted(db, demonstration):
    a_mail()
    [kept] = DemoMail.objects.all()
    assert (kept.recipient, kept.subject) == (
        "alice@parvis.example",
        "Confirmez votre adresse 1",
    )
    assert kept.message_id.startswith(outbox.message_id("demo/1"))
    assert OutgoingMail.objects.get().state == MailState.SENT


def test_the_same_message_twice_is_kept_once(db, demonstration):
    message = EmailMultiAlternatives(
        "Bonjour", "Texte", to=["alice@parvis.example"], headers={"Message-ID": "<a@b>"}
    )
    box = get_connection("parvis.relation.adapters.DemoMailBackend")
    assert box.send_messages([message]) == 1
    assert box.send_messages([message]) == 1
    assert DemoMail.objects.count() == 1


def test_anybody_reads_the_list_and_a_mail(db, demonstration, client):
    a_mail(1)
    a_mail(2, to="chloe@parvis.example")
    page = client.get("/demo/courrier/").content.decode()
    assert page.index("Confirmez votre adresse 2") < page.index("Confirmez votre adresse 1")

    only = client.get("/demo/courrier/?to=ALICE@parvis.example").content.decode()
    assert "adresse 1" in only
    assert "adresse 2" not in only

    mail = DemoMail.objects.get(recipient="alice@parvis.example")
    letter = client.get(f"/en/demo/mail/{mail.public_id}/").content.decode()
    assert '<a href="http://localhost:8000/mon-compte/confirmer/abc/"' in letter
    assert "<script>" not in letter


def test_the_mails_own_page_runs_nothing(db, demonstration, client):
    a_mail()
    mail = DemoMail.objects.get()
    page = client.get(f"/demo/courrier/{mail.public_id}/html/")
    assert page.content.decode() == "<p>Bonjour</p><script>x</script>"
    assert page["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_program_reads_the_mails(db, demonstration, client):
    a_mail(1)
    a_mail(2, to="chloe@parvis.example")
    [mail] = client.get("/demo/courrier.json?to=alice@parvis.example").json()["mails"]
    assert mail["subject"] == "Confirmez votre adresse 1"
    assert mail["to"] == "alice@parvis.example"
    assert mail["headers"]["Message-ID"] == outbox.message_id("demo/1")
    assert client.get(mail["url"]).status_code == 200
    assert len(client.get("/en/demo/mail.json").json()["mails"]) == 2


def test_outside_a_demonstration_the_page_is_not_there(db, client):
    for path in ("/demo/courrier/", "/demo/courrier.json", "/en/demo/mail/", "/en/demo/mail.json"):
        assert client.get(path).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("relation:demo_mail")


ASK = """
import django
django.setup()
from django.urls import resolve, Resolver404
for path in ("/demo/courrier/", "/demo/courrier.json", "/en/demo/mail/", "/en/demo/mail.json"):
    try:
        print(resolve(path).view_name)
    except Resolver404:
        print("absent")
"""


@pytest.mark.parametrize(
    ("settings_module", "expected"),
    [
        ("config.settings.production", ["absent"] * 4),
        (
            "config.settings.demo",
            ["relation:demo_mail", "relation:demo_mail_json", "absent", "absent"],
        ),
    ],
)
def test_production_has_no_such_address_and_the_demonstration_has(settings_module, expected):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings_module,
        "PARVIS_SECRET_KEY": "x" * 60,
        "PARVIS_HOSTS": "paris.example",
        "PARVIS_SITE_URL": "https://paris.example",
        "DATABASE_URL": "postgresql:///nobody-connects",
    }
    asked = psutil.Popen(
        [sys.executable, "-c", ASK],
        env=environment,
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    answer, _ = asked.communicate()
    assert answer.split() == expected
