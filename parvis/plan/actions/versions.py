"""Publishing a plan: each version is written whole, then published, then never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import clock, facts, register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.plan import permissions, queries, rules
from parvis.plan.events import PlanPublished, SectionAmended
from parvis.plan.models import Origin, Placement, Plan, PlanText, PlanVersion, Section, SectionText
from parvis.plan.rules import BadPlan, Language, PlanDraft, SectionWords

PROGRAM, WEB = "program", "web"


@transaction.atomic
def load_plan(*, draft: PlanDraft, now: dt.datetime, over_amendments: bool = False) -> int | None:
    """Publish a plan read from a city's file, unless this very content is the last one loaded.

    Returns the number of the new version, or None where there was nothing to do.

    :raises Refused: `plan_was_amended`, if officials have changed the plan since the last file and
        `over_amendments` is not given
    """
    plan = _locked(draft.slug, now)
    latest = plan.versions.filter(published_at__isnull=False).order_by("-number").first()
    loaded = plan.versions.filter(origin=Origin.FILE, published_at__isnull=False)
    last_loaded = loaded.order_by("-number").first()
    if last_loaded is not None and last_loaded.fingerprint == rules.fingerprint(draft):
        return None
    if latest is not None and latest.origin == Origin.AMENDMENT and not over_amendments:
        raise Refused(
            "plan_was_amended",
            _("Officials have amended this plan since its file was loaded; nothing was changed."),
        )
    return _publish(plan, draft, Origin.FILE, actor="", now=now)


@transaction.atomic
def publish_version(*, draft: PlanDraft, by: Person, now: dt.datetime) -> int:
    """Publish a plan as an official wrote it and return the number of the version.

    :raises Forbidden: `may_not_amend_plan`
    """
    _check_may_amend(by)
    plan = _locked(draft.slug, now)
    return _publish(plan, draft, Origin.AMENDMENT, actor=_person_ref(by), now=now)


@transaction.atomic
def amend_section(
    *,
    ref: str,
    words: Mapping[Language, SectionWords],
    note: Mapping[Language, str],
    by: Person,
    now: dt.datetime,
) -> int:
    """Publish a new version in which one section says something else; return its number.

    `words` and `note` hold French at least; a language left out of `words` is left out of the
    section.

    :raises Forbidden: `may_not_amend_plan`
    :raises NotFound: `no_plan_section`, if the version in force has no such section
    :raises Refused: `plan_words_unfit`, if French is missing, empty or too long
    """
    _check_may_amend(by)
    slug, number = rules.parse_ref(ref) or ("", "")
    plan = Plan.objects.select_for_update().filter(slug=slug).first()
    latest = queries.latest_version(slug) if plan else None
    if plan is None or latest is None or ref not in queries.section_refs(slug):
        raise NotFound("no_plan_section", _("The plan has no section of this number."))
    try:
        draft = rules.amended(
            queries.draft_of(latest),
            number=number,
            words=words,
            note=note,
            dated=clock.city_day(now),
        )
    except (BadPlan, KeyError) as error:
        raise Refused(
            "plan_words_unfit", _("A section needs a title and a text in French, not too long.")
        ) from error
    version = _publish(plan, draft, Origin.AMENDMENT, actor=_person_ref(by), now=now)
    facts.announce(SectionAmended(plan_slug=slug, version=version, section_ref=ref), now=now)
    return version


def _check_may_amend(by: Person) -> None:
    if not permissions.may_amend(by):
        raise Forbidden("may_not_amend_plan", _("Only elected officials amend the plan."))


def _person_ref(person: Person) -> str:
    return f"person:{person.id}"


def _locked(slug: str, now: dt.datetime) -> Plan:
    """Return the plan, created if new, so that two who publish it wait for each other."""
    Plan.objects.get_or_create(slug=slug, defaults={"created_at": now})
    return Plan.objects.select_for_update().get(slug=slug)


def _publish(plan: Plan, draft: PlanDraft, origin: Origin, *, actor: str, now: dt.datetime) -> int:
    number = plan.versions.count() + 1
    version = PlanVersion.objects.create(
        plan=plan,
        number=number,
        horizon=draft.horizon,
        dated=draft.dated,
        origin=origin,
        fingerprint=rules.fingerprint(draft),
    )
    _write_words(version, draft)
    _write_sections(version, draft)
    version.published_at = now
    version.save(update_fields=["published_at"])
    register.record(
        register.Entry(
            action="plan.published",
            object_ref=rules.plan_ref(plan.slug),
            actor_ref=actor,
            recorded_at=now,
            details={"version": number, "fingerprint": version.fingerprint},
            channel=WEB if actor else PROGRAM,
        )
    )
    facts.announce(PlanPublished(plan_slug=plan.slug, version=number), now=now)
    return number


def _write_words(version: PlanVersion, draft: PlanDraft) -> None:
    PlanText.objects.bulk_create(
        PlanText(
            version=version,
            language=language,
            title=words.title,
            subtitle=words.subtitle,
            lead=words.lead,
            note=words.note,
            source_title=words.source_title,
            translated=words.translated,
        )
        for language, words in draft.words.items()
    )


def _write_sections(version: PlanVersion, draft: PlanDraft) -> None:
    known = {section.number: section for section in Section.objects.filter(plan=version.plan)}
    born = [
        Section(plan=version.plan, number=given.number, kind=given.kind)
        for given in draft.sections
        if given.number not in known
    ]
    known |= {section.number: section for section in Section.objects.bulk_create(born)}
    placements = Placement.objects.bulk_create(
        Placement(
            version=version,
            section=known[given.number],
            axis=known[given.axis] if given.axis else None,
            position=position,
            quoted=given.quoted,
            placed_by=given.placed_by,
        )
        for position, given in enumerate(draft.sections, start=1)
    )
    SectionText.objects.bulk_create(
        SectionText(
            placement=placement,
            language=language,
            title=words.title,
            text=words.text,
            mark=words.mark,
            translated=words.translated,
        )
        for placement, given in zip(placements, draft.sections, strict=True)
        for language, words in given.words.items()
    )
