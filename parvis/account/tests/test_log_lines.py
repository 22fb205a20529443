"""Links that open something are written in no log."""

from __future__ import annotations

import io
import logging

import pytest
from django.urls import reverse

from parvis.account.actions import counter
from parvis.account.tests.at_the_counter import opened
from parvis.account.tests.test_recovery_counter import DAY, link_token
from parvis.kernel import clock
from parvis.kernel.log_lines import WithoutKeys

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """Return what is written where the city writes its log."""
    [handler] = [
        one
        for one in logging.getLogger().handlers
        if any(isinstance(rule, WithoutKeys) for rule in one.filters)
    ]
    before = handler.setStream(written := io.StringIO())
    yield written
    handler.setStream(before)


def test_a_password_that_is_refused_leaves_no_link_in_the_log(client, lines):
    now = clock.now()
    opened(now=now - DAY)
    counter.send_due_links(now=now)
    token = link_token()
    path = reverse("account:recover_at_counter", args=[token])
    assert client.post(path, {"password1": "court"}).status_code == 400
    assert token not in lines.getvalue()
    assert "<str:token>" in lines.getvalue(), "which page it was is told"
    # Somebody copied a letter too many, or the language of the address is wrong.
    assert client.get(f"/en{path}x/").status_code == 404
    assert token not in lines.getvalue()


def test_a_page_without_arguments_is_named_as_it_is(client, lines):
    page = reverse("account:ask_code")
    assert client.post(page, {"email": "nobody"}).status_code == 400
    assert f'"Bad Request: {page}"' in lines.getvalue()
