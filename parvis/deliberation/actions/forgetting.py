"""Forgetting a person: what they said publicly stays, without who said it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F, Q

from parvis.deliberation.actions.common import lock
from parvis.deliberation.models import (
    Answer,
    AnswerRevision,
    Contribution,
    Draft,
    Flag,
    Follow,
    ModerationDecision,
    Remark,
    Revision,
    Support,
)
from parvis.deliberation.models.choices import Opinion, State


@transaction.atomic
def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Take a person out of every row: votes stay as numbers, texts without a name, drafts go.

    Texts they had withdrawn, or that were hidden, lose their words, former ones too. Officials
    stay named in the answers they gave for the city. Return how many rows changed.
    """
    del now
    mine = {"author_id": person_id}
    _lock_all_that_changes(person_id)
    changed = _votes_become_numbers(person_id)
    former = Revision.objects.filter(contribution__author_id=person_id)
    former.exclude(contribution__state=State.PUBLIC).delete()
    for model in (Contribution, Remark):
        unread = model.objects.filter(**mine).exclude(state=State.PUBLIC)
        unread.update(body="", state=State.WITHDRAWN)
        changed += model.objects.filter(**mine).update(author_id=None, form_token="")
    withdrawn = Contribution.objects.filter(author_id=None, body="", state=State.WITHDRAWN)
    withdrawn.exclude(title="").update(title="")
    for gone in (Draft, Follow):
        changed += gone.objects.filter(person_id=person_id).delete()[0]
    changed += Flag.objects.filter(person_id=person_id).update(person_id=None)
    for signed in (Answer, AnswerRevision, ModerationDecision):
        changed += signed.objects.filter(by_id=person_id).update(by_id=None)
    undone = ModerationDecision.objects.filter(undone_by_id=person_id)
    return changed + undone.update(undone_by_id=None)


def _lock_all_that_changes(person_id: uuid.UUID) -> None:
    # One person after another, and every contribution before any count of a section: others lock
    # one contribution, then count it, and would wait for us as we for them.
    lock("deliberation:forgetting")
    remarked = Remark.objects.filter(Q(author_id=person_id) | Q(supports__person_id=person_id))
    supported = Support.objects.filter(person_id=person_id, contribution__isnull=False)
    touched = Contribution.objects.filter(
        Q(author_id=person_id)
        | Q(pk__in=remarked.values("contribution_id"))
        | Q(pk__in=supported.values("contribution_id"))
    )
    list(touched.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _votes_become_numbers(person_id: uuid.UUID) -> int:
    given = Support.objects.filter(person_id=person_id)
    for opinion in Opinion:
        column = f"archived_{opinion.value}"
        voted = given.filter(opinion=opinion, contribution__isnull=False)
        chosen = Contribution.objects.filter(
            pk__in=list(voted.values_list("contribution_id", flat=True))
        )
        chosen.update(**{column: F(column) + 1})
    supported = given.filter(remark__isnull=False)
    remarks = Remark.objects.filter(pk__in=list(supported.values_list("remark_id", flat=True)))
    remarks.update(archived_ok=F("archived_ok") + 1)
    return given.delete()[0]
