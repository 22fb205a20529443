"""What a demonstration city holds of its budget: winners since 2014, an edition that votes, one
that takes ideas. Projects and people are invented; the winners are the City's."""

from __future__ import annotations

import datetime as dt
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from parvis.account.public import Person, person_by_email
from parvis.budget.actions import (
    building,
    deciding,
    demo_votes,
    loading,
    planning,
    proposing,
    studying,
)
from parvis.budget.actions.deciding import Verdict
from parvis.budget.models import Edition, Project
from parvis.budget.rules import plans
from parvis.budget.rules.calendar import ORDER, Kind
from parvis.budget.rules.plans import EditionPlan
from parvis.budget.rules.sheets import Sheet
from parvis.kernel import clock
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps

Told = Mapping[str, Any]
_AGENT = "bachir"
_THOUSAND = 1_000_00
_HOUR = dt.timedelta(hours=1)


def load_winners(city: DemoCity) -> None:
    """Load the winners of the editions of before."""
    count = loading.load_winners(city.city / "budget", now=city.now)
    city.say(f"budget: {count} winners of before")


def load(city: DemoCity) -> None:
    """Hold one edition that votes and one that takes ideas, unless that was done."""
    file = city.city / "demo" / "budget.toml"
    if not file.is_file() or Edition.objects.filter(is_history=False).exists():
        return
    told = tomllib.loads(file.read_text("utf-8"))
    loading.load_departments(sorted({one["service"] for one in told["projects"]}))
    for name, rank in (("done", -1), ("vote", 0), ("next", 1)):
        plan = _plan(told, name, city.now, rank)
        edition = planning.make_edition(plan, by=None, now=city.now)
        _fill(edition, plan, told, name)
    city.say(f"budget: {len(told['projects'])} projects on the ballot")


def _plan(told: Told, name: str, now: dt.datetime, rank: int) -> EditionPlan:
    year = clock.city_day(now).year + rank
    about, days = dict(told[name]), told[name]["days"]
    titles = {key: about[key].format(year=year) for key in ("title_fr", "title_en")}
    phases = [
        {"kind": kind, "opens": days[i], "closes": days[i + 1]} for i, kind in enumerate(ORDER)
    ]
    made = {
        "edition": about | titles | {"slug": str(year), "year": year},
        "phases": phases,
        "areas": told["areas"],
    }
    return plans.read(made, zone=clock.city_zone(), today=clock.city_day(now))


def _fill(edition: Edition, plan: EditionPlan, told: Told, name: str) -> None:
    begun = {one.kind: one.opens_at for one in plan.phases}
    areas = {one.arrondissement or 0: one.pk for one in edition.areas.all()}
    if name == "next":
        for one in told["ideas"]:
            _speak(_proposed(one, areas, begun[Kind.IDEATION] + _HOUR), one, begun)
        return
    listed = told["decided"] if name == "done" else (*told["projects"], *told["refused"])
    for one in listed:
        project = _proposed(one, areas, begun[Kind.IDEATION] + _HOUR)
        if project is not None:
            _study(project, one, begun)


def _proposed(one: Told, areas: Mapping[int, uuid.UUID], at: dt.datetime) -> Project | None:
    by = _person(one["by"])
    if by is None:
        return None
    token = uuid.uuid5(uuid.NAMESPACE_URL, f"{areas[one['area']]} {one['title']}")
    area_id = areas[one["area"]]
    draft = proposing.start(area_id=area_id, declares=True, form_token=token, by=by, now=at)
    point: Sequence[float] | None = one.get("at")
    sheet = Sheet(
        title=one["title"],
        text=one["text"],
        theme=one["theme"],
        place=one["place"],
        at=(point[0], point[1]) if point else None,
        estimated_cents=one["guess"] * _THOUSAND,
    )
    proposing.write(draft.pk, sheet, by=by, now=at)
    return proposing.submit(draft.pk, by=by, now=at)


def _speak(project: Project | None, one: Told, begun: Mapping[Kind, dt.datetime]) -> None:
    by = _person(one["by_whom"])
    if project is not None and by is not None:
        at = begun[Kind.IDEATION] + 30 * _HOUR
        token = uuid.uuid5(project.pk, "remark")
        building.remark(project.pk, one["remark"], form_token=token, by=by, now=at)
        building.follow(project.pk, by=by, now=at)


def _study(project: Project, one: Told, begun: Mapping[Kind, dt.datetime]) -> None:
    agent, at = _person(_AGENT), begun[Kind.PRE_SUBMIT] + _HOUR
    if agent is None:
        return
    cost = one.get("cost")
    cents = cost * _THOUSAND if cost else None
    service = slugify(one["service"])
    study = studying.ask_opinion(project.pk, department=service, by=agent, now=at)
    studying.give_opinion(
        study.pk,
        opinion="feasible" if cents else "unfeasible",
        cost_cents=cents,
        reason=one["why"],
        by=agent,
        now=at + _HOUR,
    )
    verdict = _verdict(one, cents)
    deciding.decide(project.pk, verdict, by=agent, now=begun[Kind.SUBMIT] + _HOUR)
    if one.get("popular"):
        Project.objects.filter(pk=project.pk).update(is_popular=True)
    if "appeal" in one:
        _appeal(project, one, agent, begun[Kind.PRE_VOTE])


def _verdict(one: Told, cents: int | None) -> Verdict:
    where = f"Commission du {one['area']}e" if one["area"] else "Commission parisienne"
    return Verdict(
        accepts=cents is not None,
        body=where,
        reason=one["why"],
        cost_cents=cents,
        title=one["title"],
        text=one["text"],
        title_en=one.get("title_en", ""),
        text_en=one.get("text_en", ""),
        place=one["place"],
    )


def _appeal(project: Project, one: Told, agent: Person, at: dt.datetime) -> None:
    by = _person(one["by"])
    if by is not None:
        deciding.appeal(project.pk, one["appeal"], by=by, now=at + _HOUR)
        deciding.answer_appeal(
            project.pk, outcome="dismissed", answer=one["answer"], by=agent, now=at + 48 * _HOUR
        )


def _person(key: str) -> Person | None:
    return person_by_email(f"{key}@parvis.example")


def hold_votes(city: DemoCity) -> None:
    """Open the vote of each edition whose time it is and let invented people vote; count it where
    it is over. An official's key lies in a file of the demonstration's folder."""
    for edition in Edition.objects.filter(is_history=False).order_by("year"):
        held = demo_votes.hold(edition, now=city.now)
        if held:
            city.say(f"budget: {held.people} people voted in {held.ref}, key in {held.key_file}")


demo_steps.declare(
    DemoStep(
        key="budget_winners", label=_("Participatory budget, winners"), order=57, load=load_winners
    ),
    DemoStep(key="budget", label=_("Participatory budget"), order=58, load=load),
    DemoStep(
        key="budget_votes",
        label=_("Participatory budget, ballots"),
        order=59,
        load=hold_votes,
        commits=True,
    ),
)
