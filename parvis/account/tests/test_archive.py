"""Taking one's data away: everything is in one file, counted twice, for its owner, for a week."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.account.actions import archive_file, archives
from parvis.account.models import Archive, ArchiveState
from parvis.account.queries import rights
from parvis.account.testing import MORNING, OPEN_SESAME, alice, bachir, chloe, signed_in
from parvis.account.tests.reading_world import Letter
from parvis.kernel import clock, reading, register
from parvis.kernel.declarations import Held, Keeps, keeps
from parvis.kernel.errors import NotFound
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.kernel.testing import at_once

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def asked_and_built(person, *, now=MORNING):
    archive_id = archives.ask_archive(person_id=person.id, language="fr", now=now)
    assert archives.build_archive(archive_id, now=now) is True
    return Archive.objects.get(public_id=archive_id)


def opened(archive: Archive) -> zipfile.ZipFile:
    with default_storage.open(archive.file) as stored:
        return zipfile.ZipFile(io.BytesIO(stored.read()))


def told(archive, module):
    return json.loads(opened(archive).read(f"{module}/data.json"))


def test_alice_takes_everything_away_in_one_file():
    person = alice()
    archive = asked_and_built(person)
    with opened(archive) as file:
        names = set(file.namelist())
        manifest = json.loads(file.read("manifest.json"))
    assert {"index.html", "index.en.html", "manifest.json"} <= names
    modules = {f"{keep.key}/data.json" for keep in keeps if keep.about_people}
    assert modules == {name for name in names if name.endswith("/data.json")}
    assert (manifest["person"], manifest["rows"]) == (str(person.id), archive.rows)
    [profile] = told(archive, "account")["rows"]["residents.Resident"]
    assert (profile["email"], profile["civil_name"]) == ("alice@parvis.example", "Alice Martin")
    assert {"password", "attempt"} & profile.keys() == set()


def test_the_counts_are_those_of_the_database_asked_without_us():
    person = bachir()
    rows = asked_and_built(person).rows
    for model, counted in (
        ("residents.Resident", "SELECT count(*) FROM residents_resident WHERE id = %s"),
        ("residents.RoleGrant", "SELECT count(*) FROM residents_rolegrant WHERE person_id = %s"),
        ("account.EmailAddress", "SELECT count(*) FROM account_emailaddress WHERE user_id = %s"),
        ("residents.Archive", "SELECT count(*) FROM residents_archive WHERE person_id = %s"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(counted, [person.id])
            assert cursor.fetchone()[0] == rows[model] == 1, model
    ref = f"person:{person.id}"
    assert rows["kernel.RegisterEntry"] == RegisterEntry.objects.filter(object_ref=ref).count()
    # That the archive is ready is told once it is made.
    facts = FactRecord.objects.filter(aggregate=ref).exclude(name="account.archive_ready")
    assert rows["kernel.FactRecord"] == facts.count() == 2


def test_others_are_not_named_in_it():
    reader, person = bachir(), alice()
    Letter.declare()
    reading.note(Letter.looked_at(reader, person, reason="Elle a appelé."), now=MORNING)
    [line] = told(asked_and_built(person), "account.register")["rows"]["kernel.ReadingEntry"]
    assert (line["reader_ref"], line["person_ref"]) == ("someone else", "you")
    assert line["reason"] == "Elle a appelé."
    file = opened(Archive.objects.get())
    everything = b"".join(file.read(name) for name in file.namelist())
    assert str(reader.id).encode() not in everything


def test_the_page_inside_is_in_the_language_of_the_person_with_the_other_beside_it():
    person = alice()
    file = opened(asked_and_built(person))
    assert '<html lang="fr">' in file.read("index.html").decode()
    english = file.read("index.en.html").decode()
    assert '<html lang="en">' in english
    assert "Alice Martin" in english
    assert "What the City keeps about me" in english


def test_files_go_along_and_one_that_is_missing_is_told(monkeypatch):
    person = alice()
    name = default_storage.save("proofs/acte.pdf", ContentFile(b"%PDF-acte"))
    held = Held(model="account.EmailAddress", by=("user",), files=("email",))
    monkeypatch.setattr("parvis.kernel.holdings.files", lambda *_: iter([name, "proofs/gone.pdf"]))
    monkeypatch.setattr(
        rights, "about_people", lambda: [Keeps(key="zz", personal="", retention="", held=(held,))]
    )
    file = io.BytesIO()
    subject = archive_file.Subject(person_id=person.id, language="fr", asked_at=MORNING)
    contents = archive_file.write(file, subject, on_part=lambda: None)
    stored, missing = contents.files
    assert zipfile.ZipFile(file).read(stored["name"]) == b"%PDF-acte"
    assert (stored["size"], missing["missing"]) == (9, True)


def test_asked_twice_it_is_made_once_and_by_a_job():
    person = alice()
    first = archives.ask_archive(person_id=person.id, language="fr", now=MORNING)
    assert archives.ask_archive(person_id=person.id, language="fr", now=MORNING + DAY) == first
    assert ProcrastinateJob.objects.filter(task_name=archives.TASK).count() == 1
    archives.build_archive(first, now=MORNING)
    again = MORNING + dt.timedelta(minutes=4)
    assert archives.ask_archive(person_id=person.id, language="fr", now=again) == first
    later = MORNING + dt.timedelta(minutes=6)
    assert archives.ask_archive(person_id=person.id, language="fr", now=later) != first


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_one_moment_are_one_archive():
    person = alice()

    def ask():
        return archives.ask_archive(person_id=person.id, language="fr", now=MORNING)

    assert len(set(at_once([ask] * 4))) == 1
    assert Archive.objects.count() == 1


def test_built_twice_it_is_one_file_and_its_owner_is_told_once():
    archive = asked_and_built(alice())
    assert archives.build_archive(archive.public_id, now=MORNING) is False
    assert len(default_storage.listdir(archives.FOLDER)[1]) == 1
    assert FactRecord.objects.filter(name="account.archive_ready").count() == 1


def test_a_row_written_meanwhile_has_it_made_anew(monkeypatch):
    person = alice()
    archive_id = archives.ask_archive(person_id=person.id, language="fr", now=MORNING)
    count, disturbed = archive_file.rows_held, []

    def meanwhile(person_id):
        if not disturbed:
            disturbed.append(True)
            ref = f"person:{person_id}"
            entry = register.Entry(action="test.done", object_ref=ref, recorded_at=MORNING)
            register.record(entry)
        return count(person_id)

    monkeypatch.setattr(archive_file, "rows_held", meanwhile)
    assert archives.build_archive(archive_id, now=MORNING) is True
    rows = told(Archive.objects.get(), "account.register")["rows"]["kernel.RegisterEntry"]
    assert "test.done" in [row["action"] for row in rows]


def test_what_never_adds_up_is_thrown_away_and_told(client, monkeypatch):
    person = alice()
    archive_id = archives.ask_archive(person_id=person.id, language="fr", now=clock.now())
    monkeypatch.setattr(archive_file, "rows_held", lambda _person: {"residents.Resident": 2})
    with pytest.raises(archives.DoesNotAddUp, match=r"'residents.Resident': \(1, 2\)"):
        archives.build_archive(archive_id, now=MORNING)
    failed = Archive.objects.get()
    assert (failed.state, failed.file) == (ArchiveState.FAILED, "")
    assert not default_storage.exists(archives.FOLDER)
    page = signed_in(client, person).get(reverse("account:data")).content.decode()
    assert "archive" in page
    assert archives.ask_archive(person_id=person.id, language="fr", now=clock.now()) != archive_id


def test_it_is_downloaded_by_its_owner_after_the_password(client):
    person = alice()
    archive = asked_and_built(person, now=clock.now())
    page = reverse("account:archive", args=[archive.public_id])
    asked = signed_in(client, person).get(page)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    answer = client.get(page)
    assert answer["Content-Type"] == "application/zip"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert RegisterEntry.objects.filter(action="account.archive_taken").count() == 1


def test_nobody_else_may_take_it_nor_anybody_after_a_week():
    person, other = alice(), chloe()
    archive = asked_and_built(person)
    week = MORNING + 7 * DAY
    for who, now in ((other, MORNING), (person, week)):
        with pytest.raises(NotFound) as refusal:
            archives.take_archive(person_id=who.id, archive_id=archive.public_id, now=now)
        assert refusal.value.code == "archive_gone"
    assert not RegisterEntry.objects.filter(action="account.archive_taken").exists()
    almost = week - dt.timedelta(seconds=1)
    taken = archives.take_archive(person_id=person.id, archive_id=archive.public_id, now=almost)
    assert taken == archive.file


def test_after_a_week_its_file_is_gone(django_capture_on_commit_callbacks):
    archive = asked_and_built(alice())
    with django_capture_on_commit_callbacks(execute=True):
        assert archives.forget_archives(MORNING, MORNING) == 0
    assert default_storage.exists(archive.file)
    with django_capture_on_commit_callbacks(execute=True):
        assert archives.forget_archives(MORNING + DAY, MORNING + DAY) == 1
    assert not default_storage.exists(archive.file)
    assert not Archive.objects.exists()


def test_files_that_nobody_names_are_swept_once_they_are_an_hour_old():
    kept = asked_and_built(alice()).file
    lost = default_storage.save(f"{archives.FOLDER}/lost.zip", ContentFile(b"x"))
    present = clock.now()
    assert archives.sweep_files(now=present) == 0
    assert archives.sweep_files(now=present + dt.timedelta(hours=2)) == 1
    assert (default_storage.exists(kept), default_storage.exists(lost)) == (True, False)


def test_who_left_meanwhile_leaves_no_file(monkeypatch):
    person = alice()
    archive_id = archives.ask_archive(person_id=person.id, language="fr", now=MORNING)
    write = archive_file.write

    def and_leaves(*args, **options):
        written = write(*args, **options)
        Archive.objects.all().delete()
        return written

    monkeypatch.setattr(archive_file, "write", and_leaves)
    monkeypatch.setattr(archives.rules, "differences", lambda *_: {})
    assert archives.build_archive(archive_id, now=MORNING) is False
    assert default_storage.listdir(archives.FOLDER)[1] == []


def test_the_page_shows_how_far_it_is_without_and_with_a_script(client):
    person = alice()
    signed_in(client, person)
    assert client.post(reverse("account:ask_archive")).status_code == 302
    Archive.objects.update(state=ArchiveState.BUILDING, done=3, total=12)
    page = client.get(reverse("account:data")).content.decode()
    assert '<progress max="12" value="3"' in page
    assert 'hx-trigger="every 2s"' in page
    piece = client.get(reverse("account:data"), headers={"HX-Request": "true"}).content.decode()
    assert "<h1" not in piece
    assert '<progress max="12" value="3"' in piece


def test_alice_reads_who_read_her_file_and_why(client):
    reader, person = bachir(), alice()
    Letter.declare()
    now = clock.now()
    reading.note(Letter.looked_at(reader, person), now=now)
    reading.note(Letter.looked_at(reader, person, reason="Elle a appelé."), now=now)
    page = signed_in(client, person).get(reverse("account:readings")).content.decode()
    assert page.count("<strong>Bachir</strong> read your letter") == 2
    assert "to answer it" in page
    assert "Elle a appelé." in page
    hers = signed_in(client, chloe()).get(reverse("account:readings")).content.decode()
    assert "Bachir" not in hers
