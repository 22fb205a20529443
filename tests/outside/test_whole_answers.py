"""An answer that is there as a whole leaves in one piece, and holds nothing while it travels."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import reverse

from config.answers import WholeAnswers

pytestmark = pytest.mark.django_db
_WHO = "/openid/userinfo"


@pytest.fixture
def given_back():
    """Collect what was given back: the end of a request, as Django tells it. The connection of
    the test itself stays."""
    ended: list[object] = []

    def note(sender: object, **_said: object) -> None:
        ended.append(sender)

    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    request_finished.connect(note)
    yield ended
    request_finished.disconnect(note)
    for signal in signals:
        signal.connect(close_old_connections)


def _answer(path: str) -> tuple[object, list[tuple[str, dict[str, str]]]]:
    started: list[tuple[str, dict[str, str]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_fault: object) -> None:
        started.append((status, dict(headers)))

    return WholeAnswers()(RequestFactory().get(path).environ, start), started


def test_a_whole_answer_is_one_piece_and_gives_back_what_it_held(given_back):
    answer, started = _answer(_WHO)
    assert (answer, len(given_back)) == ([b"{}"], 1)
    status, headers = started[0]
    assert status == "401 Unauthorized"
    assert headers["Content-Type"] == "application/json"


def test_a_page_too(given_back):
    answer, started = _answer(reverse("account_login"))
    assert isinstance(answer, list)
    assert b"</html>" in answer[0]
    assert (started[0][0], len(given_back)) == ("200 OK", 1)


def test_a_stream_goes_on_piece_by_piece_and_is_closed_by_the_server(given_back, monkeypatch):
    def streamed(_self: object, _request: object) -> HttpResponseBase:
        return StreamingHttpResponse(iter([b"one", b"two"]))

    monkeypatch.setattr(WholeAnswers, "get_response", streamed)
    answer, _started = _answer(_WHO)
    assert isinstance(answer, StreamingHttpResponse)
    assert (list(answer), given_back) == ([b"one", b"two"], [])
    answer.close()
    assert len(given_back) == 1
