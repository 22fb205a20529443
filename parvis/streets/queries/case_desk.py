"""A case as agents see it: also who reported it and in which words, notes between agents, photos
before they are covered, what may be done next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from parvis.account.public import Reach, persons
from parvis.mandates.public import in_name_of
from parvis.streets.models import Case, Message, PartnerLink, Report, Reporting, Step
from parvis.streets.queries import catalogue
from parvis.streets.queries.board import Line, lines
from parvis.streets.queries.life_words import (
    reason_label,
    reason_text,
    refusal,
    state_label,
    state_means,
)
from parvis.streets.queries.photos import CasePhoto, photos_for_agents
from parvis.streets.queries.reach import require
from parvis.streets.queries.ways import WayOn, ways_on
from parvis.streets.rules import life

_WITH = ("subtype", "type", "state", "handler", "reason", "merged_into")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """What a reporter says against a closing; it `waits` until their address is confirmed."""

    text: str
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One report: whose, how they are reached, what they say. `name` and `email` are empty for
    somebody who said neither; `in_name_of` says for which association they acted, if for one."""

    report_id: uuid.UUID
    person_id: uuid.UUID | None
    name: str
    in_name_of: str
    email: str
    is_confirmed: bool
    is_withdrawn: bool
    joined: bool
    text: str
    answers: tuple[tuple[str, str], ...]
    contradictions: tuple[Contested, ...]
    metres: int
    reported_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step as it was taken, or a message that went to who reported; `by` is who, in words."""

    title: str
    tone: str
    reason: str
    words: str
    note: str
    by: str
    at: dt.datetime
    replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that a partner holds."""

    id: uuid.UUID
    handler: str
    expires_at: dt.datetime
    used_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCase:
    """A case on the desk. `ways` are the steps that an agent may take now; `revision` is the state
    of knowledge that they are taken on."""

    id: uuid.UUID
    revision: int
    line: Line
    is_open: bool
    is_shown: bool
    means: str
    reason: str
    type_label: str
    is_place_public: bool
    closed_at: dt.datetime | None
    merged_into: str
    voices: tuple[Voice, ...]
    steps: tuple[Taken, ...]
    photos: tuple[CasePhoto, ...]
    ways: tuple[WayOn, ...]
    links: tuple[Link, ...]
    may_lend: bool
    may_merge: bool


def desk_case(code: str, reach: Reach, *, now: dt.datetime) -> DeskCase:
    """Return a case as agents see it.

    :raises NotFound: `no_case`
    :raises Forbidden: `outside_territory`
    """
    case = case_of(code, reach)
    return DeskCase(
        id=case.pk,
        revision=case.revision,
        line=lines([case], now=now)[0],
        is_open=case.is_open,
        is_shown=case.is_shown,
        means=state_means(case.state),
        reason=reason_label(case.reason) if case.reason else "",
        type_label=catalogue.label_of(case.type),
        is_place_public=case.subtype.is_place_public,
        closed_at=case.closed_at,
        merged_into=case.merged_into.code if case.merged_into else "",
        voices=_voices(case),
        steps=_steps(case),
        photos=tuple(photos_for_agents(case.pk)),
        ways=ways_on(case.state_id, who=life.AGENT),
        links=links_of(Q(case=case), now=now),
        may_lend=case.is_open and case.handler is not None,
        may_merge=case.is_open and not case.merged.exists(),
    )


def case_of(code: str, reach: Reach) -> Case:
    """Return a case by its code, for agents: also one that has no public page.

    :raises NotFound: `no_case`
    :raises Forbidden: `outside_territory`
    """
    found = Case.objects.filter(code=code).select_related(*_WITH).first()
    if found is None:
        raise refusal("no_case")
    require(reach, [found.arrondissement])
    return found


def links_of(about: Q, *, now: dt.datetime) -> tuple[Link, ...]:
    """Return the links that open something now, the newest first."""
    rows = PartnerLink.objects.filter(about, revoked_at=None, expires_at__gt=now)
    return tuple(
        Link(
            id=one.pk,
            handler=one.handler.name,
            expires_at=one.expires_at,
            used_at=one.used_at,
        )
        for one in rows.select_related("handler").order_by("-made_at")
    )


def _voices(case: Case) -> tuple[Voice, ...]:
    rows = list(Report.objects.filter(case=case).order_by("reported_at"))
    questions = catalogue.questions_of(case.subtype)
    people = persons([one.person_id for one in rows if one.person_id])
    said: dict[uuid.UUID, list[Contested]] = {}
    for one in case.contradictions.order_by("said_at"):
        contested = Contested(text=one.text, waits=one.counted_at is None)
        said.setdefault(one.report_id, []).append(contested)
    return tuple(
        Voice(
            report_id=one.pk,
            person_id=one.person_id,
            name=people[one.person_id].usual_name if one.person_id in people else "",
            in_name_of=in_name_of(one.association),
            email=one.email,
            is_confirmed=one.email_confirmed_at is not None,
            is_withdrawn=one.withdrawn_at is not None,
            joined=one.role == Reporting.JOINS,
            text=one.text,
            answers=tuple(catalogue.said(questions, one.answers, public=False)),
            contradictions=tuple(said.get(one.pk, ())),
            metres=round(one.metres),
            reported_at=one.reported_at,
        )
        for one in rows
    )


def _steps(case: Case) -> tuple[Taken, ...]:
    """Return what happened to a case and what was said, newest first."""
    taken = list(Step.objects.filter(case=case).select_related("after", "reason"))
    messages = Message.objects.filter(case=case).prefetch_related("replies")
    told = {one.step_id: one for one in messages}
    alone = [one for one in messages if one.step_id is None]
    who = _names([*(one.actor_ref for one in taken), *(one.actor_ref for one in alone)])
    lines_of = [_step(one, told.get(one.pk), who) for one in taken]
    lines_of += [_message(one, who) for one in alone]
    return tuple(sorted(lines_of, key=lambda one: one.at, reverse=True))


def _step(step: Step, message: Message | None, who: dict[str, str]) -> Taken:
    return Taken(
        title=state_label(step.after),
        tone=step.after.tone,
        reason=reason_label(step.reason) if step.reason else "",
        words=step.public_note or (reason_text(step.reason) if step.reason else ""),
        note=step.note,
        by=who.get(step.actor_ref, ""),
        at=step.taken_at,
        replies=_replies(message),
    )


def _message(message: Message, who: dict[str, str]) -> Taken:
    return Taken(
        title="",
        tone="",
        reason="",
        words=message.text,
        note="",
        by=who.get(message.actor_ref, ""),
        at=message.sent_at,
        replies=_replies(message),
    )


def _replies(message: Message | None) -> tuple[str, ...]:
    return tuple(one.text for one in message.replies.all()) if message else ()


def _names(refs: Iterable[str]) -> dict[str, str]:
    """Return what whoever goes by these refs is called: persons, and the handlers of links."""
    split = [ref.rpartition(":") for ref in set(refs) if ref]
    people = persons([uuid.UUID(key) for kind, _colon, key in split if kind == "person"])
    names = {f"person:{key}": one.usual_name for key, one in people.items()}
    links = [key for kind, _colon, key in split if kind == "streets.link"]
    for one in PartnerLink.objects.filter(pk__in=links).select_related("handler"):
        names[f"streets.link:{one.pk}"] = one.handler.name
    return names
