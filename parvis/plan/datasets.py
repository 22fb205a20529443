"""What this module publishes: every section of the plan in force, word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DatasetField, PublishedDataset, published_datasets
from parvis.kernel.errors import NotFound
from parvis.plan import queries
from parvis.plan.events import PlanPublished
from parvis.plan.rules import PlanView, SectionView

_FACET = {"facet": ()}

FIELDS = (
    DatasetField(
        name="ref",
        type="text",
        label=_("Reference"),
        description=_("Permanent reference of the section, the same in every version."),
        annotations={"id": ()},
    ),
    DatasetField(
        name="numero",
        type="text",
        label=_("Number"),
        description=_("Its number in the plan: 1.2 is the second action of the first pillar."),
    ),
    DatasetField(
        name="nature",
        type="text",
        label=_("Kind"),
        description=_("pillar, axis or action."),
        annotations=_FACET,
    ),
    DatasetField(
        name="pilier",
        type="text",
        label=_("Pillar"),
        description=_("The pillar it belongs to."),
        annotations=_FACET,
    ),
    DatasetField(
        name="axe",
        type="text",
        label=_("Axis"),
        description=_("The axis it belongs to; empty for what belongs to the pillar itself."),
        annotations=_FACET,
    ),
    DatasetField(name="titre", type="text", label=_("Title"), description=_("What it is called.")),
    DatasetField(
        name="texte",
        type="text",
        label=_("Text"),
        description=_("The source's own words, or ours where the next field says so."),
    ),
    DatasetField(
        name="citation",
        type="boolean",
        label=_("Quotation"),
        description=_("Whether the text is the source's, word for word."),
        annotations=_FACET,
    ),
    DatasetField(
        name="engagement",
        type="text",
        label=_("Commitment"),
        description=_("The part of the text that promises something."),
    ),
    DatasetField(
        name="plan",
        type="text",
        label=_("Plan"),
        description=_("Short name of the plan."),
        annotations=_FACET,
    ),
    DatasetField(
        name="version",
        type="int",
        label=_("Version"),
        description=_("The version of the plan that is in force."),
    ),
    DatasetField(
        name="page",
        type="text",
        label=_("Page"),
        description=_("Address of the section on this site."),
    ),
)


def _rows(names: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    try:
        plan = queries.current_plan()
    except NotFound:
        return
    titles = {one.ref: one.title for one in plan.sections}
    for one in plan.sections:
        if names is None or one.ref in names:
            yield _row(one, plan, titles)


def _row(one: SectionView, plan: PlanView, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "numero": one.number,
        "nature": str(one.kind),
        "pilier": titles.get(one.pillar_ref),
        "axe": titles.get(one.axis_ref),
        "titre": one.title,
        "texte": one.text,
        "citation": one.quoted,
        "engagement": one.mark or None,
        "plan": plan.slug,
        "version": plan.version,
        "page": f"{settings.PARVIS_SITE_URL}{one.url}",
    }


def _all_of(fact: Any) -> Iterable[str]:
    """Return the sections of the version that was published, and those of the one before."""
    now = queries.version_of(fact.plan_slug, fact.version)
    before = [now]
    if fact.version > 1:
        before.append(queries.version_of(fact.plan_slug, fact.version - 1))
    return dict.fromkeys(one.ref for plan in before for one in plan.sections)


published_datasets.declare(
    PublishedDataset(
        key="plan-sections-en-vigueur",
        title=_("The city's plan, section by section"),
        description=_(
            "The plan of the city that is in force: its pillars, axes and actions, with the very"
            " words of each commitment."
        ),
        theme=_("Citizenship"),
        keywords=("plan", "engagements"),
        fields=FIELDS,
        named_by="ref",
        sorted_by=("numero",),
        removed=_("It tells of no person."),
        refresh=_("Seconds after a version of the plan is published."),
        rows=_rows,
        changed_by={PlanPublished: _all_of},
    )
)
