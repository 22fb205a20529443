"""Pictures of a project: taken in clean, shown with words, taken out again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import IO

from django.db import transaction

from parvis.account.public import Person
from parvis.budget.actions.locking import changed, own
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Picture, Project
from parvis.budget.rules.sheets import LONGEST_PLACE, MOST_PICTURES, tidy
from parvis.budget.rules.status import OPEN_TO_WORDS, Status
from parvis.kernel.files import take_in

FOLDER = "budget"
_MAY_CHANGE = {Status.DRAFT, *OPEN_TO_WORDS}


@transaction.atomic
def add_picture(
    project_id: uuid.UUID, upload: IO[bytes], *, words: str, by: Person, now: dt.datetime
) -> Picture:
    """Add a picture to one's project; the same picture twice is one, with the words said last.

    :raises NotFound: `no_project`
    :raises Forbidden: `own_project_only`
    :raises Refused: `status_wrong`, and what `kernel.files.take_in` refuses
    :raises Unfit: `picture_words_missing`, `too_many_pictures`, `not_a_picture`
    """
    project = own(project_id, by)
    if project.status not in _MAY_CHANGE:
        raise refusal("status_wrong")
    said = tidy(words)
    if not 0 < len(said) <= LONGEST_PLACE:
        raise Unfit("picture_words_missing", field="words")
    stored = take_in(upload, folder=FOLDER)
    if not stored.content_type.startswith("image/"):
        raise Unfit("not_a_picture", field="picture")
    others = project.pictures.exclude(file=stored.name).count()
    if others >= MOST_PICTURES:
        raise Unfit("too_many_pictures", field="picture")
    picture, _made = Picture.objects.update_or_create(
        project=project,
        file=stored.name,
        defaults={"words": said},
        create_defaults={"words": said, "added_by_id": by.id, "added_at": now},
    )
    _told(project, by, now)
    return picture


@transaction.atomic
def remove_picture(picture_id: uuid.UUID, *, by: Person, now: dt.datetime) -> uuid.UUID:
    """Take a picture out of one's project, whose id is returned.

    :raises NotFound: `no_picture`, `no_project`
    :raises Forbidden: `own_project_only`
    :raises Refused: `status_wrong`
    """
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None:
        raise refusal("no_picture")
    project = own(picture.project_id, by)
    if project.status not in _MAY_CHANGE:
        raise refusal("status_wrong")
    picture.delete()
    _told(project, by, now)
    return project.pk


def _told(project: Project, by: Person, now: dt.datetime) -> None:
    changed(project, now=now)
    if project.status != Status.DRAFT:
        note("pictures_changed", project, by=by, now=now)
