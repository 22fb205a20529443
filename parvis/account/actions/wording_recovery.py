"""What mails and text messages say about phones and ways back into an account, in the active
language."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from parvis.account.actions.wording import Wording, if_it_was_not_you
from parvis.account.rules import phones as rules
from parvis.ui.wording import moment as said_when


def phone_added(path: str, *, number: str) -> Wording:
    """Tell a person that a phone was added to their account."""
    return Wording(
        subject=_("A phone was added to your account"),
        before=(
            _("The number %(number)s now helps you back in if you forget your password.")
            % {"number": rules.masked(number)},
            if_it_was_not_you(),
        ),
        verb=_("See my phones"),
        path=path,
    )


def phone_removed(path: str, *, number: str) -> Wording:
    """Tell a person that a phone was removed from their account."""
    return Wording(
        subject=_("A phone was removed from your account"),
        before=(
            _("The number %(number)s is no longer linked to your account.")
            % {"number": rules.masked(number)},
            if_it_was_not_you(),
        ),
        verb=_("See my phones"),
        path=path,
    )


def factors_forgotten(path: str) -> Wording:
    """Tell a person that their second steps were removed while they recovered the account."""
    return Wording(
        subject=_("Your second step was removed"),
        before=(
            _(
                "You chose a new password with two proofs, and asked us to forget the app, the "
                "passkeys and the recovery codes that you had lost."
            ),
            _("Your password alone opens your account now: add a second step again soon."),
            if_it_was_not_you(),
        ),
        verb=_("Protect my account"),
        path=path,
    )


def recovery_opened(path: str, *, due_at: dt.datetime) -> Wording:
    """Tell an old address that somebody came to the counter for its account."""
    return Wording(
        subject=_("Someone asks for access to your account at a counter"),
        before=(
            _(
                "A person who says that they are you came to a counter of the City, with a paper, "
                "and asked for a way back into your account."
            ),
            _("If it was you, do nothing: on %(when)s a link leaves for the address you gave.")
            % {"when": said_when(due_at)},
            _("If it was not you, refuse before then: one click, and nothing happens."),
        ),
        verb=_("Refuse"),
        path=path,
        after=(_("Signing in to your account refuses it too."),),
    )


def recovery_link(path: str) -> Wording:
    """Give the new address the link that opens the account."""
    return Wording(
        subject=_("Your way back into your account"),
        before=(
            _("You came to a counter of the City, and nobody objected within a day."),
            _(
                "Open the page below and choose a new password: your account then uses this "
                "address."
            ),
        ),
        verb=_("Choose a new password"),
        path=path,
        after=(_("The link works once, for a day."),),
    )


def recovery_stopped(path: str) -> Wording:
    """Tell the address given at the counter that the account stays as it is."""
    return Wording(
        subject=_("Your request at the counter has been stopped"),
        before=(
            _(
                "The owner of the account refused your request or signed in, or the City withdrew "
                "it. The account stays as it is."
            ),
            _("If the account is yours, come back to a counter: an agent will help you."),
        ),
        verb=_("See the site"),
        path=path,
    )


def text_code(code: str) -> str:
    """Return the text message that carries a code; its last line lets a phone fill the code in."""
    said = _("%(code)s is your code for %(city)s. It works for 10 minutes. Give it to nobody.")
    said %= {"code": code, "city": settings.PARVIS_CITY_NAME}
    host = settings.PARVIS_SITE_URL.split("://")[-1].split("/")[0].split(":")[0]
    return f"{said}\n\n@{host} #{code}"


def text_taken() -> str:
    """Return what the owner of a number reads when another account wants it."""
    said = _("%(city)s: someone wanted to add this number to another account. Nothing has changed.")
    return said % {"city": settings.PARVIS_CITY_NAME}


def text_recovered() -> str:
    """Return what a phone of the account reads when the account was recovered."""
    said = _("%(city)s: your account has a new password. If it was not you, tell the City at once.")
    return said % {"city": settings.PARVIS_CITY_NAME}


def text_recovery_opened(url: str) -> str:
    """Return what a phone of the account reads when somebody came to the counter for it."""
    said = _(
        "%(city)s: someone asks for access to your account at a counter. If it is not you, refuse "
        "within a day: %(url)s"
    )
    return said % {"city": settings.PARVIS_CITY_NAME, "url": url}
