"""What the tests of sent files share: an agent's browser, files to send, a worker's turn."""

from __future__ import annotations

import contextlib
import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.account import testing as people
from parvis.opendata import tasks
from parvis.opendata.actions import uploading
from parvis.opendata.models import IngestRun

GOOD = "numero;service;montant\nA1;Voirie;1 234,56\nA2;Écoles;78,9\n"
BAD = "numero;service;montant\nA1;Voirie;beaucoup\nA2;Écoles;-\n"
NAMES = "prenom;note\nAlice;7\n"
COUNTS = "service;femmes;hommes;total\nVoirie;3;20;23\nÉcoles;40;50;90\nParcs;60;70;130\n"


def as_(name):
    """Return a browser in which one of the cast is signed in."""
    return people.signed_in(Client(), getattr(people, name)())


def page(name, *arguments):
    """Return an address of the desk, in English."""
    with translation.override("en"):
        return reverse(f"opendata:{name}", args=arguments)


def file(content=GOOD, name="depenses.csv"):
    """Return a file as a form sends it."""
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def send(browser, dataset="depenses", **given):
    """Send a file for a dataset; return the answer."""
    return browser.post(page("send", dataset), {"file": file(), **given})


def send_new(browser, **given):
    """Send the first file of a dataset; return the answer."""
    said = {"title": "Dépenses", "description": "Une ligne par dépense.", "license": "lo"}
    return browser.post(page("send_new"), {"file": file(), **said, **given})


def work():
    """Do what the worker would: every job about files that waits, once."""
    jobs = ProcrastinateJob.objects.filter(task_name=uploading.TASK, status="todo").order_by("pk")
    done = [job.pk for job in jobs]
    for job in jobs:
        with contextlib.suppress(OSError, RuntimeError):
            tasks.read_file(**job.args)
    _settle(done)
    return len(done)


def _settle(jobs):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [jobs])


def run():
    """Return the run that was begun last."""
    return IngestRun.objects.order_by("pk").last()


def bomb():
    """Return a spreadsheet of a few kilobytes that unpacks to 21 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _block in range(21):
                sheet.write(b" " * 1_000_000)
    return packed.getvalue()
