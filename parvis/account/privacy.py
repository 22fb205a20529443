"""What the account keeps about a person, for how long, and how it forgets."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from parvis.account.actions.closing import forget_person
from parvis.account.models import Resident, RoleGrant
from parvis.kernel.declarations import Keeps, keeps


def export_person(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the rows of the account about a person, without the password's fingerprint."""
    fields = [
        "email",
        "usual_name",
        "civil_name",
        "language",
        "residence",
        "work",
        "heart",
        "opened_at",
        "confirmed_at",
        "last_login",
    ]
    rows = list(Resident.objects.filter(pk=person_id).values(*fields))
    rows += list(EmailAddress.objects.filter(user_id=person_id).values("email", "verified"))
    rows += list(RoleGrant.objects.filter(person_id=person_id).values("role", "granted_at"))
    return rows


keeps.declare(
    Keeps(
        key="account",
        models=(
            "residents.Resident",
            "residents.RoleGrant",
            "account.EmailAddress",
            "account.EmailConfirmation",
            "sessions.Session",
        ),
        personal=_(
            "Your address, your names, your language, your arrondissements, "
            "the roles the City gave you."
        ),
        retention=_(
            "As long as your account is open; a sign-up or a new address that is not confirmed, "
            "three days."
        ),
        export=export_person,
        erase=forget_person,
    )
)
