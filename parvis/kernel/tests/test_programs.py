"""Programs are answered before what pages need; pages are not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from parvis.kernel import programs
from parvis.kernel.errors import Refused
from parvis.kernel.programs import only_programs


@only_programs
def straight(request):
    return HttpResponse("session" if hasattr(request, "session") else "straight")


@only_programs
def refuses(_request):
    raise Refused("not_today", "Come back tomorrow.")


@only_programs
def breaks(_request):
    raise RuntimeError


def usual(request):
    return HttpResponse("session" if hasattr(request, "session") else "straight")


urlpatterns = [
    path("programs/straight", straight),
    path("programs/refuses", refuses),
    path("programs/breaks", breaks),
    path("programs/usual", usual),
    path("elsewhere", straight),
]


@pytest.fixture
def ask(settings):
    settings.ROOT_URLCONF = __name__
    settings.PARVIS_PROGRAMS = ("/programs/",)
    # Who is signed in or reads, and whether a page may be seen, is none of this.
    others = ("LoginRequired", "Readers")
    settings.MIDDLEWARE = [
        one for one in settings.MIDDLEWARE if not any(name in one for name in others)
    ]
    client = Client(raise_request_exception=False)
    return lambda address, **headers: client.get(address, headers=headers)


@pytest.mark.django_db
def test_a_marked_view_under_a_known_address_sees_no_session_and_asks_nothing(ask):
    with CaptureQueriesContext(connection) as queries:
        answer = ask("/programs/straight", cookie="sessionid=abcdefghijklmnop")
    assert (answer.content, len(queries)) == (b"straight", 0)
    assert "nosniff" in answer["X-Content-Type-Options"]
    assert "Content-Security-Policy" in answer


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/programs/usual", "/elsewhere"])
def test_any_other_view_is_reached_as_pages_are(ask, address):
    assert ask(address).content == b"session"


@pytest.mark.django_db
def test_a_refusal_is_answered_with_its_code(ask):
    answer = ask("/programs/refuses", accept="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_today")


@pytest.mark.django_db
def test_a_fault_is_an_error(ask):
    assert ask("/programs/breaks").status_code == 500


@pytest.mark.django_db
def test_under_an_address_of_programs_what_is_not_there_is_not_found(client):
    assert client.get("/openid/nowhere").status_code == 404


@pytest.mark.django_db
def test_an_address_is_looked_for_once_and_every_request_has_its_own_answer(ask, monkeypatch):
    looked = []
    search = programs.resolve

    def resolve(path, urls):
        looked.append(path)
        return search(path, urls)

    monkeypatch.setattr(programs, "resolve", resolve)
    programs._behind.cache_clear()
    answers = [ask("/programs/straight").content for _time in range(3)]
    assert (answers, looked) == ([b"straight"] * 3, ["/programs/straight"])
    assert ask("/programs/usual").content == b"session"
