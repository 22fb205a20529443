"""Administrators say who treats cases: who is new, what each is called, who takes no more, who is
over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _, ngettext

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.streets.actions.routing_rules import check_rules
from parvis.streets.models import Case, Handler, HandlerKind
from parvis.streets.permissions import require_administrator
from parvis.streets.queries import routing_ground
from parvis.ui.wording import number

_NAMED = 3
_LONGEST_CODE, _LONGEST_PUBLISHED = 50, 100
_UNPROCESSABLE = 422
# What pages beside those of handlers are called, in both languages.
_TAKEN = {"new", "nouveau"}
_CLASHES = {
    "handlers_are_told_apart_by_name": "name",
    "streets_handler_published_as": "published_as",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a handler is called, of which kind it is, and where mail about work goes ("" nowhere).
    `published_as` is its name in the City's export, which is its name if that is empty."""

    name: str
    kind: str
    email: str = ""
    published_as: str = ""


@transaction.atomic
def add_handler(wording: Wording, *, by: Person, now: dt.datetime) -> str:
    """Keep a new handler, to which rules may lead at once, and return its code.

    :raises Forbidden: `needs_role`
    :raises Refused: `handler_without_name`, `handler_kind_unknown`, `handler_name_taken`,
        `handler_published_taken`
    """
    require_administrator(by)
    told = _tidied(wording)
    row = Handler(
        code=_free_code(told.name),
        name=told.name,
        kind=told.kind,
        email=told.email,
        published_as=told.published_as or told.name[:_LONGEST_PUBLISHED],
    )
    with _one_of_a_name():
        row.save(force_insert=True)
    _record("streets.handler_added", row, by, now, kind=row.kind, name=row.name)
    return row.code


@transaction.atomic
def change_handler(*, code: str, wording: Wording, by: Person, now: dt.datetime) -> None:
    """Call a handler otherwise; its code and its name in the City's export stay, so that rules,
    tables and published data go on.

    :raises NotFound: `no_such_handler`
    :raises Forbidden: `needs_role`
    :raises Refused: `handler_without_name`, `handler_kind_unknown`, `handler_name_taken`
    """
    require_administrator(by)
    row, told = _locked(code), _tidied(wording)
    before = row.name
    row.name, row.kind, row.email = told.name, told.kind, told.email
    with _one_of_a_name():
        row.save(update_fields=["name", "kind", "email"])
    _record("streets.handler_changed", row, by, now, kind=row.kind, name=row.name, before=before)


@transaction.atomic
def close_handler(*, code: str, by: Person, now: dt.datetime) -> None:
    """Let a handler take no more cases, and note the rules that are broken by it; what it has stays
    with it.

    :raises NotFound: `no_such_handler`
    :raises Forbidden: `needs_role`
    """
    require_administrator(by)
    row = _locked(code)
    row.closed_at = row.closed_at or now
    row.save(update_fields=["closed_at"])
    _record("streets.handler_closed", row, by, now)
    check_rules(now=now)


@transaction.atomic
def reopen_handler(*, code: str, by: Person, now: dt.datetime) -> None:
    """Let a handler take cases again, also one that was over; its rules are whole again.

    :raises NotFound: `no_such_handler`
    :raises Forbidden: `needs_role`
    """
    require_administrator(by)
    row = _locked(code)
    row.closed_at = row.ended_at = None
    row.save(update_fields=["closed_at", "ended_at"])
    _record("streets.handler_reopened", row, by, now)
    check_rules(now=now)


@transaction.atomic
def end_handler(*, code: str, by: Person, now: dt.datetime) -> None:
    """Let a handler be over: nothing leads to it, and it has nothing left to do. What it treated
    keeps its name.

    :raises NotFound: `no_such_handler`
    :raises Forbidden: `needs_role`
    :raises Refused: `handler_ended`; `handler_has_rules`, which names them; `handler_has_cases`
    """
    require_administrator(by)
    row = _locked(code)
    if row.ended_at is not None:
        raise Refused("handler_ended", _("This handler is over already."))
    _refuse_with_rules(row, now)
    _refuse_with_cases(row)
    row.closed_at, row.ended_at = row.closed_at or now, now
    row.save(update_fields=["closed_at", "ended_at"])
    _record("streets.handler_ended", row, by, now)


def _refuse_with_rules(row: Handler, now: dt.datetime) -> None:
    rules = routing_ground.rules_to(row.code, now=now)
    if not rules:
        return
    named = [f"« {one.about} » ({one.ground})" for one in rules[:_NAMED]]
    more = len(rules) - len(named)
    if more:
        named.append(
            ngettext("%(n)s other rule", "%(n)s other rules", more) % {"n": number(more)},
        )
    sentence = ngettext(
        "A rule still leads to it: %(rules)s. Let it lead to another first, or end it.",
        "Rules still lead to it: %(rules)s. Let them lead to another first, or end them.",
        len(rules),
    )
    raise Refused("handler_has_rules", sentence % {"rules": ", ".join(named)})


def _refuse_with_cases(row: Handler) -> None:
    cases = Case.objects.filter(handler=row.pk, is_open=True).count()
    if cases:
        sentence = ngettext(
            "It still has %(n)s open report: give it to another handler first.",
            "It still has %(n)s open reports: give them to another handler first.",
            cases,
        )
        raise Refused("handler_has_cases", sentence % {"n": number(cases)})


def _locked(code: str) -> Handler:
    row = Handler.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NotFound("no_such_handler", _("There is no such handler."))
    return row


def _tidied(given: Wording) -> Wording:
    name, published = (re.sub(r"\s+", " ", one).strip() for one in (given.name, given.published_as))
    if not slugify(name):
        raise _refused("handler_without_name", _("Say what it is called."))
    if given.kind not in HandlerKind.values:
        sentence = _("Say whether it is a service of the City or a partner.")
        raise _refused("handler_kind_unknown", sentence)
    return Wording(name=name, kind=given.kind, email=given.email.strip(), published_as=published)


@contextmanager
def _one_of_a_name() -> Iterator[None]:
    said = {
        "name": ("handler_name_taken", _("Another service or partner has this name.")),
        "published_as": (
            "handler_published_taken",
            _("Another service or partner has this name in the open data."),
        ),
    }
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        field = next((of for name, of in _CLASHES.items() if name in str(clash)), "")
        if not field:
            raise
        raise _refused(*said[field]) from clash


def _refused(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=_UNPROCESSABLE)


def _free_code(name: str) -> str:
    """Return a code made of the words of a name, with a number where it is taken."""
    base = slugify(name)[:_LONGEST_CODE].strip("-")
    rows = Handler.objects.filter(code__startswith=base)
    taken = _TAKEN | set(rows.values_list("code", flat=True))
    numbered = (f"{base}-{rank}" for rank in range(2, len(taken) + 3))
    return next(code for code in (base, *numbered) if code not in taken)


def _record(action: str, row: Handler, by: Person, now: dt.datetime, **details: Any) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.handler:{row.code}",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details=details,
        )
    )
