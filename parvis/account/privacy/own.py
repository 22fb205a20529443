"""The person: who they are, how the City reaches them, which roles it gave them."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from parvis.account.actions import archives, closing, opening, retention
from parvis.account.rules import opening as opening_rules, rights as rules
from parvis.kernel.declarations import Held, Keeps, Rule, Stays, keeps


def _unconfirmed(_before: dt.datetime, now: dt.datetime) -> int:
    return opening.forget_unconfirmed(now=now)


def _sessions(_before: dt.datetime, now: dt.datetime) -> int:
    return closing.forget_sessions(now=now)


keeps.declare(
    Keeps(
        key="account",
        label=_("Your account"),
        personal=_(
            "Your address, your names, your language, your arrondissements, "
            "the roles the City gave you."
        ),
        retention=_(
            "As long as your account is open; a sign-up or a new address that is not confirmed, "
            "three days."
        ),
        held=(
            Held(
                model="residents.Resident",
                label=_("Your profile"),
                by=("id",),
                secret=("password", "attempt"),
                others=("attempt",),
                stays=Stays(
                    what=_("A number without a name, and the days it was opened and closed."),
                    law=_(
                        "So that what others answered you, and the register, still point "
                        "somewhere (GDPR, article 17, paragraph 3, d)."
                    ),
                ),
            ),
            Held(
                model="residents.RoleGrant",
                label=_("Roles that you were given, or gave"),
                by=("person",),
                agents=("granted_by", "ended_by"),
                stays=Stays(
                    what=_("Which role was given when, without you."),
                    law=_("The City must be able to show who could do what (GDPR, article 24)."),
                ),
            ),
            Held(
                model="account.EmailAddress",
                label=_("Your e-mail addresses"),
                by=("user",),
            ),
            Held(
                model="account.EmailConfirmation",
                label=_("Links sent to confirm your addresses"),
                by=("email_address__user",),
                secret=("key",),
            ),
        ),
        rules=(
            Rule(
                key="account.unconfirmed",
                what=_("Sign-ups and new addresses that nobody confirmed"),
                days=opening_rules.CONFIRMATION_DAYS,
                forget=_unconfirmed,
            ),
        ),
        erase=closing.forget_person,
        order=10,
    ),
    Keeps(
        key="account.sessions",
        label=_("Cookies of your sessions"),
        personal=_("That a browser is signed in: a random number, and until when."),
        retention=_("Until you sign out, or the session runs out."),
        # What a session holds is sealed: nobody can look it up by person.
        held=(Held(model="sessions.Session"),),
        rules=(
            Rule(
                key="account.sessions",
                what=_("Sessions that have run out"),
                days=0,
                forget=_sessions,
            ),
        ),
        order=11,
    ),
    Keeps(
        key="account.archives",
        label=_("Archives of your data"),
        personal=_("The archives that you asked for, and when."),
        retention=_("A week; then the file is deleted."),
        held=(
            Held(
                model="residents.Archive",
                label=_("Archives that you asked for"),
                by=("person",),
                secret=("file",),
            ),
            Held(model="residents.RetentionRun"),
        ),
        rules=(
            Rule(
                key="account.archives",
                what=_("Archives that people asked for"),
                days=rules.ARCHIVE_STAYS_DAYS,
                forget=archives.forget_archives,
            ),
            Rule(
                key="account.retention_runs",
                what=_("Reports of what was forgotten each night"),
                days=rules.LOGS_STAY_DAYS,
                forget=retention.forget_runs,
            ),
        ),
        erase=archives.forget_archives_of,
        order=15,
    ),
)
