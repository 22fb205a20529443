"""Marks that only who holds a secret of the vote can make: of a person, a form, a receipt."""

from __future__ import annotations

import base64
import hashlib
import hmac

_CODE_LENGTH = 20


def person_tag(secret: bytes, identity: str) -> str:
    """Return the mark under which somebody stands in the register of one vote."""
    return _tag(secret, "person", identity)


def ballot_nonce(secret: bytes, *, form: str, voter: str) -> str:
    """Return the random part of a ballot: new for each form and voter, and the same again when
    the same form is sent again by the same voter. `voter` is their mark, or the receipt they
    replace: a form that is passed on makes another ballot, never twice the same."""
    return _tag(secret, "nonce", f"{form}/{voter}")


def cast_tag(key: bytes, nonce: str) -> str:
    """Return the mark by which a form that was sent before is known again."""
    return _tag(key, "cast", nonce)


def receipt_tag(key: bytes, receipt: str) -> str:
    """Return the mark by which an equal ballot is known again."""
    return _tag(key, "receipt", receipt)


def spent_tag(secret: bytes, receipt: str) -> str:
    """Return the mark of a receipt that was replaced."""
    return _tag(secret, "spent", receipt)


def change_code(secret: bytes, *, contest: str, receipt: str) -> str:
    """Return what, with its receipt, lets a voter replace a ballot: 20 letters and figures (100
    bits). It holds in one contest only, or a ballot could leave one and enter another."""
    mark = bytes.fromhex(_tag(secret, "change", f"{contest}/{receipt}"))
    return base64.b32encode(mark).decode()[:_CODE_LENGTH]


def is_change_code(secret: bytes, *, contest: str, receipt: str, code: str) -> bool:
    """Tell whether a code goes with a receipt, in a time that tells nothing."""
    right = change_code(secret, contest=contest, receipt=receipt)
    return hmac.compare_digest(right.encode(), code.encode())


def _tag(key: bytes, what: str, value: str) -> str:
    return hmac.new(key, f"{what}\0{value}".encode(), hashlib.sha256).hexdigest()
