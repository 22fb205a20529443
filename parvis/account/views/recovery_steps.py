"""What a browser holds while its person finds a way back: the attempt, the passkey that is
asked."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from allauth.account.views import INTERNAL_RESET_SESSION_KEY
from django import forms
from django.utils.translation import gettext as _

from parvis.account.actions import passkeys, recovery as actions
from parvis.account.forms.recovery import KeptCodeForm, TextCodeForm
from parvis.account.models import Resident
from parvis.account.permissions import count_try, refuse_haste
from parvis.account.queries import factors, recovery as queries
from parvis.account.queries.recovery import Attempt
from parvis.kernel.errors import Refused
from parvis.kernel.http import CityRequest

_ATTEMPT = "account.recovery"
_ADDRESS = "account.recovery_address"
_NUMBER = "account.phone_asked"
# The library's address of the page behind a link, once the key has left it for the session.
_KEY_IS_HELD = "set-password"
_HASTE = "second_step_failed"


def hold_attempt(request: CityRequest, recovery_id: uuid.UUID, *, address: str) -> None:
    """Remember which attempt this browser is at, and for which address, known or not."""
    request.session[_ATTEMPT] = str(recovery_id)
    request.session[_ADDRESS] = address


def attempt_of(request: CityRequest, *, now: dt.datetime) -> Attempt:
    """Return the attempt this browser is at.

    :raises Refused: `recovery_over`
    """
    held = request.session.get(_ATTEMPT)
    found = queries.attempt(uuid.UUID(held) if held else None, now=now)
    if found is None:
        raise actions.recovery_over()
    return found


def leave_attempt(request: CityRequest) -> None:
    """Forget the attempt, and the link it began with."""
    request.session.pop(_ATTEMPT, None)
    request.session.pop(_ADDRESS, None)
    request.session.pop(INTERNAL_RESET_SESSION_KEY, None)


def begin_by_link(request: CityRequest, *, uidb36: str, key: str, now: dt.datetime) -> bool:
    """Begin an attempt if a link to choose a password is not enough for its account.

    Source: OWASP ASVS 5.0, 6.4.3: a forgotten password is no way around a second factor.
    """
    if key == _KEY_IS_HELD:
        key = request.session.get(INTERNAL_RESET_SESSION_KEY, "")
    person_id = queries.whose_link(uidb36=uidb36, key=key)
    if person_id is None or not factors.has_second_factor(person_id):
        return False
    begun = actions.begin(person_id=person_id, by_mail=True, now=now)
    hold_attempt(request, begun, address=queries.address_of(person_id))
    return True


def hold_number(request: CityRequest, number: str) -> None:
    """Remember to which number a code was sent; "" for none."""
    request.session[_NUMBER] = number


def held_number(request: CityRequest) -> str:
    """Return the number that waits for its code, or an empty string."""
    return str(request.session.get(_NUMBER, ""))


def proof_forms(request: CityRequest) -> dict[str, forms.Form]:
    """Return the forms of the proofs that are typed; the one that was sent is bound."""
    sent = request.POST
    return {
        "text": TextCodeForm(sent if "text_code" in sent else None),
        "kept": KeptCodeForm(sent if "kept_code" in sent else None),
    }


def prove(
    request: CityRequest, shown: dict[str, forms.Form], attempt: Attempt, *, now: dt.datetime
) -> bool:
    """Weigh the proof that was typed; return whether it is right, with the error in its form.

    :raises Refused: `too_many_tries` (429)
    """
    weigh = {"text": actions.prove_by_text, "kept": actions.prove_by_code}
    for name, form in shown.items():
        if form.is_bound and form.is_valid():
            _slow_down(request, attempt, now=now)
            typed = form.cleaned_data[f"{name}_code"]
            if weigh[name](recovery_id=attempt.id, code=typed, now=now):
                return True
            count_try(request, _HASTE, now=now, address=_who(request, attempt))
            form.add_error(f"{name}_code", _("This code is not, or no longer, the right one."))
    return False


def _slow_down(request: CityRequest, attempt: Attempt, *, now: dt.datetime) -> None:
    refuse_haste(request, _HASTE, now=now, address=_who(request, attempt))


def _who(request: CityRequest, attempt: Attempt) -> str:
    # Before a proof only the code of a text can be tried, which dies after a few; who has shown one
    # is not kept waiting for what strangers try.
    return f"recovery:{request.session.get(_ADDRESS, '')}" if attempt.shown else ""


def passkey_options(attempt: Attempt) -> dict[str, Any]:
    """Begin to ask the browser for a passkey: of the person once they showed something, else of
    whoever it belongs to."""
    return passkeys.request_options(_asked(attempt))


def prove_by_passkey(request: CityRequest, attempt: Attempt, *, now: dt.datetime) -> bool:
    """Weigh the answer of a passkey; return whether it is one of the attempt's person."""
    _slow_down(request, attempt, now=now)
    whose = _whose_passkey(request.POST.get("credential", ""), by=_asked(attempt))
    if actions.note_passkey(recovery_id=attempt.id, person_id=whose, now=now):
        return True
    count_try(request, _HASTE, now=now, address=_who(request, attempt))
    return False


def _asked(attempt: Attempt) -> Resident | None:
    if not attempt.shown or attempt.person_id is None:
        return None
    return Resident.objects.filter(pk=attempt.person_id).first()


def _whose_passkey(answer: str, *, by: Resident | None) -> uuid.UUID | None:
    try:
        key = passkeys.shown(json.loads(answer), by=by)
    except (ValueError, Refused):
        return None
    key.record_usage()
    return uuid.UUID(str(key.user_id))
