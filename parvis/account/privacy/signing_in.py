"""What the account keeps of how, where and from which devices a person signs in."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from parvis.account.actions import codes, devices, sessions
from parvis.account.actions.factors import forget_paper_codes
from parvis.account.rules.sessions import DEVICE_KNOWN_FOR
from parvis.kernel.declarations import Held, Keeps, Rule, keeps


def forget_places(person_id: uuid.UUID, now: dt.datetime) -> int:
    """End every session of a person and forget their devices."""
    return sessions.end_sessions(person_id=person_id, now=now) + devices.forget_all(person_id)


def forget_codes(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Delete the codes a person could sign in with."""
    return forget_paper_codes(person_id) + codes.forget_codes_of(person_id)


keeps.declare(
    Keeps(
        key="account.devices",
        label=_("Where you sign in"),
        personal=_(
            "Each open session, and each device you signed in with: browser, system, internet "
            "address of the session, first and last use."
        ),
        retention=_(
            "A session, until you sign out or it runs out; a device, a year after you last signed "
            "in with it, or until you have it forgotten."
        ),
        held=(
            Held(
                model="residents.OpenSession",
                label=_("Open sessions"),
                by=("person",),
                secret=("session_key", "ref"),
            ),
            Held(
                model="residents.Device",
                label=_("Devices you signed in with"),
                by=("person",),
                secret=("token_hash",),
                others=("public_id",),
            ),
        ),
        rules=(
            Rule(
                key="account.ended_sessions",
                what=_("Where people were signed in, once their session is over"),
                days=0,
                forget=lambda _before, now: sessions.end_those_that_ran_out(now=now),
            ),
            Rule(
                key="account.devices",
                what=_("Devices nobody signs in with any more"),
                days=DEVICE_KNOWN_FOR.days,
                forget=lambda before, _now: devices.forget_unseen(before=before),
            ),
        ),
        erase=forget_places,
        order=13,
    ),
    Keeps(
        key="account.codes",
        label=_("Codes to sign in with"),
        personal=_("When your recovery codes were made and used, when a code was mailed to you."),
        retention=_("Recovery codes, until you make others; a mailed code, a day."),
        held=(
            Held(
                model="residents.PaperCode",
                label=_("Recovery codes"),
                by=("person",),
                secret=("code_hash",),
            ),
            Held(
                model="residents.MailedCode",
                label=_("Codes sent by mail"),
                by=("person",),
                secret=("id", "code_hash"),
            ),
        ),
        rules=(
            Rule(
                key="account.mailed_codes",
                what=_("Codes that were sent by mail"),
                days=1,
                forget=lambda before, _now: codes.forget_codes(before=before),
            ),
        ),
        erase=forget_codes,
        order=14,
    ),
)
