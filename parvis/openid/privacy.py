"""What the provider keeps about a person, for how long, and how it forgets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Held, Keeps, Moves, Rule, Stays, keeps, moves
from parvis.openid.actions import forgetting
from parvis.openid.queries import parting

_FIVE_YEARS = 5 * 365
_NAMES_DAYS = 3
_LOGINS_DAYS = 365
# Whoever comes back with a token that was used is noticed for as long as one may come back at all.
_REFRESH_DAYS = 31
_OF_LIBRARY = ("user",)

keeps.declare(
    Keeps(
        key="openid",
        label=_("Connected services"),
        personal=_(
            "The services you entered with your account of the City, when, what you agreed to tell "
            "each, and the name under which each knows you."
        ),
        retention=_(
            "Sign-ins one year; what you agreed to five years after it ended; codes and tokens a "
            "month at most."
        ),
        held=(
            Held(
                model="openid.Consent",
                label=_("What you agreed to tell services"),
                by=("person",),
                stays=Stays(
                    what=_("That you agreed to tell a service something, and when, without name."),
                    law=_("RGPD, article 7.1: the City must be able to show that you agreed."),
                    days=_FIVE_YEARS,
                ),
            ),
            Held(
                model="openid.Subject",
                label=_("The names under which services know you"),
                by=("person",),
                by_ref=("ref",),
                stays=Stays(
                    what=_("The name under which each service knew you."),
                    law=_("RGPD, article 6.1 c: services are told that you signed out."),
                    days=_NAMES_DAYS,
                ),
            ),
            Held(
                model="openid.Login",
                label=_("Your sign-ins to services"),
                by=("person",),
                secret=("session_ref", "act"),
                others=("sid",),
                stays=Stays(
                    what=_("That somebody signed in to a service, and when, without name."),
                    law=_("CNIL, recommendation of 14 October 2021 on logs: one year."),
                    days=_LOGINS_DAYS,
                ),
            ),
            Held(
                model="openid.LogoutMessage",
                label=_("What services were told when you signed out"),
                by=("login__person",),
                stays=Stays(
                    what=_("That a service was told of it, and when, without name."),
                    law=_("CNIL, recommendation of 14 October 2021 on logs: one year."),
                    days=_LOGINS_DAYS,
                ),
            ),
            Held(
                model="openid.AccessToken",
                label=_("Tokens of services"),
                by=_OF_LIBRARY,
                secret=("token", "token_checksum"),
            ),
            Held(
                model="openid.RefreshToken",
                label=_("Tokens with which services come back"),
                by=_OF_LIBRARY,
                secret=("token", "token_checksum"),
                others=("token_family",),
            ),
            Held(
                model="openid.IDToken",
                label=_("Tokens that say who you are"),
                by=_OF_LIBRARY,
                others=("jti",),
            ),
            Held(
                model="openid.Grant",
                label=_("Codes of services"),
                by=_OF_LIBRARY,
                secret=("code", "code_challenge", "nonce"),
            ),
            Held(
                model="openid.DeviceGrant",
                label=_("Devices that waited for you"),
                by=_OF_LIBRARY,
                secret=("device_code", "user_code"),
            ),
            Held(
                model="openid.Service",
                label=_("Services you registered"),
                agents=("registered_by", "user"),
                private=(),
                secret=("client_secret",),
            ),
            Held(model="openid.SigningKey"),
        ),
        rules=(
            Rule(
                key="openid.tokens",
                what=_("Codes and tokens of services that ran out"),
                days=1,
                forget=forgetting.forget_tokens,
            ),
            Rule(
                key="openid.refresh_tokens",
                what=_("Tokens with which services came back"),
                days=_REFRESH_DAYS,
                forget=forgetting.forget_refresh_tokens,
            ),
            Rule(
                key="openid.logins",
                what=_("Sign-ins to services"),
                days=_LOGINS_DAYS,
                forget=forgetting.forget_logins,
            ),
            Rule(
                key="openid.subjects",
                what=_("Names under which services knew those who closed their account"),
                days=_NAMES_DAYS,
                forget=forgetting.forget_subjects,
            ),
            Rule(
                key="openid.consents",
                what=_("Consents that ended"),
                days=_FIVE_YEARS,
                forget=forgetting.forget_consents,
            ),
        ),
        erase=forgetting.forget_person,
        order=40,
    )
)
moves.declare(
    Moves(
        key="openid",
        # A service goes on knowing the person by the same name, and by what they agreed to. One
        # that knew both accounts knows the one that stays: the other signs out there for good.
        refs=(("openid.Subject", "ref"),),
        behind=parting.behind,
        columns=(
            ("openid.Subject", "person"),
            ("openid.Consent", "person"),
            ("openid.Login", "person"),
            ("openid.Grant", "user"),
            ("openid.AccessToken", "user"),
            ("openid.RefreshToken", "user"),
            ("openid.IDToken", "user"),
            ("openid.DeviceGrant", "user"),
        ),
        stays=(("openid.Service", "user"),),
    )
)
