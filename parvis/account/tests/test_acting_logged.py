"""Each line of the log says who did it and for whom: by ids, in JSON, and for one request only."""

from __future__ import annotations

import io
import json
import logging
from importlib import import_module

import pytest
import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from parvis.account.testing import alice, bachir, signed_in
from parvis.kernel.acting import done_for_others

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
OURS, LIBRARYS = structlog.get_logger("parvis.tests.ours"), logging.getLogger("a.library")
TYPED = {"email": "alice@parvis.example", "way": "counter", "reason": "Elle n'a pas d'ordinateur"}


@login_not_required
@done_for_others("participation")
def told(_request):
    """Log as our modules and as libraries do."""
    OURS.info("ours", thing="tests.thing:1")
    LIBRARYS.warning("a library's %s", "line")
    return HttpResponse("")


@done_for_others("participation")
def broken(_request):
    """Fail as a fault in a page does."""
    message = "out of order"
    raise ZeroDivisionError(message)


urlpatterns = [
    path("told/", told),
    path("broken/", broken),
    *import_module(settings.ROOT_URLCONF).urlpatterns,
]


@pytest.fixture
def logged(monkeypatch):
    """Return what gives the lines that the city's own handler wrote."""
    [handler] = [one for one in logging.getLogger().handlers if one.name == "stderr"]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def hands(lines):
    return {(line.get("actor"), line.get("on_behalf_of")) for line in lines}


def test_who_acts_for_another_stands_in_every_line_with_for_whom(client, logged):
    alice()
    signed_in(client, bachir())
    assert client.post(reverse("account:assist"), TYPED).status_code == 302
    client.post("/told/")
    lines = logged()
    assert [line["event"] for line in lines] == ["ours", "a library's line"]
    assert hands(lines) == {(f"person:{bachir().id}", f"person:{alice().id}")}
    assert lines[0]["thing"] == "tests.thing:1"
    assert {line["level"] for line in lines} == {"info", "warning"}
    said = json.dumps(lines)
    assert not [word for word in ("Bachir", "Alice", "parvis.example") if word in said]


def test_a_fault_in_a_page_is_logged_with_whose_hands_it_was_in(logged):
    alice()
    client = signed_in(Client(raise_request_exception=False), bachir())
    client.post(reverse("account:assist"), TYPED)
    assert client.post("/broken/").status_code == 500
    lines = [line for line in logged() if "ZeroDivisionError" in line.get("exception", "")]
    assert len(lines) == 1
    assert hands(lines) == {(f"person:{bachir().id}", f"person:{alice().id}")}


def test_who_acts_for_themselves_is_the_actor_and_nobody_is_acted_for(client, logged):
    signed_in(client, alice()).post("/told/")
    assert len(logged()) == 2
    assert hands(logged()) == {(f"person:{alice().id}", None)}


def test_a_visitor_is_nobody_also_after_the_page_of_an_agent(client, logged):
    alice()
    signed_in(client, bachir())
    client.post(reverse("account:assist"), TYPED)
    client.post("/told/")
    Client().post("/told/")
    assert hands(logged()[-2:]) == {(None, None)}
    client.post(reverse("account:stop_assisting"))
    client.post("/told/")
    assert len(logged()) == 6
    assert hands(logged()[-2:]) == {(f"person:{bachir().id}", None)}
