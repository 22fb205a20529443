"""The plan as a document for programs: every language, stable ids; and the schema it keeps to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parvis.plan.rules.drafts import PlanDraft, SectionDraft
from parvis.plan.rules.sections import Language, plan_ref, section_ref

_TEXTS = {
    "type": "object",
    "description": "The same words by language code; French is always there.",
    "properties": {"fr": {"type": "string"}, "en": {"type": "string"}},
    "required": ["fr"],
    "additionalProperties": False,
}
_LANGUAGES = {
    "type": "array",
    "description": "Languages whose words are our translation, not the source's.",
    "items": {"enum": ["fr", "en"]},
}


def _object(description: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _said(description: str, **more: Any) -> dict[str, Any]:
    return _object(
        description,
        ref={"type": "string", "description": "Stable id, never changed nor given again."},
        number={"type": "string"},
        title=_TEXTS,
        text=_TEXTS | {"description": "The exact words of the source in French where `quoted`."},
        mark=_TEXTS | {"description": "In these words, what is the commitment."},
        quoted={"type": "boolean"},
        translated=_LANGUAGES,
        placed_by={
            "type": "string",
            "description": '"parvis" where the source does not say to which pillar it belongs.',
        },
        url=_TEXTS | {"description": "The section's permanent page."},
        **more,
    )


_ACTION = _said("A commitment of the source.")
_AXIS = _said("A group of actions.", actions={"type": "array", "items": _ACTION})
_PILLAR = _said("A pillar; the source may give it no axis.", axes={"type": "array", "items": _AXIS})
SCHEMA: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | _object(
    "One published version of a city's plan.",
    **{"$schema": {"type": "string", "description": "Address of this schema."}},
    ref={"type": "string"},
    slug={"type": "string"},
    version={"type": "integer"},
    published_at={"type": "string", "format": "date-time"},
    dated={"type": "string", "format": "date", "description": "Date of the source."},
    horizon={"type": "integer", "description": "Year by which the plan is to be carried out."},
    fingerprint={"type": "string", "description": "SHA-256 of the content, equal for equal plans."},
    title=_TEXTS,
    subtitle=_TEXTS,
    lead=_TEXTS,
    note=_TEXTS,
    source=_TEXTS,
    translated=_LANGUAGES,
    pillars={"type": "array", "items": _PILLAR},
)


def document(
    draft: PlanDraft, *, head: Mapping[str, Any], urls: Mapping[str, Mapping[Language, str]]
) -> dict[str, Any]:
    """Return a plan as `SCHEMA` describes it.

    `head` gives `$schema`, `version`, `published_at` and `fingerprint`; `urls` the pages by number.
    """
    plan = dict(head) | {
        "ref": plan_ref(draft.slug),
        "slug": draft.slug,
        "dated": draft.dated.isoformat(),
        "horizon": draft.horizon,
        "title": {lang: words.title for lang, words in draft.words.items()},
        "subtitle": {lang: words.subtitle for lang, words in draft.words.items()},
        "lead": {lang: words.lead for lang, words in draft.words.items()},
        "note": {lang: words.note for lang, words in draft.words.items()},
        "source": {lang: words.source_title for lang, words in draft.words.items()},
        "translated": [lang for lang, words in draft.words.items() if words.translated],
    }
    under: dict[str, list[dict[str, Any]]] = {"": []}
    for section in draft.sections:
        said = _section(draft.slug, section, urls[section.number])
        if section.kind == "action":
            under[section.axis].append(said)
            continue
        parts = under.setdefault(section.number, [])
        if section.kind == "pillar":
            under[""].append(said | {"axes": parts})
        else:
            under[section.pillar].append(said | {"actions": parts})
    return plan | {"pillars": under[""]}


def _section(slug: str, section: SectionDraft, url: Mapping[Language, str]) -> dict[str, Any]:
    return {
        "ref": section_ref(slug, section.number),
        "number": section.number,
        "title": {lang: words.title for lang, words in section.words.items()},
        "text": {lang: words.text for lang, words in section.words.items()},
        "mark": {lang: words.mark for lang, words in section.words.items()},
        "quoted": section.quoted,
        "translated": [lang for lang, words in section.words.items() if words.translated],
        "placed_by": section.placed_by,
        "url": dict(url),
    }


_STAMP = ("$schema", "version", "published_at", "fingerprint", "url")
"""What the publishing city adds: addresses of its own, its count of versions."""


def departures(draft: PlanDraft, published: Mapping[str, Any]) -> list[str]:
    """Return the refs of what a published document says, or orders, otherwise than a plan.

    :raises KeyError, TypeError: if `published` is not the document of a plan
    """
    nowhere: dict[str, dict[Language, str]] = {section.number: {} for section in draft.sections}
    ours = _by_ref(document(draft, head={}, urls=nowhere))
    theirs = _by_ref(published)
    return sorted(ref for ref in {*ours, *theirs} if ours.get(ref) != theirs.get(ref))


def _by_ref(node: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every part of a document by its ref; what stands under it as refs."""
    said = {name: value for name, value in node.items() if name not in _STAMP}
    found: dict[str, dict[str, Any]] = {}
    for name in ("pillars", "axes", "actions"):
        parts = said.get(name, [])
        if name in said:
            said[name] = [part["ref"] for part in parts]
        for part in parts:
            found |= _by_ref(part)
    return {node["ref"]: said} | found
