"""Prepares ballots inside the city's program: `python -m bench.ballots.inside WHAT COUNT`.

`people COUNT` prints, as JSON, that many ballots ready to be confirmed: the cookies of who is
signed in, and the fields of the page. `fill COUNT` puts as many ballots and ticks of nobody into
the vote.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
import sys
from typing import Any

import django

_ROOM = 900  # bytes of an outer envelope
_FILL = """
INSERT INTO voting_roll.tick (id, poll, contest, person_tag, day, channel, box, told)
SELECT gen_random_uuid(), %(ref)s, %(contest)s, md5(n::text) || md5((-n)::text), '2026-01-01',
    'online', '', true FROM generate_series(1, %(rows)s) n;
INSERT INTO voting_box.envelope (id, poll, contest, seal, "outer", cast_tag, receipt_tag)
SELECT gen_random_uuid(), %(ref)s, %(contest)s, 'bench', decode(repeat('ab', %(room)s), 'hex'),
    md5(n::text) || md5((-n)::text), md5(n::text) || md5((-n)::text)
FROM generate_series(1, %(rows)s) n;
ANALYZE voting_roll.tick, voting_box.envelope;
"""


def _vote() -> tuple[Any, Any]:
    """Return the edition that votes now, and its vote."""
    editions = importlib.import_module("parvis.budget.models").Edition.objects
    ballots = importlib.import_module("parvis.budget.queries.ballots")
    now = importlib.import_module("parvis.kernel.clock").now()
    for edition in editions.filter(is_history=False):
        poll = ballots.vote_of(edition, now=now)
        if poll is not None and poll.state == "open":
            return edition, poll
    sys.exit("no vote is open")


def people(count: int) -> list[dict[str, Any]]:
    """Return ballots that only wait for their confirmation, each of somebody else."""
    edition, poll = _vote()
    return [_ready(edition, poll, number) for number in range(count)]


def _ready(edition: Any, poll: Any, number: int) -> dict[str, Any]:
    account = importlib.import_module("parvis.account.public")
    testing = importlib.import_module("parvis.account.testing")
    carrying = importlib.import_module("parvis.budget.views.carrying")
    forms = importlib.import_module("parvis.budget.forms.ballots")
    questions = importlib.import_module("parvis.budget.queries.ballots")
    voting = importlib.import_module("parvis.voting.public")
    now = importlib.import_module("parvis.kernel.clock").now()
    client = importlib.import_module("django.test").Client()
    name = f"voter-{number}-{secrets.token_hex(4)}"
    who = account.create_confirmed_account(
        email=f"{name}@parvis.example", password=secrets.token_urlsafe(18), usual_name=name, now=now
    )
    testing.signed_in(client, account.person(who))
    contest = poll.contests[0]
    value = tuple(one.id for one in contest.options[:2])
    voter = carrying.Voter(person_id=str(who), identity=name, contests=(contest.key,))
    fields = [*forms.written(questions.question_of(contest), value)]
    token = voting.new_nonces(ref=poll.ref, contests=[contest.key], now=now)
    fields += [("voter", voter.signed()), ("token", token), ("draw", "1")]
    path = importlib.import_module("django.urls").reverse("budget:vote_cast", args=[edition.slug])
    cookies = {name: one.value for name, one in client.cookies.items()}
    return {"path": path, "cookies": cookies, "fields": fields}


def fill(count: int) -> dict[str, int]:
    """Put ballots and ticks of nobody into the vote that is open."""
    _edition, poll = _vote()
    said = {"ref": poll.ref, "contest": poll.contests[0].key, "rows": count, "room": _ROOM}
    with importlib.import_module("django.db").connection.cursor() as cursor:
        cursor.execute(_FILL, said)
    return {"filled": count}


def main(what: str, count: str) -> None:
    """Do it, and print what was found."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    django.setup()
    found: Any = people(int(count)) if what == "people" else fill(int(count))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
