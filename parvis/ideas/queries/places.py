"""The parts of the text a consultation is about, whether the plan holds them or an archive does."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from parvis.deliberation.public import ConsultationHead, own_sections
from parvis.kernel.errors import NotFound
from parvis.plan.public import PlanView, SectionView, plan

_PLAN = "plan:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A part of the text one can talk about. `branch_ref` is its pillar, itself for a pillar."""

    ref: str
    number: str
    title: str
    branch_ref: str
    text: str = ""
    url: str = ""
    is_branch: bool = False

    @property
    def label(self) -> str:
        """Return its number and its title."""
        return f"{self.number} {self.title}".strip()


def plan_of(consultation: ConsultationHead) -> PlanView | None:
    """Return the plan a consultation is about, None where it carries its own sections."""
    if not consultation.subject_ref.startswith(_PLAN):
        return None
    return plan(consultation.subject_ref.removeprefix(_PLAN))


def places(consultation: ConsultationHead) -> dict[str, Place]:
    """Return the places of a consultation by ref, in reading order."""
    text = plan_of(consultation)
    if text is None:
        found = [
            Place(ref=s.ref, number=s.heading, title=s.title, branch_ref=s.ref)
            for s in own_sections(consultation.slug)
        ]
    else:
        found = [_of_section(section) for section in text.sections if section.kind != "axis"]
    return {place.ref: place for place in found}


def place(consultation: ConsultationHead, ref: str) -> Place:
    """Return one place of a consultation.

    :raises NotFound: `no_section`, if the text has no such part
    """
    found = places(consultation).get(ref)
    if found is None:
        raise NotFound("no_section", _("This part of the text does not exist."))
    return found


def _of_section(section: SectionView) -> Place:
    is_branch = section.kind == "pillar"
    return Place(
        ref=section.ref,
        number=section.number,
        title=section.title,
        branch_ref=section.ref if is_branch else section.pillar_ref,
        text=section.text,
        url=section.url,
        is_branch=is_branch,
    )
