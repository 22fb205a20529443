"""What this module publishes: contributions to consultations, live, without their authors."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import PublishedContribution
from parvis.kernel.declarations import DatasetField, PublishedDataset, published_datasets

_FACET = {"facet": ()}
_MOMENT = {"timeserie_precision": ("minute",)}

FIELDS = (
    DatasetField(
        name="id",
        type="text",
        label=_("Identifier"),
        description=_("Permanent identifier of the contribution."),
        annotations={"id": ()},
    ),
    DatasetField(
        name="consultation",
        type="text",
        label=_("Consultation"),
        description=_("Short name of the consultation, as in its address."),
        annotations=_FACET,
    ),
    DatasetField(
        name="titre_consultation",
        type="text",
        label=_("Title of the consultation"),
        description=_("The consultation, as its page calls it."),
        annotations=_FACET,
    ),
    DatasetField(
        name="nature",
        type="text",
        label=_("Kind"),
        description=_("Comment, addition, proposed measure, or article of the text."),
        annotations=_FACET,
    ),
    DatasetField(
        name="partie",
        type="text",
        label=_("Part of the text"),
        description=_("Reference of the section of the text it is about."),
        annotations=_FACET,
    ),
    DatasetField(
        name="titre",
        type="text",
        label=_("Title"),
        description=_("The title its author gave it; empty for a comment."),
    ),
    DatasetField(
        name="texte",
        type="text",
        label=_("Text"),
        description=_("The whole text, as its author wrote it."),
    ),
    DatasetField(
        name="arrondissement",
        type="int",
        label=_("Arrondissement"),
        description=_("The one its author chose to show; empty if none."),
        annotations=_FACET,
    ),
    DatasetField(
        name="publie_le",
        type="datetime",
        label=_("Published at"),
        description=_("When it was published, in universal time."),
        annotations=_MOMENT,
    ),
    DatasetField(
        name="modifie_le",
        type="datetime",
        label=_("Edited at"),
        description=_("When its author last changed it; empty if never."),
        annotations=_MOMENT,
    ),
    DatasetField(
        name="d_accord",
        type="int",
        label=_("People who agree"),
        description=_("People who support it or agree."),
    ),
    DatasetField(
        name="mitiges",
        type="int",
        label=_("People of mixed opinion"),
        description=_("Only where the consultation asks for it."),
    ),
    DatasetField(
        name="pas_d_accord",
        type="int",
        label=_("People who disagree"),
        description=_("Only where the consultation asks for it."),
    ),
    DatasetField(
        name="arguments_pour",
        type="int",
        label=_("Arguments for"),
        description=_("Number of public arguments for it."),
    ),
    DatasetField(
        name="arguments_contre",
        type="int",
        label=_("Arguments against"),
        description=_("Number of public arguments against it."),
    ),
    DatasetField(
        name="reponses",
        type="int",
        label=_("Replies"),
        description=_("Number of public replies to its arguments."),
    ),
    DatasetField(
        name="repondu_le",
        type="datetime",
        label=_("Answered at"),
        description=_("When the City answered in public; empty if it has not."),
        annotations=_MOMENT,
    ),
    DatasetField(
        name="reponse_ville",
        type="text",
        label=_("The City's answer"),
        description=_("What the City makes of it: adopted, adopted in part, not adopted, noted."),
        annotations=_FACET,
    ),
    DatasetField(
        name="page",
        type="text",
        label=_("Page"),
        description=_("Address of the contribution on this site."),
    ),
)


def _rows(names: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    ids = None if names is None else [uuid.UUID(name) for name in names]
    return (_row(one) for one in deliberation.published_contributions(ids))


def _row(one: PublishedContribution) -> dict[str, Any]:
    page = reverse("ideas:contribution", args=[one.id])
    return {
        "id": str(one.id),
        "consultation": one.consultation,
        "titre_consultation": one.consultation_title,
        "nature": one.kind,
        "partie": one.section_ref or None,
        "titre": one.title or None,
        "texte": one.body,
        "arrondissement": one.district,
        "publie_le": one.created_at.isoformat(),
        "modifie_le": _moment(one.edited_at),
        "d_accord": one.agree,
        "mitiges": one.mixed,
        "pas_d_accord": one.disagree,
        "arguments_pour": one.arguments_for,
        "arguments_contre": one.arguments_against,
        "reponses": one.replies,
        "repondu_le": _moment(one.answered_at),
        "reponse_ville": one.stance or None,
        "page": f"{settings.PARVIS_SITE_URL}{page}",
    }


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _the_one(fact: Any) -> Iterable[str]:
    return [str(fact.contribution_id)]


published_datasets.declare(
    PublishedDataset(
        key="contributions-aux-consultations",
        title=_("Contributions to the consultations"),
        description=_(
            "Every public contribution to the consultations held on this site: what it is about,"
            " what it says, how many people agree, and what the City answered."
        ),
        theme=_("Citizenship"),
        keywords=("consultation", "participation", "contributions"),
        fields=FIELDS,
        named_by="id",
        sorted_by=("publie_le", "id"),
        removed=_(
            "Names of the authors are left out, and whatever was withdrawn or hidden by moderators."
        ),
        refresh=_("Seconds after a contribution, a vote or an answer."),
        rows=_rows,
        changed_by=dict.fromkeys(
            (
                deliberation.ContributionPosted,
                deliberation.ContributionEdited,
                deliberation.ContributionWithdrawn,
                deliberation.RemarkPosted,
                deliberation.RemarkWithdrawn,
                deliberation.SupportGiven,
                deliberation.SupportWithdrawn,
                deliberation.TextHidden,
                deliberation.TextRestored,
                deliberation.AnswerGiven,
                deliberation.AnswerRevised,
            ),
            _the_one,
        ),
    )
)
