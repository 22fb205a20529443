"""The filters a table offers, built from the types of its fields and what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.queries.engine.remembering import Remembered
from parvis.opendata.queries.pages import cells, filters
from parvis.opendata.queries.pages.filters import WORDS, Filters
from parvis.opendata.rules.fields import NUMERIC, TEMPORAL, Field, FieldType
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.profile import FieldProfile, Profile, is_year, period_field
from parvis.opendata.rules.sieve import FROM, IS, SAYS, TO

_CHOICES = 60
"""Values a list to choose from may have."""
_FRONT = 4
_LONGEST = 70
_LATER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value to choose."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control: a list to choose from, or a field to type in (`kind` is its HTML type)."""

    param: str
    label: str
    kind: str
    value: str = ""
    options: tuple[Option, ...] = ()
    hint: str = ""

    @property
    def id(self) -> str:
        """Return its id in the page."""
        return f"f-{self.param.replace('.', '-')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The controls of a view: those in front, and those one opens. `hidden` are filters that hold
    and that no control shows: a form keeps them."""

    front: tuple[Control, ...]
    more: tuple[Control, ...]
    hidden: tuple[tuple[str, str], ...]

    @property
    def is_more_used(self) -> bool:
        """Tell whether one of those one opens has a value."""
        return any(one.value for one in self.more)

    @property
    def behind(self) -> list[tuple[str, str]]:
        """Return what a form keeps that shows the controls in front only."""
        return [*self.hidden, *((one.param, one.value) for one in self.more if one.value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that holds, in words, and the parameters of the address without it."""

    text: str
    query: str


_values: Remembered[tuple[str, ...]] = Remembered(room=200_000, weight=len)


def controls(version: VersionFile, known: Profile, chosen: Filters) -> Controls:
    """Return the controls for the fields of a version, with what was chosen."""
    profiles = {one.name: one for one in known.fields}
    ranked = sorted(
        (one for one in version.schema.fields if filters.can_filter(one)),
        key=lambda one: _rank(version, one, profiles.get(one.name)),
    )
    front = [one for one in ranked if _rank(version, one, profiles.get(one.name)) < _LATER]
    front = front[:_FRONT]
    made = {one.name: _of(version, one, profiles.get(one.name), chosen) for one in ranked}
    front_ones = [control for one in front for control in made[one.name]]
    more = [control for one in ranked if one not in front for control in made[one.name]]
    shown = {(one.param, one.value) for one in (*front_ones, *more)}
    return Controls(
        front=tuple(front_ones),
        more=tuple(more),
        hidden=tuple(pair for pair in chosen.pairs if pair not in shown and pair[0] != WORDS),
    )


def _rank(version: VersionFile, one: Field, profile: FieldProfile | None) -> int:
    """Return how much a field is worth as a filter, the least first; `_LATER` ones wait."""
    period = period_field(version.schema)
    if period is not None and one.name == period.name:
        return 0
    if "facet" in one.annotations and _is_short(profile):
        return 1
    return 2 if cells.unit(one) else _LATER


def _is_short(profile: FieldProfile | None) -> bool:
    return profile is not None and 1 < profile.distinct <= _CHOICES


def _of(
    version: VersionFile, one: Field, profile: FieldProfile | None, chosen: Filters
) -> list[Control]:
    """Return the controls of a field, by what it holds: none for long lists of texts."""
    if one.type is FieldType.BOOLEAN:
        return [_choice(one, IS, one.label or one.name, _yes_or_no(), chosen)]
    if one.type in NUMERIC or one.type in TEMPORAL:
        is_yearly = is_year(one) or cells.precision(one) == "year"
        if is_yearly and _is_short(profile):
            return _years(version, one, chosen)
        return _bounds(one, profile, chosen)
    return _of_text(version, one, profile, chosen)


