"""Alice, protected by a second step, finds her way back: what these tests do again and again."""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from django.urls import reverse

from parvis.account.actions import factors, recovery
from parvis.account.actions.sealing import seal
from parvis.account.models import Phone, Resident
from parvis.account.testing import MORNING, OPEN_SESAME, alice
from parvis.kernel.ids import new_public_id
from parvis.kernel.models import OutgoingMail, OutgoingText

NEW = "tasse-girafe-horizon"
ALICES = "+33612345678"


def protected(*, phone=True):
    """Save Alice with an application, codes on paper and a phone; return her and the codes."""
    person = alice()
    Authenticator.objects.create(
        user_id=person.id,
        type=Authenticator.Type.TOTP,
        data={"secret": seal("JBSWY3DPEHPK3PXP"), "step": 0, "public_id": str(new_public_id())},
    )
    codes = factors.make_paper_codes(person_id=person.id, now=MORNING)
    if phone:
        Phone.objects.create(person_id=person.id, number=ALICES, verified_at=MORNING)
    return person, codes


def follow_link(client):
    client.post(reverse("account_reset_password"), {"email": "alice@parvis.example"})
    mail = OutgoingMail.objects.filter(subject="Choisir un nouveau mot de passe").latest("pk")
    path = re.search(r"http://localhost:8000(/\S+)", mail.text).group(1)
    return client.get(path)


def begin(person, *, by_mail, now=MORNING):
    return recovery.begin(person_id=person.id if person else None, by_mail=by_mail, now=now)


def text(recovery_id, now=MORNING):
    """Ask for a text, do what the job does, and return the code, or None."""
    recovery.ask_text(recovery_id=recovery_id, now=now)
    if not recovery.send_text(recovery_id=recovery_id, now=now):
        return None
    return re.match(r"\d{6}", OutgoingText.objects.latest("pk").text).group(0)


def choose(recovery_id, *, forgets=False, now=MORNING):
    recovery.choose_password(
        recovery_id=recovery_id, password=NEW, forgets_factors=forgets, now=now
    )


def is_unchanged() -> bool:
    return Resident.objects.get(email="alice@parvis.example").check_password(OPEN_SESAME)
