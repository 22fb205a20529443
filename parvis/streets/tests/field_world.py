"""Agents and cases as the tests of the board, of bulk jobs, rounds and partners need them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from parvis.account.testing import a_person, bachir, signed_in
from parvis.kernel.testing_photos import a_photo
from parvis.streets.models import BulkJob, BulkLine, OfflineAction, OfflineBatch, PartnerLink
from parvis.streets.tests import life_cases
from parvis.streets.tests.life_cases import HERE, a_case

SECRET_WORDS = "Mon voisin du troisième, Monsieur Untel"
ADDRESS = "elodie@example.org"


def at(east, north=0.0):
    """Return a point so many metres from the first one."""
    return HERE[0] + east, HERE[1] + north


def spread(count, **how):
    """Open cases in a row, too far from each other to be the same."""
    return [a_case(at(100.0 * rank), **how) for rank in range(count)]


def an_agent():
    """Return a browser in which Bachir is signed in."""
    return signed_in(Client(), bachir())


def another_agent():
    """Return a browser in which another agent is signed in."""
    return signed_in(Client(), a_person("Nadia", "agent"))


def photo(name="fin.jpg"):
    """Return a photo as a form sends it."""
    return SimpleUploadedFile(name, a_photo(), content_type="image/jpeg")


def page(client, name, *args, **query):
    """Return the answer of a page and its text."""
    answer = client.get(reverse(f"streets:{name}", args=args), query)
    return answer, answer.content.decode()


def everything():
    """Return all that may change, to be compared after a refusal."""
    more = {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for model in (BulkJob, BulkLine, OfflineAction, OfflineBatch)
    }
    links = PartnerLink.objects.order_by("pk").values_list("pk", "revoked_at")
    return life_cases.everything() | more | {"links": list(links)}
