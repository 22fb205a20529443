"""Links that open something, and what a refused row held, are written in no log."""

from __future__ import annotations

import io
import logging

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from parvis.account.actions import counter
from parvis.account.testing import alice, chloe
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


HELD = "alice@parvis.example"
REFUSED_ROWS = {
    "a second time": "UPDATE residents_resident SET email = %s WHERE usual_name = 'Chloé'",
    "in capitals": "UPDATE residents_resident SET email = 'A' || %s WHERE usual_name = 'Alice'",
    "in the wrong place": "UPDATE residents_resident SET attempt = %s::uuid",
}


@pytest.mark.parametrize("statement", REFUSED_ROWS.values(), ids=REFUSED_ROWS)
def test_a_row_the_database_refuses_is_logged_without_what_it_held(lines, statement: str):
    alice()
    chloe()
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [HELD])
    assert HELD in str(caught.value)
    chained = LookupError("no page")
    chained.__cause__ = caught.value
    for failed in (chained, ExceptionGroup("two jobs", [caught.value])):
        logging.getLogger("parvis").error("A page failed", exc_info=failed)
    page, jobs = lines.getvalue().splitlines()
    sentence = str(caught.value).partition('"')[0]
    for line in (page, jobs):
        assert HELD not in line
        assert sentence in line
    assert "LookupError: no page" in page


def test_the_server_that_comes_with_the_city_writes_no_refused_row_either():
    with connection.cursor() as cursor:
        cursor.execute("SHOW log_error_verbosity")
        assert cursor.fetchone() == ("terse",)
        cursor.execute("SHOW log_min_error_statement")
        assert cursor.fetchone() == ("panic",)
