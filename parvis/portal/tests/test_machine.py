"""What machines ask: health, robots, security contact, manifest."""

from __future__ import annotations

import datetime as dt
import os
import sys

import psutil
import pytest
from django.db import connection
from django.utils.dateparse import parse_datetime

from parvis.kernel import clock

DEAD = "postgresql://nobody:x@127.0.0.1:9/nowhere"
ASK = """
import django
django.setup()
from django.test import Client
answer = Client().get("/sante/", headers={"accept": "application/json"})
print(answer.status_code, answer.content.decode())
"""


def breathed(ago: dt.timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [clock.now() - ago]
        )


@pytest.mark.django_db
def test_a_city_without_a_worker_serves_pages_and_says_so(client):
    answer = client.get("/sante/")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "worker": "silent",
        "worker_seen": None,
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_worker_that_breathes_is_heard(client):
    breathed(dt.timedelta(seconds=5))
    assert client.get("/en/health/").json()["worker"] == "ok"


@pytest.mark.django_db
def test_a_worker_that_stopped_breathing_is_missed(client):
    breathed(dt.timedelta(minutes=5))
    assert client.get("/sante/").json()["worker"] == "silent"


def test_a_city_whose_database_is_gone_says_503():
    asked = psutil.Popen(
        [sys.executable, "-c", ASK],
        env={**os.environ, "DATABASE_URL": DEAD, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdout=-1,
        text=True,
    )
    said, _ = asked.communicate(timeout=60)
    assert said.splitlines()[-1] == (
        '503 {"status": "down", "database": "down", "worker": "silent", "worker_seen": null}'
    )


def test_robots_stay_out_of_private_pages(client):
    assert client.get("/robots.txt").content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /mon-compte/",
        "Disallow: /bureau/",
        "Disallow: /recherche/",
        "Disallow: /affichage/",
        "Disallow: /en/my-account/",
        "Disallow: /en/desk/",
        "Disallow: /en/search/",
        "Disallow: /en/display/",
        "Sitemap: http://localhost:8000/donnees/sitemap.xml",
        "Sitemap: http://localhost:8000/en/data/sitemap.xml",
    ]


def test_a_weakness_has_an_address(client, settings):
    settings.PARVIS_SECURITY_CONTACT = "securite@lutece.example"
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: mailto:securite@lutece.example"
    expires = parse_datetime(lines[1].removeprefix("Expires: "))
    assert clock.now() < expires < clock.now() + dt.timedelta(days=365)


def test_without_a_contact_of_the_city_the_source_receives(client, settings):
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == f"Contact: {settings.PARVIS_SOURCE_URL}/security"


def test_a_phone_can_keep_the_site(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    assert answer.json()["start_url"] == "/"
    assert answer.json()["icons"][0]["src"] == "/static/ui/mark.svg"


def test_the_old_name_of_the_icon_still_works(client):
    assert client.get("/favicon.ico")["Location"] == "/static/ui/mark.svg"