def _of_text(
    version: VersionFile, one: Field, profile: FieldProfile | None, chosen: Filters
) -> list[Control]:
    label = one.label or one.name
    if _is_short(profile) and ("facet" in one.annotations or one.is_multivalued):
        values = sorted(_values_of(version, one), key=str.casefold)
        return [_choice(one, IS, label, _plain(values), chosen)]
    if one.is_multivalued:
        return []
    return [_typed(one, SAYS, _("%(label)s contains") % {"label": label}, "search", chosen)]


def _ends(one: Field) -> dict[str, str]:
    """Return what the two ends of a range are called."""
    label = {"label": one.label or one.name}
    return {FROM: _("%(label)s, from") % label, TO: _("%(label)s, to") % label}


def _years(version: VersionFile, one: Field, chosen: Filters) -> list[Control]:
    years = sorted(_values_of(version, one))
    return [
        _choice(one, end, words, _plain(years if end == FROM else years[::-1]), chosen)
        for end, words in _ends(one).items()
    ]


def _bounds(one: Field, profile: FieldProfile | None, chosen: Filters) -> list[Control]:
    kind = "date" if one.type in TEMPORAL and not cells.precision(one) else "text"
    known = {FROM: profile.least, TO: profile.greatest} if profile else {}
    made = []
    for end, words in _ends(one).items():
        bound = known.get(end)
        is_told = one.type in NUMERIC and isinstance(bound, int | float)
        hint = cells.figure(one, float(bound)) if is_told and bound is not None else ""
        made.append(_typed(one, end, words, kind, chosen, hint=hint))
    return made


def _choice(
    one: Field, kind: str, label: str, options: Sequence[tuple[str, str]], chosen: Filters
) -> Control:
    value = chosen.of(kind, one.name)
    return Control(
        param=f"{kind}.{one.name}",
        label=label,
        kind="select",
        value=value,
        options=tuple(
            Option(value=known, label=words, is_chosen=known == value) for known, words in options
        ),
    )


def _typed(
    one: Field, end: str, label: str, kind: str, chosen: Filters, *, hint: str = ""
) -> Control:
    value = chosen.of(end, one.name)
    return Control(param=f"{end}.{one.name}", label=label, kind=kind, value=value, hint=hint)


def _yes_or_no() -> list[tuple[str, str]]:
    return [("true", _("yes")), ("false", _("no"))]


def _plain(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, one if len(one) <= _LONGEST else f"{one[:_LONGEST]}…") for one in values]


def _values_of(version: VersionFile, one: Field) -> tuple[str, ...]:
    """Return the values of a field, as an address says them; asked once per version."""
    question = (version.content, one.name)
    return _values.get(question, lambda: _asked(version, one))


def _asked(version: VersionFile, one: Field) -> tuple[str, ...]:
    name = tree.Name(name=one.name)
    query = tree.Query(
        group_by=(tree.Grouped(value=name, label="v"),),
        limit=_CHOICES + 1,
    )
    found = [row["v"] for row in engine().rows(version, query).rows if row["v"] is not None]
    cut = cells.LENGTHS.get(cells.precision(one))
    return tuple(str(value)[:cut] for value in found)


def chips(
    chosen: Filters, labels: Mapping[str, str], kept: Sequence[tuple[str, str]] = ()
) -> list[Chip]:
    """Return the filters that hold, each with what is left without it; `kept` are parameters that
    stay."""
    verbs = {
        IS: _("%(label)s: %(value)s"),
        SAYS: _("%(label)s contains “%(value)s”"),
        FROM: _("%(label)s from %(value)s"),
        TO: _("%(label)s up to %(value)s"),
    }
    found = [
        Chip(
            text=verbs[one.kind] % {"label": labels[one.name], "value": one.value},
            query=urlencode([*kept, *chosen.without(one).pairs]),
        )
        for one in chosen.given
    ]
    if chosen.words:
        rest = Filters(given=chosen.given)
        text = _("“%(words)s”") % {"words": chosen.words}
        found.insert(0, Chip(text=text, query=urlencode([*kept, *rest.pairs])))
    return found
