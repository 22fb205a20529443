"""What each mail of the account says, in the active language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parvis.account.rules import opening as rules
from parvis.ui.contact import contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A mail before it is laid out. `path` is on this site; `after` follows the button."""

    subject: str
    before: tuple[str, ...]
    verb: str = ""
    path: str = ""
    after: tuple[str, ...] = ()


Writer = Callable[[str], Wording]


def confirm_sign_up(path: str) -> Wording:
    """Say how to confirm the address of a new account."""
    return Wording(
        subject=_("Confirm your address to open your account"),
        before=(
            _("Someone, most likely you, signed up with this address."),
            _("One step is left: open the page below and press its button."),
        ),
        verb=_("Confirm my address"),
        path=path,
        after=(
            _("The link works for %(days)s days, in any browser.")
            % {"days": rules.CONFIRMATION_DAYS},
            _("If it was not you, do nothing: this sign-up will be forgotten by itself."),
        ),
    )


def already_known(path: str) -> Wording:
    """Tell the owner of an account that somebody signed up with their address."""
    return Wording(
        subject=_("You already have an account"),
        before=(
            _("Someone, perhaps you, tried to sign up with this address."),
            _("You already have an account here: nothing has changed, and no other was opened."),
            _("If you have forgotten your password, choose a new one on the page below."),
        ),
        verb=_("Choose a new password"),
        path=path,
        after=(_("If it was not you, do nothing: whoever tried has learnt nothing."),),
    )


def confirm_new_address(path: str) -> Wording:
    """Say how to confirm the new address of an account."""
    return Wording(
        subject=_("Confirm your new address"),
        before=(_("You asked that your account use this address from now on."),),
        verb=_("Confirm my new address"),
        path=path,
        after=(
            _("Until then, your account keeps its present address."),
            _("If it was not you, do nothing: nothing will change."),
        ),
    )


def address_taken(path: str) -> Wording:
    """Tell the owner of an address that somebody wanted it for another account."""
    return Wording(
        subject=_("Your address stays with your account"),
        before=(
            _("Someone, perhaps you, asked that another account use this address."),
            _("It already belongs to your account: nothing has changed."),
        ),
        verb=_("See my account"),
        path=path,
    )


def address_changed(path: str) -> Wording:
    """Tell the old address that the account has left it."""
    return Wording(
        subject=_("Your account has a new address"),
        before=(
            _("Your account no longer uses this address: a new one has just been confirmed."),
            if_it_was_not_you(),
        ),
        verb=_("See my account"),
        path=path,
    )


def new_password(path: str) -> Wording:
    """Say how to choose a new password."""
    return Wording(
        subject=_("Choose a new password"),
        before=(_("You asked for a new password. Choose it on the page below."),),
        verb=_("Choose a new password"),
        path=path,
        after=(
            _("The link works for one day and only once."),
            _("If it was not you, do nothing: your password stays as it is."),
        ),
    )


def no_account(path: str) -> Wording:
    """Tell an address without account that somebody asked for its password."""
    return Wording(
        subject=_("No account uses this address"),
        before=(
            _("Someone, perhaps you, asked for a new password for this address."),
            _("No account uses it. Perhaps you signed up with another one?"),
        ),
        verb=_("Open an account"),
        path=path,
        after=(_("If it was not you, do nothing."),),
    )


def password_changed(path: str) -> Wording:
    """Tell a person that their password was changed."""
    return Wording(
        subject=_("Your password was changed"),
        before=(
            _("Your account has a new password. Your other devices have been signed out."),
            _("If it was not you, choose another one on the page below."),
            *_help(),
        ),
        verb=_("Choose a new password"),
        path=path,
    )


def account_closed(path: str) -> Wording:
    """Say goodbye."""
    return Wording(
        subject=_("Your account is closed"),
        before=(
            _("Your account is closed and your personal details are erased."),
            _("Your public contributions stay, without your name."),
            _("You may open a new account whenever you like, with this address too."),
        ),
        verb=_("See the site"),
        path=path,
    )


def if_it_was_not_you() -> str:
    """Say what to do about something one did not do oneself."""
    reached = contact()
    if reached.phone:
        return _("If it was not you, call %(phone)s straight away: an agent will help you.") % {
            "phone": reached.phone
        }
    if reached.address:
        return _("If it was not you, write straight away to %(address)s.") % {
            "address": reached.address
        }
    return _("If it was not you, tell the City straight away.")


def _help() -> tuple[str, ...]:
    phone = contact().phone
    return (_("You may also call %(phone)s.") % {"phone": phone},) if phone else ()
