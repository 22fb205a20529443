"""Asking the City for a mission, and the City's answer."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from parvis.account.public import Person
from parvis.kernel.facts import announce
from parvis.missions import events
from parvis.missions.actions.finding import locked_mission
from parvis.missions.actions.recording import note
from parvis.missions.actions.refusing import Unfit, refusal
from parvis.missions.models import Mission, MissionKind, MissionState
from parvis.missions.permissions import require_agent, require_proposer
from parvis.missions.rules import questions
from parvis.missions.rules.questions import Question
from parvis.territory.public import arrondissements, zone_ids

_LONGEST_TITLE, _LONGEST_WHY, _LONGEST_SLUG = 150, 500, 70
_LEAST, _MOST, _HALF, _WHOLE = 2, 15, 50, 100
_LONGEST = dt.timedelta(days=731)
# What pages beside those of missions are called, in both languages.
_TAKEN = {"desk", "bureau", "mine", "miennes", "propose", "proposer", "doubt", "doute", "offline"}
_TAKEN |= {"hors-ligne", "thing", "chose", "answer", "reponse"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A mission as it is asked for; on a zone (its code) or an arrondissement, else on the whole
    city. `source_dataset` and `source_field` name the published data that it checks."""

    title: str
    text: str
    kind: str
    questions: tuple[Question, ...]
    licence: str
    provenance: str
    closes_at: dt.datetime
    why: str = ""
    zone: str = ""
    arrondissement: int | None = None
    wanted: int = 3
    most: int = 5
    agree_percent: int = 67
    near_m: int = 50
    apart_m: int = 5
    is_photo_wanted: bool = False
    source_dataset: str = ""
    source_field: str = ""


@transaction.atomic
def propose(
    wish: Wish, *, by: Person, association_id: uuid.UUID | None = None, now: dt.datetime
) -> Mission:
    """Ask the City for a mission, for an association one acts for or, as an agent, for a service.

    :raises Forbidden: `needs_association`, `no_mandate`
    :raises Unfit: `title_missing`, `text_missing`, `origin_missing`, `terms_wrong`,
        `ground_wrong`, `end_is_past`; what `rules.questions.why_not_asked` says
    """
    require_proposer(by, association_id, now=now)
    code, field = _why_not(wish, now)
    if code:
        raise Unfit(code, field=field)
    mission = Mission.objects.create(
        slug=_slug(wish.title),
        kind=wish.kind,
        state=MissionState.PROPOSED,
        title=wish.title.strip(),
        text=wish.text.strip(),
        why=wish.why.strip(),
        association_id=association_id,
        proposed_by_id=by.id,
        zone_id=zone_ids()[wish.zone] if wish.zone else None,
        arrondissement=wish.arrondissement,
        questions=questions.written(wish.questions),
        **_terms(wish),
        licence=wish.licence.strip(),
        provenance=wish.provenance.strip(),
        source_dataset=wish.source_dataset,
        source_field=wish.source_field,
        closes_at=wish.closes_at,
        proposed_at=now,
    )
    announce(events.MissionProposed(mission_id=mission.pk, slug=mission.slug), now=now)
    note("proposed", mission, by=by, now=now)
    return mission


@transaction.atomic
def open_mission(*, mission_id: uuid.UUID, by: Person, now: dt.datetime) -> Mission:
    """Open a mission that waits for the City: from now on people answer.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_mission`
    :raises Refused: `mission_not_proposed`, `end_is_past`; `mission_without_tasks` for one that
        checks what is listed
    """
    mission = _waiting(mission_id, by)
    if mission.closes_at is not None and mission.closes_at <= now:
        raise Unfit("end_is_past")
    if mission.kind == MissionKind.VERIFY and not mission.tasks.exists():
        raise refusal("mission_without_tasks")
    mission.state, mission.opens_at = MissionState.OPEN, now
    _decided(mission, by, now)
    note("opened", mission, by=by, now=now)
    return mission


@transaction.atomic
def refuse_mission(*, mission_id: uuid.UUID, why: str, by: Person, now: dt.datetime) -> Mission:
    """Refuse a mission, and say why.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_mission`
    :raises Refused: `mission_not_proposed`, `why_missing`
    """
    mission = _waiting(mission_id, by)
    mission.state, mission.refusal = MissionState.REFUSED, said_why(why)
    _decided(mission, by, now)
    note("refused", mission, by=by, now=now, why=mission.refusal)
    return mission


