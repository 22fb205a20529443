"""What the mails about factors, codes and devices say, in the active language."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from parvis.account.actions.wording import Wording, Writer, if_it_was_not_you
from parvis.account.queries.sessions import client_in_words
from parvis.account.rules import factors as rules
from parvis.account.rules.sessions import Client
from parvis.ui.wording import moment as said

__all__ = [
    "Writer",
    "factor_added",
    "factor_removed",
    "mailed_code",
    "new_device",
    "no_account_here",
    "paper_code_used",
    "shared_code",
]


def mailed_code(path: str, *, code: str) -> Wording:
    """Give a code to sign in with."""
    return Wording(
        subject=_("%(code)s is your code to sign in") % {"code": code},
        before=(
            _("You asked to sign in with a code. Here it is: %(code)s") % {"code": code},
            _("Type it on the page where you asked for it. It works for %(minutes)s minutes, once.")
            % {"minutes": int(rules.MAILED_CODE_LIVES.total_seconds()) // 60},
        ),
        verb=_("Type my code"),
        path=path,
        after=(
            _("Nobody at the City will ever ask you for this code: give it to no one."),
            _("If it was not you, do nothing: without this code nobody comes in."),
        ),
    )


def shared_code(path: str, *, code: str) -> Wording:
    """Give a code that serves all who asked for one with the same address, and say why."""
    shown = rules.written_shared(code)
    return Wording(
        subject=_("%(code)s is your code to sign in") % {"code": shown},
        before=(
            _("You asked to sign in with a code. Here it is: %(code)s") % {"code": shown},
            _(
                "Many codes were asked for with your address, perhaps not by you. So that you can "
                "sign in all the same, this one works once, in any browser where one was asked "
                "for with your address, for %(minutes)s minutes."
            )
            % {"minutes": int(rules.MAILED_CODE_LIVES.total_seconds()) // 60},
        ),
        verb=_("Type my code"),
        path=path,
        after=(
            _("Nobody at the City will ever ask you for this code: give it to no one."),
            _(
                "If it was not you, do nothing: without this code nobody comes in. Until they "
                "stop, we write to you every ten minutes at most."
            ),
        ),
    )


def no_account_here(path: str) -> Wording:
    """Tell an address without account that somebody asked for a code with it."""
    return Wording(
        subject=_("No account uses this address"),
        before=(
            _("Someone, perhaps you, asked for a code to sign in with this address."),
            _("No account uses it. Perhaps you signed up with another one?"),
        ),
        verb=_("Open an account"),
        path=path,
        after=(_("If it was not you, do nothing."),),
    )


def new_device(path: str, *, client: Client, address: str, moment: dt.datetime) -> Wording:
    """Tell a person that somebody signed in from a device that was not known for them."""
    return Wording(
        subject=_("You signed in from a new device"),
        before=(
            _("Someone, most likely you, has just signed in to your account."),
            _("%(device)s, %(when)s, from the internet address %(address)s.")
            % {
                "device": client_in_words(client),
                "when": said(moment),
                "address": address or _("unknown"),
            },
            _("If it was you, there is nothing to do."),
            _("If it was not, end that session and choose another password straight away."),
        ),
        verb=_("See where I am signed in"),
        path=path,
        after=(if_it_was_not_you(),),
    )


def factor_added(path: str, *, factor: str) -> Wording:
    """Tell a person that their account can be opened in one more way."""
    subject = {
        "passkey": _("A passkey was added to your account"),
        "app": _("An application was added to your account"),
        "paper_codes": _("New recovery codes were made for your account"),
    }[factor]
    return _changed(subject, path)


def factor_removed(path: str, *, factor: str) -> Wording:
    """Tell a person that one way to open their account is gone."""
    subject = {
        "passkey": _("A passkey was taken away from your account"),
        "app": _("The application was taken away from your account"),
    }[factor]
    return _changed(subject, path)


def paper_code_used(path: str, *, left: int) -> Wording:
    """Tell a person that one of their recovery codes was used."""
    return Wording(
        subject=_("One of your recovery codes was used"),
        before=(
            _("Someone, most likely you, signed in with one of your recovery codes."),
            _("Codes that still work: %(left)s. You may make new ones whenever you like.")
            % {"left": left},
            if_it_was_not_you(),
        ),
        verb=_("See how my account is protected"),
        path=path,
    )


def _changed(subject: str, path: str) -> Wording:
    return Wording(
        subject=subject,
        before=(
            _("This was done from a session that had just shown your password or a passkey."),
            if_it_was_not_you(),
        ),
        verb=_("See how my account is protected"),
        path=path,
    )
