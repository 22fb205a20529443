"""The secret of the link by which who has no account comes back to their report.

It follows from the report and the City's key, so that a letter sent a month later holds the same
link without it being kept anywhere; the database keeps its SHA-256 alone.
"""

from __future__ import annotations

import base64
import hashlib
import uuid

from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound
from parvis.kernel.sealing import secrets
from parvis.streets.models import Report

_SALT, _LETTER = "streets.report", "streets.letter"


def secret_of(report_id: uuid.UUID, *, key: bytes | None = None) -> str:
    """Return the secret of a report's link: 43 letters that nobody guesses.

    `key` is one that the City used before; the present one as usual.
    """
    digest = salted_hmac(_SALT, str(report_id), secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_of(report: Report) -> str:
    """Return the path of the page that only who made the report knows, in their language."""
    made = [secret_of(report.pk, key=key) for key in secrets()]
    # A report of before the City changed its key is known by the secret of then.
    known = next((one for one in made if hash_of(one) == report.access_hash), made[0])
    with translation.override(report.language):
        return reverse("streets:by_link", args=[known])


def letter_token(report_id: uuid.UUID, *, key: bytes | None = None) -> str:
    """Return what only the letter to an address says: who reported has the link already, and may
    have typed another's address. `key` as for `secret_of`."""
    return salted_hmac(_LETTER, str(report_id), secret=key, algorithm="sha256").hexdigest()[:32]


def came_by_letter(report: Report, token: str) -> bool:
    """Tell whether somebody came by the letter that was sent to the address of a report."""
    return any(constant_time_compare(letter_token(report.pk, key=key), token) for key in secrets())


def report_of(secret: str) -> Report:
    """Return the report of a secret.

    :raises NotFound: `no_report`, the same for a forged secret as for one that was forgotten
    """
    rows = Report.objects.select_related("case", "first_case", "case__subtype", "case__state")
    found = rows.filter(access_hash=hash_of(secret), forgotten_at=None).first()
    if found is None:
        raise NotFound("no_report", _("This link does not lead to a report."))
    return found
