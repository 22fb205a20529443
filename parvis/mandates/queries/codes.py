"""Codes that hand a file over: to the second parent, or to the child who opens an account."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.ids import ALPHABET
from parvis.mandates.models import CodeUse, Ward

LETTERS = 12


def fingerprint(code: str) -> str:
    """Return what is kept of a code, however it was typed: 60 random bits need no slow hash."""
    bare = "".join(c for c in code.upper().translate(_READ_AS) if c in ALPHABET)
    return hashlib.sha256(f"mandates.code:{bare}".encode()).hexdigest()


_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def ward_of_code(code: str, *, use: CodeUse, now: dt.datetime) -> Ward:
    """Return the ward whose code for this use it is, locked until the end of the transaction.

    :raises NotFound: `no_such_code` if nobody's is, or it is too old
    :raises Refused: `code_to_join`, `code_to_claim` if it was given for the other use
    """
    rows = Ward.objects.select_for_update(no_key=True)
    ward = rows.filter(code_hash=fingerprint(code), code_until__gt=now, forgotten_at=None).first()
    if ward is None:
        raise NotFound(
            "no_such_code",
            _("This code is not one of ours, or it is too old. Ask for a new one."),
        )
    if ward.code_use != use:
        raise _of_another_use(ward.code_use)
    return ward


def _of_another_use(code_use: str) -> Refused:
    if code_use == CodeUse.JOIN:
        message = _(
            "This code lets a second parent ask to hold the child: it hands the file over to "
            "nobody. Ask who acts for you for the code that is for you, or an agent at a counter."
        )
        return Refused("code_to_join", message)
    message = _(
        "This code makes the file of a person their own: it is for them alone. To hold the child "
        "too, ask the other parent for a code that is for you."
    )
    return Refused("code_to_claim", message)
