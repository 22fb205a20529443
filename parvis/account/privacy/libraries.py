"""What the sign-in library keeps about people for us."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Held, Keeps, keeps


def forget_factors(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Delete the passkeys and code generators of a person."""
    return int(Authenticator.objects.filter(user_id=person_id).delete()[0])


def forget_identities(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Delete the links to other identity providers, with their tokens."""
    return int(SocialAccount.objects.filter(user_id=person_id).delete()[0])


keeps.declare(
    Keeps(
        key="account.library_factors",
        label=_("Passkeys and code generators"),
        personal=_(
            "The passkeys and code generators that you added: a name, when it was added and used."
        ),
        retention=_("Until you take them away; erased with your account."),
        held=(
            Held(
                model="mfa.Authenticator",
                label=_("Passkeys and code generators"),
                by=("user",),
                # Secrets and public keys.
                secret=("data",),
            ),
        ),
        erase=forget_factors,
        order=12,
    ),
    Keeps(
        key="account.library_identities",
        label=_("Links to other identity providers"),
        personal=_("That FranceConnect or ProConnect vouched for you, and what it told."),
        retention=_("Until you take the link away; erased with your account."),
        held=(
            Held(
                model="socialaccount.SocialAccount",
                label=_("Links to other identity providers"),
                by=("user",),
            ),
            Held(
                model="socialaccount.SocialToken",
                label=_("Tokens of other identity providers"),
                by=("account__user",),
                secret=("token", "token_secret"),
            ),
            Held(model="socialaccount.SocialApp"),
        ),
        erase=forget_identities,
        order=14,
    ),
)
