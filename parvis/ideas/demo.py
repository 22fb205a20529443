"""What a demonstration city's residents say in its consultation: all of it is invented."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.account.public import Person, create_confirmed_account, person_by_email
from parvis.deliberation import public as deliberation
from parvis.deliberation.public import (
    AnswerStance,
    ConsultationView,
    Hiding,
    Kind,
    NewAnswer,
    NewContribution,
    NewRemark,
    Reason,
    Stance,
    Target,
)
from parvis.ideas.queries.places import Place, places
from parvis.kernel import clock
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.plan.public import current_plan

# What follows a contribution comes this much later, as a share of the time gone by.
_LATER = 0.004
_WAKES, _AWAKE = dt.timedelta(hours=8), 14 / 24
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the demonstration's people speak: who they are, what about, and when."""

    held: ConsultationView
    cast: Mapping[str, Person]
    numbers: Mapping[str, Place]
    now: dt.datetime

    def moment(self, share: float) -> dt.datetime:
        """Return a moment about this share of the way from the opening to now, while people are
        awake: from 8 to 22 o'clock, except today, which is not over."""
        then = self.held.opens_at + (self.now - self.held.opens_at) * min(share, 1.0)
        begun = clock.in_city(then).replace(hour=0, minute=0, second=0, microsecond=0)
        awake = begun + _WAKES + (then - begun) * _AWAKE
        return awake if self.held.opens_at <= awake <= self.now else then


def load(city: DemoCity) -> None:
    """Let the demonstration's people speak, unless they have."""
    told = tomllib.loads((city.city / "demo" / "contributions.toml").read_text("utf-8"))
    held = _held(now=city.now)
    if held is None or held.totals.contributions:
        return
    found = places(held)
    stage = Stage(
        held=held,
        cast=_cast(told, now=held.opens_at),
        numbers={place.number: place for place in found.values()},
        now=city.now,
    )
    for contribution in sorted(told["contributions"], key=lambda c: c["at"]):
        _say(stage, contribution)
    city.say(f"{held.slug}: {len(told['contributions'])} contributions")


def _held(*, now: dt.datetime) -> ConsultationView | None:
    about = deliberation.consultations_about(current_plan().ref)
    return next((held for held in about if held.is_open(now)), None)


def _cast(told: Told, *, now: dt.datetime) -> dict[str, Person]:
    keys = {"alice", "chloe", "dede", "mona", "oscar"} | {p["key"] for p in told["people"]}
    for person in told["people"]:
        if person_by_email(_address(person["key"])) is None:
            create_confirmed_account(
                email=_address(person["key"]),
                password=f"parvis-{person['key']}-2015",
                usual_name=person["name"],
                residence=person["residence"],
                now=now,
            )
    known = {key: person_by_email(_address(key)) for key in sorted(keys)}
    return {key: person for key, person in known.items() if person is not None}


def _address(key: str) -> str:
    return f"{key}@parvis.example"


def _say(stage: Stage, told: Told) -> None:
    author = stage.cast[told["author"]]
    place = stage.numbers[told["on"]]
    said = deliberation.post_contribution(
        new=NewContribution(
            consultation=stage.held.slug,
            kind=Kind(told["kind"]),
            section_ref=place.ref,
            branch_ref=place.branch_ref,
            title=told["title"],
            body=told["body"].strip(),
            district=author.residence,
            form_token=f"demo-{told['key']}",
        ),
        by=author,
        now=stage.moment(told["at"]),
    )
    target = Target(kind="contribution", id=said)
    _support(stage, target, told["supporters"], at=told["at"])
    _discuss(stage, target, told)
    if "answer" in told:
        _answer(stage, target, told["answer"])
    if "hidden" in told:
        _hide(stage, target, told["hidden"])


def _support(stage: Stage, target: Target, supporters: Sequence[str], *, at: float) -> None:
    for rank, key in enumerate(supporters, start=1):
        now = stage.moment(at + rank * _LATER)
        deliberation.support(target=target, by=stage.cast[key], now=now)


def _discuss(stage: Stage, target: Target, told: Told) -> None:
    remarks = [*told.get("arguments", []), *told.get("replies", [])]
    for rank, remark in enumerate(remarks, start=1):
        deliberation.post_remark(
            new=NewRemark(
                contribution_id=target.id,
                stance=Stance(remark.get("side", "")),
                body=remark["body"],
                form_token=f"demo-{told['key']}-{rank}",
            ),
            by=stage.cast[remark["author"]],
            now=stage.moment(told["at"] + (rank + 1) * 4 * _LATER),
        )


def _answer(stage: Stage, target: Target, told: Told) -> None:
    deliberation.answer(
        contribution_id=target.id,
        new=NewAnswer(
            stance=AnswerStance(told["stance"]),
            body=told["body"].strip(),
            section_ref=stage.numbers[told["changes"]].ref if "changes" in told else "",
            no_change_reason=told.get("no_change", ""),
        ),
        by=stage.cast[told["by"]],
        now=stage.moment(told["at"]),
    )


def _hide(stage: Stage, target: Target, told: Told) -> None:
    reason = Reason(told["reason"])
    for key in told["flagged_by"]:
        deliberation.flag(
            target=target,
            reason=reason,
            comment="",
            by=stage.cast[key],
            now=stage.moment(told["at"] - _LATER / 4),
        )
    deliberation.hide(
        target=target,
        hiding=Hiding(reason=reason, message=told["message"]),
        by=stage.cast[told["by"]],
        now=stage.moment(told["at"]),
    )


demo_steps.declare(
    DemoStep(key="ideas", label=_("Contributions to the consultation"), order=50, load=load)
)
