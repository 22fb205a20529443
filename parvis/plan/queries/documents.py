"""The plan as programs read it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.plan import rules
from parvis.plan.models import PlanVersion
from parvis.plan.queries.texts import draft_of, latest_version


def plan_document(version: int | None = None) -> tuple[str, dict[str, Any]]:
    """Return an entity tag and the document of the current plan, or of one of its versions.

    :raises NotFound: `no_plan` or `no_plan_version`
    """
    found = latest_version()
    if version is not None and version != found.number:
        found = _version(found, version)
    draft = draft_of(found)
    head = {
        "$schema": settings.PARVIS_SITE_URL + _address("fr", "plan:schema"),
        "version": found.number,
        "published_at": found.published_at.isoformat() if found.published_at else "",
        "fingerprint": found.fingerprint,
    }
    urls = {
        section.number: {
            language: settings.PARVIS_SITE_URL + _address(language, "plan:section", section.number)
            for language in draft.words
        }
        for section in draft.sections
    }
    etag = f'"{found.number}-{found.fingerprint[:32]}"'
    return etag, rules.document(draft, head=head, urls=urls)


def _version(current: PlanVersion, number: int) -> PlanVersion:
    found = PlanVersion.objects.filter(
        plan=current.plan, number=number, published_at__isnull=False
    ).first()
    if found is None:
        raise NotFound("no_plan_version", _("The plan has no such version."))
    return found


def _address(language: str, name: str, *args: str) -> str:
    with translation.override(language):
        return reverse(name, args=args)
