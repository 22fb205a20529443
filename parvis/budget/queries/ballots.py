"""The ballot of an edition: its vote, its questions, and what stands on the sheet of each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from parvis.budget.models import Area, Edition, Project
from parvis.budget.queries import words
from parvis.budget.rules.ballots import Item, Method, Question
from parvis.budget.rules.entitlement import Claim, Terms, Tie, Ties, age_on, why_not
from parvis.budget.rules.plans import LOCAL
from parvis.kernel.clock import city_day
from parvis.kernel.errors import Refused
from parvis.voting import public as voting
from parvis.voting.public import ContestPlan, PollView

_REF = "budget-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A project as it stands on a ballot."""

    item: Item
    project: Project | None
    title: str
    place: str
    lead: str
    language: str = ""
    """The language it is read in where it is not the page's."""
    place_language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the name of its area and its projects in the order of a draw."""

    question: Question
    name: str
    lines: tuple[Line, ...]


def ref_of(edition: Edition) -> str:
    """Return how the vote of an edition is called."""
    return f"{_REF}{edition.slug}"


def slug_of(ref: str) -> str:
    """Return the name of the edition that a vote of this name is of, "" for another's vote."""
    return ref.removeprefix(_REF) if ref.startswith(_REF) else ""


def vote_of(edition: Edition, *, now: dt.datetime) -> PollView | None:
    """Return the vote of an edition, None until one is prepared."""
    try:
        return voting.poll(ref=ref_of(edition), now=now)
    except Refused:
        return None


def question_of(contest: ContestPlan) -> Question:
    """Return a contest as the rules of the budget read it."""
    rule = contest.rule
    return Question(
        key=contest.key,
        title=contest.title,
        kind=contest.kind.value,
        items=tuple(Item(id=o.id, title=o.title, cost=o.cost) for o in contest.options),
        budget=contest.budget,
        max_options=contest.max_options,
        points=contest.points,
        method=Method(
            name=rule.name,
            utility=rule.utility,
            completion=rule.completion,
            threshold=rule.threshold,
            comparison=rule.comparison,
        ),
    )


def asked(edition: Edition, poll: PollView, key: str, *, draw: int | None = None) -> Asked:
    """Return a question with its sheets, in the order of a draw, of their numbers without one.

    :raises NotFound: `no_contest`
    """
    question = question_of(poll.contest(key))
    known = _projects(edition, key)
    items = {one.id: one for one in question.items}
    order = list(items)
    if draw is not None:
        order = [one.id for one in voting.shuffled(ref=poll.ref, contest=key, draw=draw)]
    return Asked(
        question=question,
        name=area_name(edition, key),
        lines=tuple(_line(items[name], known.get(name)) for name in order),
    )


def area_name(edition: Edition, key: str) -> str:
    """Return what the area of a contest is called; its key if there is none."""
    found = edition.areas.filter(key=key).first()
    return words.area_name(found) if found else key


def arrondissements(edition: Edition) -> list[Area]:
    """Return the areas among which a voter chooses one."""
    return list(edition.areas.exclude(arrondissement=None).order_by("arrondissement"))


def entitled(
    edition: Edition, *, chosen: int | None, tie: Tie, born_on: dt.date, now: dt.datetime
) -> tuple[list[str], str]:
    """Return the keys of the areas in which somebody may vote who declares a tie to one
    arrondissement, and, if there is none, why: `no_tie` or `too_young`."""
    claim = Claim(ties=Ties(**{tie.value: chosen}), declares=True, born_on=born_on)
    found, why = [], "no_tie"
    for area in edition.areas.all():
        if area.arrondissement not in (None, chosen):
            continue
        terms = Terms(
            arrondissement=area.arrondissement,
            min_age=area.vote_age,
            ties=frozenset(map(Tie, area.voters)),
        )
        refused = why_not(terms, claim, day=city_day(now))
        why = refused or why
        if not refused:
            found.append(area.key)
    return found, why


def one_of(ref: str, keys: Sequence[str]) -> frozenset[str]:
    """Return those contests of a vote of ours of which everybody votes in one: those of the
    arrondissements."""
    return frozenset(keys) & LOCAL if slug_of(ref) else frozenset()


def has_voted_apart(edition: Edition, person_id: uuid.UUID, keys: Sequence[str]) -> bool:
    """Tell whether somebody voted, with their account, in an arrondissement none of these."""
    voted = voting.has_ticked(ref=ref_of(edition), person_id=person_id)
    return bool((voted & LOCAL) - set(keys))


def is_too_young(ref: str, keys: Sequence[str], born_on: dt.date, day: dt.date) -> bool:
    """Tell whether somebody is too young for one of these areas of a vote of ours."""
    asked = Area.objects.filter(edition__slug=slug_of(ref), key__in=keys)
    return any(age_on(born_on, day) < age for age in asked.values_list("vote_age", flat=True))


def _projects(edition: Edition, key: str) -> dict[str, Project]:
    rows = Project.objects.filter(area__edition=edition, area__key=key, number__isnull=False)
    return {str(one.number): one for one in rows}


def _line(item: Item, project: Project | None) -> Line:
    if project is None:
        return Line(item=item, project=None, title=item.title, place="", lead="")
    text = words.project_text(project)
    return Line(
        item=item,
        project=project,
        title=words.project_title(project),
        place=words.project_place(project),
        lead=text.split("\n")[0],
        language=words.language_of(project),
        place_language=words.place_language(),
    )
