"""Taking one's data away: an archive is asked for, made by a job, checked, and gone in a week."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import tempfile
import uuid
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.account import events
from parvis.account.actions import archive_file
from parvis.account.models import Archive, ArchiveState, Resident
from parvis.account.queries import rights as queries
from parvis.account.rules import rights as rules
from parvis.kernel import facts, register
from parvis.kernel.errors import NotFound

TASK, QUEUE = "account.build_archive", "housekeeping"
FOLDER = "archives"
# A small archive is made in memory.
_SPOOLED = 8_000_000
_BLOCK = 1 << 20
_NAMED_WITHIN = dt.timedelta(hours=1)


class DoesNotAddUp(Exception):
    """An archive holds other rows than the database, however often it is made."""


@transaction.atomic
def ask_archive(*, person_id: uuid.UUID, language: str, now: dt.datetime) -> uuid.UUID:
    """Have an archive made of everything that is kept about a person; return its public id.

    One that is being made, or was asked for a moment ago, is the one that is meant.
    """
    # One person's wishes, one after another.
    Resident.objects.select_for_update().get(pk=person_id, closed_at=None)
    mine = Archive.objects.filter(person_id=person_id).exclude(state=ArchiveState.FAILED)
    known = (
        mine.filter(state__in=queries.UNDER_WAY).first()
        or mine.filter(asked_at__gt=now - rules.ARCHIVE_PATIENCE).first()
    )
    if known:
        return known.public_id
    archive = Archive.objects.create(person_id=person_id, language=language, asked_at=now)
    _record("account.archive_asked", person_id, now=now)
    # The job is written on Django's own connection, in this transaction.
    job = configure_task(
        name=TASK,
        job_manager=JobManager(DjangoConnector()),
        queue=QUEUE,
        lock=f"archive/{person_id}",
    )
    job.defer(archive_id=str(archive.public_id))
    return archive.public_id


def build_archive(archive_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Make an archive from the start; return False if nobody waits for it any more.

    The rows in the file are counted again, and compared with those in the database. It is made
    anew if they differ, which a row written meanwhile may cause.

    :raises DoesNotAddUp: if they still differ; the archive has failed, and can be asked for again
    """
    wanted = Archive.objects.filter(public_id=archive_id, state__in=queries.UNDER_WAY)
    archive = wanted.first()
    if archive is None:
        return False
    subject = archive_file.Subject(
        person_id=archive.person_id, language=archive.language, asked_at=archive.asked_at
    )
    wrong: dict[str, tuple[int, int]] = {}
    for _try in range(rules.TRIES):
        wanted.update(state=ArchiveState.BUILDING, done=0, total=archive_file.parts())
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as file:
            wrong = _write_and_compare(file, subject, archive.pk)
            if not wrong:
                return _keep(archive, file, now=now)
    wanted.update(state=ArchiveState.FAILED, ended_at=now)
    raise DoesNotAddUp(str(wrong))


def _write_and_compare(
    file: IO[bytes], subject: archive_file.Subject, archive_pk: int
) -> dict[str, tuple[int, int]]:
    mine = Archive.objects.filter(pk=archive_pk)
    archive_file.write(file, subject, on_part=lambda: mine.update(done=F("done") + 1))
    file.seek(0)
    written = archive_file.rows_in(file)
    return rules.differences(written, archive_file.rows_held(subject.person_id))


def _keep(archive: Archive, file: IO[bytes], *, now: dt.datetime) -> bool:
    """Put the file into the storage and say that it is ready, unless its owner has left."""
    file.seek(0)
    rows = archive_file.rows_in(file)
    size = file.seek(0, 2)
    file.seek(0)
    sha256 = _sha256(file)
    file.seek(0)
    # Nobody can guess the name: who has the storage open does not learn whose it is.
    stored = default_storage.save(f"{FOLDER}/{secrets.token_hex(20)}.zip", File(file))
    with transaction.atomic():
        kept = Archive.objects.filter(pk=archive.pk, state=ArchiveState.BUILDING).update(
            state=ArchiveState.READY,
            file=stored,
            size=size,
            sha256=sha256,
            rows=rows,
            ended_at=now,
        )
        if kept:
            facts.announce(events.ArchiveReady(person_id=archive.person_id), now=now)
    if not kept:
        default_storage.delete(stored)
    return bool(kept)


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


@transaction.atomic
def take_archive(*, person_id: uuid.UUID, archive_id: uuid.UUID, now: dt.datetime) -> str:
    """Return the name of a ready archive's file in the storage, and write that it was taken.

    :raises NotFound: `archive_gone` if it is not ready, not theirs, or a week old
    """
    after = now - dt.timedelta(days=rules.ARCHIVE_STAYS_DAYS)
    archive = Archive.objects.filter(
        public_id=archive_id, person_id=person_id, state=ArchiveState.READY, asked_at__gt=after
    ).first()
    if archive is None:
        raise NotFound("archive_gone", _("This archive is gone. Ask for a new one."))
    _record("account.archive_taken", person_id, now=now)
    return archive.file


def forget_archives(before: dt.datetime, now: dt.datetime) -> int:
    """Delete the archives asked for before a moment, and files that no archive names."""
    forgotten = _forget(Archive.objects.filter(asked_at__lt=before))
    transaction.on_commit(lambda: [sweep_files(now=now)])
    return forgotten


def forget_archives_of(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Delete the archives of a person who leaves."""
    return _forget(Archive.objects.filter(person_id=person_id))


def sweep_files(*, now: dt.datetime) -> int:
    """Delete the files of archives that no row names, left by a process that died; return how
    many. A file of the last hour may be about to be named."""
    if not default_storage.exists(FOLDER):
        return 0
    named = set(Archive.objects.exclude(file="").values_list("file", flat=True))
    _folders, files = default_storage.listdir(FOLDER)
    orphans = [
        name
        for name in (f"{FOLDER}/{file}" for file in files)
        if name not in named and default_storage.get_modified_time(name) < now - _NAMED_WITHIN
    ]
    for orphan in orphans:
        default_storage.delete(orphan)
    return len(orphans)


def _forget(archives: QuerySet[Archive]) -> int:
    files = [name for name in archives.values_list("file", flat=True) if name]
    forgotten, _kinds = archives.delete()

    def delete_files() -> None:
        for name in files:
            default_storage.delete(name)

    # A file is gone only once its row is: what fails between the two is swept at night.
    transaction.on_commit(delete_files)
    return forgotten


def _record(action: str, person_id: uuid.UUID, *, now: dt.datetime) -> None:
    ref = f"person:{person_id}"
    register.record(register.Entry(action=action, object_ref=ref, actor_ref=ref, recorded_at=now))