@transaction.atomic
def close_mission(*, mission_id: uuid.UUID, by: Person, now: dt.datetime) -> Mission:
    """End an open mission before or after its day; what was agreed stays published.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_mission`
    :raises Refused: `mission_not_open`
    """
    require_agent(by)
    mission = locked_mission(mission_id)
    if mission.state != MissionState.OPEN:
        raise refusal("mission_not_open")
    _close(mission, now)
    note("closed", mission, by=by, now=now)
    return mission


@transaction.atomic
def close_ended(*, now: dt.datetime) -> int:
    """Close every mission whose last day is over; return how many."""
    rows = Mission.objects.select_for_update(of=("self",), skip_locked=True)
    ended = list(rows.filter(state=MissionState.OPEN, closes_at__lte=now))
    for mission in ended:
        _close(mission, now)
        note("closed", mission, by=None, now=now)
    return len(ended)


def said_why(why: str) -> str:
    """Return a reason as it is published.

    :raises Unfit: `why_missing`
    """
    said = " ".join(why.split())
    if not said or len(said) > _LONGEST_WHY:
        raise Unfit("why_missing", field="why")
    return said


def _waiting(mission_id: uuid.UUID, by: Person) -> Mission:
    require_agent(by)
    mission = locked_mission(mission_id)
    if mission.state != MissionState.PROPOSED:
        raise refusal("mission_not_proposed")
    return mission


def _decided(mission: Mission, by: Person, now: dt.datetime) -> None:
    mission.decided_by_id, mission.decided_at = by.id, now
    mission.save(update_fields=["state", "opens_at", "refusal", "decided_by", "decided_at"])
    is_open = mission.state == MissionState.OPEN
    fact = events.MissionDecided(mission_id=mission.pk, slug=mission.slug, is_open=is_open)
    announce(fact, now=now)


def _close(mission: Mission, now: dt.datetime) -> None:
    mission.state = MissionState.CLOSED
    mission.closes_at = min(mission.closes_at or now, now)
    mission.save(update_fields=["state", "closes_at"])
    announce(events.MissionClosed(mission_id=mission.pk, slug=mission.slug), now=now)


def _terms(wish: Wish) -> dict[str, int | bool]:
    return {
        "wanted": wish.wanted,
        "most": wish.most,
        "agree_percent": wish.agree_percent,
        "near_m": wish.near_m,
        "apart_m": wish.apart_m,
        "is_photo_wanted": wish.is_photo_wanted,
    }


def _why_not(wish: Wish, now: dt.datetime) -> tuple[str, str]:
    checks = (
        ("title_missing", "title", 0 < len(wish.title.strip()) <= _LONGEST_TITLE),
        ("text_missing", "text", bool(wish.text.strip())),
        ("origin_missing", "provenance", bool(wish.provenance.strip() and wish.licence.strip())),
        ("terms_wrong", "wanted", _are_terms(wish) and wish.kind in MissionKind.values),
        ("ground_wrong", "arrondissement", _is_ground(wish)),
        ("end_is_past", "closes_on", now < wish.closes_at <= now + _LONGEST),
    )
    for code, field, is_right in checks:
        if not is_right:
            return code, field
    return questions.why_not_asked(wish.questions), "question"


def _are_terms(wish: Wish) -> bool:
    return _LEAST <= wish.wanted <= wish.most <= _MOST and _HALF < wish.agree_percent <= _WHOLE


def _is_ground(wish: Wish) -> bool:
    if wish.zone and wish.arrondissement is not None:
        return False
    if wish.zone:
        return wish.zone in zone_ids()
    known = {one.number for one in arrondissements()}
    return wish.arrondissement is None or wish.arrondissement in known


def _slug(title: str) -> str:
    base = slugify(title)[:_LONGEST_SLUG].strip("-") or "mission"
    if base not in _TAKEN and not Mission.objects.filter(slug=base).exists():
        return base
    return f"{base}-{secrets.token_hex(3)}"
