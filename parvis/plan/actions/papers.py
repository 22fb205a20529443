"""The plan on paper: a tagged PDF (PDF/UA-1) of one version in one language, printed once."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import formats
from django.utils.translation import gettext as _

from parvis.kernel.typography import french
from parvis.plan import queries
from parvis.plan.rules import PlanView, SectionView

_LAYOUT = Path(__file__).resolve().parent.parent / "paper" / "plan.typ"


def paper(version: int | None = None) -> tuple[str, bytes]:
    """Return a file name and the PDF of a version of the current plan, in the active language.

    The first to ask for a version in a language has it printed and kept in the city's file storage.

    :raises NotFound: `no_plan` or `no_plan_version`
    """
    plan = queries.current_plan()
    if version is not None and version != plan.version:
        plan = queries.version_of(plan.slug, version)
    language = queries.active_language()
    title = f"plan-{plan.slug}-v{plan.version}-{language}"
    kept_as = f"plan/{title}-{plan.fingerprint[:12]}-{_layout_mark()}.pdf"
    if default_storage.exists(kept_as):
        with default_storage.open(kept_as) as kept:
            return f"{title}.pdf", kept.read()
    printed = _printed(plan)
    default_storage.save(kept_as, ContentFile(printed))
    return f"{title}.pdf", printed


@cache
def _layout_mark() -> str:
    """Return a mark of the layout and of the program that prints, so that a new one prints anew."""
    made_with = (
        _LAYOUT.read_bytes() + Path(__file__).read_bytes() + metadata.version("typst").encode()
    )
    return hashlib.sha256(made_with).hexdigest()[:8]


def _printed(plan: PlanView) -> bytes:
    content = json.dumps(_content(plan), ensure_ascii=False)
    # Only the fonts typst carries in itself: the same page on every machine.
    compiler = typst.Compiler(
        _LAYOUT, root=_LAYOUT.parent, ignore_system_fonts=True, sys_inputs={"plan": content}
    )
    printed = compiler.compile(
        format="pdf", pdf_standards=["ua-1"], timestamp=int(plan.published_at.timestamp())
    )
    if not isinstance(printed, bytes):
        message = "typst printed no single document"
        raise TypeError(message)
    return printed


def _content(plan: PlanView) -> dict[str, Any]:
    """Return what the layout needs, every string as it will be read."""
    return {
        "language": queries.active_language(),
        "written_in": plan.language,
        "title": _set(plan.title),
        "subtitle": _set(plan.subtitle),
        "lead": _set(plan.lead),
        "city": str(settings.PARVIS_CITY_NAME),
        "edition": _set(
            _("Version %(number)s, text of %(date)s")
            % {
                "number": plan.version,
                "date": formats.date_format(plan.dated, "DATE_FORMAT"),
            }
        ),
        "horizon": _set(_("Horizon %(year)s") % {"year": plan.horizon}),
        "source": _set(plan.source_title),
        "address": settings.PARVIS_SITE_URL + plan.url,
        "labels": _labels(plan),
        "pillars": [
            _section(pillar.section)
            | {
                "axes": [
                    _section(axis.section) | {"actions": [_section(a) for a in axis.actions]}
                    for axis in pillar.axes
                ]
            }
            for pillar in plan.pillars
        ],
    }


def _labels(plan: PlanView) -> dict[str, str]:
    labels = {
        "contents": _("Contents"),
        "description": _("The plan of the City, action by action, in the words of its source."),
        "quoted": _(
            "The indented texts are the exact words of the source; what is in bold in them is the"
            " commitment. Titles of axes and actions are ours."
        ),
        "placed": _(
            "The source does not say to which pillar each action belongs: Parvis placed them."
        ),
        "empty": _("The source gives this pillar no action yet. Anyone may propose one."),
        "amended": _("Words amended by the City."),
        "page": _("page"),
        "read_online": _("Read and discuss online:"),
        "translated": _("Translated from French by Parvis; the French text is authentic.")
        if plan.translated
        else "",
    }
    return {name: _set(label) for name, label in labels.items()}


def _section(section: SectionView) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": _set(section.title),
        "language": section.language,
        "says_more": section.says_more,
        "quoted": section.quoted,
        "pieces": [{"kind": p.kind, "text": p.text} for p in section.pieces],
    }


def _set(text: str) -> str:
    """Return the text with French typography where French is read."""
    return french(text) if queries.active_language() == "fr" else text
