"""What the mails about identities from outside and merged accounts say, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _, pgettext

from parvis.account.actions.wording import Wording, Writer, if_it_was_not_you
from parvis.account.rules import identities as rules, opening


def attached(name: str) -> Writer:
    """Tell a person that one can now sign in to their account with a party outside."""

    def write(path: str) -> Wording:
        return Wording(
            subject=_("You can now sign in with %(name)s") % {"name": name},
            before=(
                _("Your account was attached to your identity at %(name)s.") % {"name": name},
                if_it_was_not_you(),
            ),
            verb=_("See my identities"),
            path=path,
        )

    return write


def detached(name: str) -> Writer:
    """Tell a person that a party outside no longer opens their account."""

    def write(path: str) -> Wording:
        return Wording(
            subject=_("%(name)s no longer opens your account") % {"name": name},
            before=(
                _("Your identity at %(name)s was taken off your account.") % {"name": name},
                if_it_was_not_you(),
            ),
            verb=_("See my identities"),
            path=path,
        )

    return write


def confirm_contact(path: str) -> Wording:
    """Say how to confirm the address of an account that FranceConnect opens."""
    return Wording(
        subject=_("Confirm your address to open your account"),
        before=(
            _("Someone, most likely you, opens an account with FranceConnect and this address."),
            _("One step is left: open the page below and press its button."),
        ),
        verb=_("Confirm my address"),
        path=path,
        after=(
            _("The link works for %(days)s days, in any browser.")
            % {"days": opening.CONFIRMATION_DAYS},
            _("If it was not you, do nothing: no account will be opened."),
        ),
    )


def enter_from_outside(path: str) -> Wording:
    """Tell the owner of an account without a password which way it opens."""
    return Wording(
        subject=_("Your account opens with FranceConnect"),
        before=(
            _("Someone, perhaps you, asked to enter your account by mail."),
            _("It has no password, and opens with FranceConnect: press its button to sign in."),
            _("Once inside, you may choose a password as well."),
        ),
        verb=pgettext("verb", "Sign in"),
        path=path,
        after=(_("If it was not you, do nothing."),),
    )


def invited(path: str) -> Wording:
    """Invite an agent to sign in with ProConnect."""
    return Wording(
        subject=_("Sign in with ProConnect from now on"),
        before=(
            _("An administrator invites you to sign in to your agent's account with ProConnect."),
            _("Sign in as usual, then open the page below: it leads to ProConnect once."),
        ),
        verb=_("Attach ProConnect"),
        path=path,
        after=(_("The link works for %(days)s days, once.") % {"days": rules.INVITATION_DAYS},),
    )


def merged(path: str) -> Wording:
    """Tell both addresses that two accounts are one."""
    return Wording(
        subject=_("Your two accounts are now one"),
        before=(
            _("Two accounts of yours were brought together. You find everything in this one."),
            _("The other no longer opens; it can be brought back whole."),
            if_it_was_not_you(),
        ),
        verb=_("See my account"),
        path=path,
    )


def unmerged(path: str) -> Wording:
    """Tell both addresses that the accounts are two again."""
    return Wording(
        subject=_("Your two accounts are separate again"),
        before=(
            _("The two accounts that had been brought together are separate again."),
            _("Each has what it had; both open as they did before."),
            if_it_was_not_you(),
        ),
        verb=_("See my account"),
        path=path,
    )


def declined(name: str) -> Writer:
    """Tell a person that an agent did not recognise them as the owner of an account."""

    def write(path: str) -> Wording:
        return Wording(
            subject=_("Your two accounts stay as they are"),
            before=(
                _("An agent looked at your request and did not bring your accounts together."),
                _("With %(name)s you may open an account of your own.") % {"name": name},
            ),
            verb=pgettext("verb", "Sign in"),
            path=path,
        )

    return write
