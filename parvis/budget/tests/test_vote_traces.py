"""What voting through the pages leaves at the City: a tick, an envelope, and nothing else."""

from __future__ import annotations

import json
import logging
import re

import pytest
from django.core.cache import cache
from django.db import connection
from psycopg import sql

from parvis.account.testing import alice
from parvis.budget.tests.ballot_pages import CHOSEN, CITY, LOCAL, at, begin, fields, reread, text
from parvis.budget.tests.polls import cast_for
from parvis.kernel import clock

pytestmark = pytest.mark.django_db


_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'voting_roll', 'voting_box')
"""


def kept():
    """Return all the City keeps, table by table."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = {}
        for schema, table in cursor.fetchall():
            named = sql.Identifier(schema, table)
            cursor.execute(sql.SQL("SELECT row_to_json(t)::text FROM {} t").format(named))
            tables[table] = sorted(row for (row,) in cursor.fetchall())
    return tables


def changed(before):
    """Return which tables are not what they were."""
    after = kept()
    return {one for one in after.keys() | before.keys() if after.get(one) != before.get(one)}


def codes(page):
    """Return the receipts and change codes that stand on a page, without their spaces."""
    shown = re.findall(
        r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}|(?:[A-Z2-7]{4} ){4}[A-Z2-7]{4}", text(page)
    )
    return {one.replace(" ", "") for one in shown}


def test_confirming_leaves_a_tick_and_an_envelope_and_no_line_anywhere(voter, edition, caplog):
    caplog.set_level(logging.DEBUG)
    # Somebody else voted: the tables are there already.
    cast_for(edition, 1, {CITY: ("1",), LOCAL: ()}, now=clock.now())
    carried = begin(voter, edition)
    told, _page = reread(voter, edition, carried=carried, **CHOSEN)
    before = kept()
    assert voter.post(at(edition, "cast/"), told).status_code == 302
    held = codes(voter.get(at(edition, "receipt/")))
    assert changed(before) == {"tick", "envelope"}
    assert len(held) == 4
    everywhere = json.dumps(kept()) + caplog.text
    assert [one for one in held if one in everywhere] == []
    assert str(alice().id) not in caplog.text


def test_reading_again_and_changing_ones_mind_name_nobody(voter, edition):
    told, _page = reread(voter, edition, **CHOSEN)
    before = kept()
    voter.post(at(edition, "ballot/"), told)
    assert changed(before) == set()
    voter.post(at(edition, "cast/"), told)
    before = kept()
    page = fields(voter.get(at(edition, "change/")))
    assert page
    assert changed(before) == set()


def test_nothing_of_a_ballot_is_in_the_cache(voter, edition, monkeypatch):
    written = []
    for name in ("set", "add", "set_many", "get_or_set"):
        real = getattr(cache, name)
        monkeypatch.setattr(
            cache, name, lambda *a, _real=real, **k: written.append((a, k)) or _real(*a, **k)
        )
    told, _page = reread(voter, edition, **CHOSEN)
    voter.post(at(edition, "cast/"), told)
    held = codes(voter.get(at(edition, "receipt/")))
    assert [one for one in held if one in str(written)] == []
    assert str(alice().id) not in str(written)
