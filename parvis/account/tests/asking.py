"""Whatever a stranger can ask about a person, known or not: what tests and bench/ ask alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from parvis.account.actions import factors, phones, recovery
from parvis.account.actions.sealing import seal
from parvis.account.models import Identity, PhoneCode, Resident
from parvis.account.testing import MORNING, OPEN_SESAME, a_person, signed_in
from parvis.kernel import clock
from parvis.kernel.ids import new_public_id

WRONG = "un-mauvais-mot-de-passe"


@dataclass(frozen=True, slots=True)
class About:
    """Whom one asks about: an address and a telephone number, somebody's or nobody's."""

    email: str
    number: str


# What goes before is done at once; what is returned asks the question.
Ask = Callable[[], HttpResponseBase]
Branch = Callable[[About, Client], Ask]


def _post(client: Client, page: str, **typed: str) -> HttpResponseBase:
    answer: HttpResponseBase = client.post(reverse(page), typed)
    return answer


def signing_in(about: About, _resident: Client) -> Ask:
    """Ask with a password that is wrong."""
    return lambda: _post(Client(), "account_login", login=about.email, password=WRONG)


def signing_in_without_password(about: About, _resident: Client) -> Ask:
    """Ask with no password at all."""
    return lambda: _post(Client(), "account_login", login=about.email, password="")


def signing_up(about: About, _resident: Client) -> Ask:
    """Open an account."""
    typed = {"email": about.email, "usual_name": "Élise", "password": OPEN_SESAME}
    return lambda: _post(Client(), "account_signup", attempt=str(uuid.uuid4()), **typed)


def forgetting(about: About, _resident: Client) -> Ask:
    """Ask for a link to choose a password."""
    return lambda: _post(Client(), "account_reset_password", email=about.email)


def asking_a_code(about: About, _resident: Client) -> Ask:
    """Ask for a code by mail."""
    return lambda: _post(Client(), "account:ask_code", email=about.email)


def typing_a_wrong_code(about: About, _resident: Client) -> Ask:
    """Type a code that was not mailed."""
    client = Client()
    _post(client, "account:ask_code", email=about.email)
    return lambda: _post(client, "account:type_code", code="abcdef")


def moving(about: About, resident: Client) -> Ask:
    """Want this address for one's own account."""
    EmailAddress.objects.filter(verified=False).delete()
    return lambda: _post(resident, "account_email", email=about.email)


def adding_a_phone(about: About, resident: Client) -> Ask:
    """Want this telephone for one's own account."""
    PhoneCode.objects.all().delete()
    return lambda: _post(resident, "account:phones", number=about.number)


def typing_a_wrong_code_of_a_phone(about: About, resident: Client) -> Ask:
    """Type a code that was not sent to the telephone."""
    adding_a_phone(about, resident)()
    return lambda: _post(resident, "account:confirm_phone", text_code="000000x")


def recovering(about: About, _resident: Client) -> Ask:
    """Say that one lost the mailbox."""
    return lambda: _post(Client(), "account:recover", email=about.email)


def _at_recovery(about: About) -> Client:
    client = Client()
    _post(client, "account:recover", email=about.email)
    return client


def reading_which_proofs(about: About, _resident: Client) -> Ask:
    """Look at which proofs may be given."""
    client = _at_recovery(about)
    return lambda: client.get(reverse("account:recover_proofs"))


def recovering_by_text(about: About, _resident: Client) -> Ask:
    """Ask for a text to the telephones of the account."""
    client = _at_recovery(about)
    return lambda: _post(client, "account:recover_text")


def typing_a_wrong_code_of_a_text(about: About, _resident: Client) -> Ask:
    """Type a code that is not the one of the text that was sent."""
    PhoneCode.objects.all().delete()
    client = _at_recovery(about)
    _post(client, "account:recover_text")
    held = uuid.UUID(client.session["account.recovery"])
    recovery.send_text(recovery_id=held, now=clock.now())
    return lambda: _post(client, "account:recover_proofs", text_code="000000x")


def typing_a_wrong_code_on_paper(about: About, _resident: Client) -> Ask:
    """Type a code of an application or on paper that is none."""
    client = _at_recovery(about)
    return lambda: _post(client, "account:recover_proofs", kept_code="abcd-efgh")


def asking_for_a_passkey(about: About, _resident: Client) -> Ask:
    """Ask what a passkey is to sign."""
    client = _at_recovery(about)
    return lambda: client.get(reverse("account:recover_passkey"))


def showing_a_wrong_passkey(about: About, _resident: Client) -> Ask:
    """Answer with a passkey that is none."""
    client = _at_recovery(about)
    client.get(reverse("account:recover_passkey"))
    return lambda: _post(client, "account:recover_passkey", credential="{}")


def an_account(about: About) -> None:
    """Save a person with this address and telephone, an application and codes on paper."""
    person = a_person("Alice", email=about.email)
    if Authenticator.objects.filter(user_id=person.id).exists():
        return
    secret = {"secret": seal("JBSWY3DPEHPK3PXP"), "step": 0, "public_id": str(new_public_id())}
    Authenticator.objects.create(user_id=person.id, type=Authenticator.Type.TOTP, data=secret)
    factors.make_paper_codes(person_id=person.id, now=MORNING)
    phones.note_shown(person_id=person.id, number=about.number, now=MORNING)


def an_account_without_password(about: About) -> None:
    """Save a person with this address who comes in with FranceConnect only."""
    resident = Resident.objects.get(pk=a_person("Farid", email=about.email).id)
    resident.set_unusable_password()
    resident.save(update_fields=["password"])
    phones.note_shown(person_id=resident.pk, number=about.number, now=MORNING)
    Identity.objects.create(
        vouched_by="franceconnect",
        iss="https://franceconnect.example",
        sub=about.email,
        person=resident,
        first_seen_at=MORNING,
        last_seen_at=MORNING,
        linked_at=MORNING,
    )


def a_resident() -> Client:
    """Return the browser of somebody else who is signed in and has just proved it again."""
    client = signed_in(Client(), a_person("Mover"))
    _post(client, "account_reauthenticate", password=OPEN_SESAME)
    return client


Opened = Callable[[About], None]
# Each branch, and what the account is that it may betray.
BRANCHES: list[tuple[Branch, Opened]] = [
    (signing_in, an_account),
    (signing_in, an_account_without_password),
    (signing_in_without_password, an_account),
    (signing_in_without_password, an_account_without_password),
    (signing_up, an_account),
    (signing_up, an_account_without_password),
    (forgetting, an_account),
    (forgetting, an_account_without_password),
    (asking_a_code, an_account),
    (asking_a_code, an_account_without_password),
    (typing_a_wrong_code, an_account),
    (typing_a_wrong_code, an_account_without_password),
    (moving, an_account),
    (adding_a_phone, an_account),
    (typing_a_wrong_code_of_a_phone, an_account),
    (recovering, an_account),
    (recovering, an_account_without_password),
    (reading_which_proofs, an_account),
    (recovering_by_text, an_account),
    (typing_a_wrong_code_of_a_text, an_account),
    (typing_a_wrong_code_on_paper, an_account),
    (asking_for_a_passkey, an_account),
    (showing_a_wrong_passkey, an_account),
]


def name_of(branch: Branch, opened: Opened) -> str:
    """Return what a branch is called: « signing in, an account without password »."""
    return ", ".join(one.__name__.replace("_", " ") for one in (branch, opened))
