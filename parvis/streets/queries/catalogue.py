"""What may be reported: the tree, the words people use, the questions, in the active language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext as _

from parvis.kernel.errors import NotFound
from parvis.kernel.prepared import Prepared
from parvis.streets.models import Category, Question, Subtype
from parvis.streets.rules import finding, questions as rules


class _Labelled(Protocol):
    label_fr: str
    label_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """A kind of thing to report. `label_language` is "fr" where only French has a word for it;
    `elsewhere` is what people read if it is not the City's, "" otherwise."""

    code: str
    label: str
    label_language: str
    type_code: str
    type_label: str
    icon: str
    elsewhere: str
    elsewhere_url: str
    is_anonymous_allowed: bool
    is_photo_required: bool
    is_place_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchView:
    """A type, or a group of a type, with the kinds in it."""

    code: str
    label: str
    icon: str
    kinds: tuple[KindView, ...]
    groups: tuple[BranchView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question as a form asks it; `values` are (key, words)."""

    code: str
    label: str
    datatype: str
    values: tuple[tuple[str, str], ...]
    is_required: bool
    is_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf:
    """A question, the codes of the kinds it is asked of (between spaces), and what they are."""

    question: QuestionView
    kinds: str
    about: str


def in_language(french: str, english: str) -> str:
    """Return the words of the active language, or the French ones where there are no others."""
    return french if (get_language() or "fr").startswith("fr") else english or french


def label_of(thing: _Labelled) -> str:
    """Return what a category, a kind, a question, a state or a reason is called."""
    return in_language(thing.label_fr, thing.label_en)


def offered(*, to_agents: bool = False) -> QuerySet[Subtype]:
    """Return the kinds that may be chosen now."""
    rows = Subtype.objects.filter(closed_at=None).select_related("type", "category")
    return rows if to_agents else rows.filter(is_reserved_to_agents=False)


def subtype(code: str) -> Subtype:
    """Return a kind by its code.

    :raises NotFound: `no_subtype`, also for one that is no longer offered
    """
    # No text of PostgreSQL holds a NUL: what is asked with one is not there.
    row = None if "\x00" in code else _OFFERED.first(code)
    if row is None:
        raise NotFound("no_subtype", _("There is no such kind of report."))
    return row


_OFFERED = Prepared(
    lambda code: Subtype.objects.filter(code=code, closed_at=None).select_related(
        "type", "category"
    ),
    str,
)


def view(row: Subtype) -> KindView:
    """Return a kind as pages show it."""
    is_french = (get_language() or "fr").startswith("fr")
    return KindView(
        code=row.code,
        label=label_of(row),
        label_language="" if is_french or row.label_en else "fr",
        type_code=row.type.code,
        type_label=label_of(row.type),
        icon=row.type.icon or "flag",
        elsewhere=in_language(row.not_ours_fr, row.not_ours_en),
        elsewhere_url=row.not_ours_url,
        is_anonymous_allowed=row.is_anonymous_allowed,
        is_photo_required=row.is_photo_required,
        is_place_public=row.is_place_public,
    )


def tree(*, to_agents: bool = False) -> list[BranchView]:
    """Return every kind under its type and group, what is reported most often first."""
    rows = list(offered(to_agents=to_agents).order_by("-weight", "order", "code"))
    branches = Category.objects.order_by("order", "code")
    types = [one for one in branches if one.parent_id is None]
    groups = [one for one in branches if one.parent_id is not None]
    shown = []
    for one in types:
        inner = [_branch(group, rows) for group in groups if group.parent_id == one.pk]
        branch = _branch(one, rows, tuple(group for group in inner if group.kinds))
        if branch.kinds or branch.groups:
            shown.append(branch)
    return shown


def usual(limit: int = 6) -> list[KindView]:
    """Return what is reported most often."""
    rows = offered().filter(not_ours_fr="").order_by("-weight", "order")[:limit]
    return [view(row) for row in rows]


def find(
    words: str, *, to_agents: bool = False, limit: int = 8, as_written: bool = False
) -> list[KindView]:
    """Return the kinds that somebody may mean by these words, the likeliest first; only those that
    have every word, if `as_written`."""
    rows = list(offered(to_agents=to_agents))
    kinds = [_findable(row) for row in rows]
    codes = finding.find(kinds, words, limit=limit, as_written=as_written)
    known = {row.code: row for row in rows}
    return [view(known[code]) for code in codes]


def questions_of(row: Subtype) -> list[Question]:
    """Return what more is asked of a kind: of itself, its group, its type."""
    found = _QUESTIONS.all(row.pk, row.category_id, row.type_id)
    # The nearest question of a name is the one that is asked.
    nearest = sorted(found, key=lambda one: (one.subtype_id is None, one.order))
    asked = {one.code: one for one in reversed(nearest)}
    return sorted(asked.values(), key=lambda one: (one.order, one.code))


_QUESTIONS = Prepared(
    lambda subtype, group, type_: Question.objects.filter(
        Q(subtype=subtype) | Q(category=group) | Q(category=type_)
    ).order_by("order", "code"),
    int,
    int,
    int,
)


def questions_everywhere() -> list[AskedOf]:
    """Return every question with the kinds it is asked of, for a page that holds all of them."""
    rows = Question.objects.select_related("subtype", "category").order_by("order", "code")
    kinds = list(offered())
    found = []
    for row, question in zip(rows, question_views(list(rows)), strict=True):
        about = [one.code for one in kinds if _is_asked(row, one)]
        branch = row.subtype or row.category
        if about and branch is not None:
            found.append(AskedOf(question=question, kinds=" ".join(about), about=label_of(branch)))
    return found


def _is_asked(question: Question, kind: Subtype) -> bool:
    branches = {kind.category_id, kind.type_id}
    return question.subtype_id == kind.pk or question.category_id in branches


def asked(rows: Iterable[Question]) -> list[rules.Asked]:
    """Return questions as the rules judge answers to them."""
    return [
        rules.Asked(
            code=one.code,
            datatype=one.datatype,
            keys=tuple(value["key"] for value in one.values),
            is_required=one.is_required,
            stops_on=frozenset(one.stops_on),
        )
        for one in rows
    ]


def question_views(rows: Sequence[Question]) -> list[QuestionView]:
    """Return questions as a form asks them."""
    return [
        QuestionView(
            code=one.code,
            label=label_of(one),
            datatype=one.datatype,
            values=tuple((v["key"], in_language(v["fr"], v["en"])) for v in one.values),
            is_required=one.is_required,
            is_public=one.is_public,
        )
        for one in rows
    ]


def said(
    rows: Sequence[Question], answers: dict[str, rules.Answer], *, public: bool
) -> list[tuple[str, str]]:
    """Return (question, answer) in words; of the public questions alone if `public`."""
    lines = []
    for one in question_views(rows):
        answer = answers.get(one.code)
        if answer and (one.is_public or not public):
            words = dict(one.values)
            values = [answer] if isinstance(answer, str) else answer
            lines.append((one.label, ", ".join(words.get(value, value) for value in values)))
    return lines


def _branch(
    category: Category, rows: Sequence[Subtype], groups: tuple[BranchView, ...] = ()
) -> BranchView:
    return BranchView(
        code=category.code,
        label=label_of(category),
        icon=category.icon or "flag",
        kinds=tuple(view(row) for row in rows if row.category_id == category.pk),
        groups=groups,
    )


def _findable(row: Subtype) -> finding.Kind:
    return finding.Kind(
        code=row.code,
        label=f"{row.label_fr} {row.label_en}",
        branch=f"{row.type.label_fr} {row.category.label_fr} {row.type.label_en}",
        keywords=tuple(row.keywords),
        weight=row.weight,
    )
