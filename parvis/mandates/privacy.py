"""What mandates keep about people, for how long, and how they forget."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Held, Keeps, Moves, Reads, Rule, Stays, keeps, moves, reads
from parvis.mandates.actions import forgetting

_FIVE_YEARS = 5 * 365
_ONE_YEAR = 365
_TWO_MONTHS = 60
_ONE_MONTH = 30

reads.declare(
    Reads(
        key="mandates.request",
        what=_("looked at your request to act for another, and its paper"),
        why=_("to decide about it"),
    )
)
keeps.declare(
    Keeps(
        key="mandates",
        label=_("Household and mandates"),
        personal=_(
            "For whom you may act and who may act for you: the names and birth dates of your "
            "children and of the adults you protect, your associations, and what proved it."
        ),
        retention=_(
            "Five years after a mandate ends, for who must prove it; a request that was refused, "
            "one year; the papers, two months; an invitation nobody answers, one month."
        ),
        held=(
            Held(
                model="mandates.Mandate",
                label=_("Mandates"),
                by=("representative", "person", "ward__account", "asked_by"),
                agents=("decided_by", "ended_by"),
                secret=("invited",),
                files=("proof_file",),
                stays=Stays(
                    what=_("that one could act for the other, in what, from when to when"),
                    law=_("Code civil, articles 1985 and 2224: five years to contest an act"),
                    days=_FIVE_YEARS,
                ),
            ),
            Held(
                model="mandates.Ward",
                label=_("Children and adults you act for, or your own file"),
                by=("account", "mandate__representative"),
                secret=("code_hash",),
                stays=Stays(
                    what=_(
                        "the name of a child whom another parent goes on holding, or who has their "
                        "own account"
                    ),
                    law=_("Code civil, article 371-1: parental authority"),
                ),
            ),
            Held(model="mandates.Association", label=_("Associations")),
        ),
        rules=(
            Rule(
                key="mandates.papers",
                what=_("Papers that served to decide"),
                days=_TWO_MONTHS,
                forget=forgetting.forget_papers,
            ),
            Rule(
                key="mandates.invitations",
                what=_("Invitations nobody answered"),
                days=_ONE_MONTH,
                forget=forgetting.forget_unanswered,
            ),
            Rule(
                key="mandates.over",
                what=_("Mandates that ended"),
                days=_FIVE_YEARS,
                forget=forgetting.forget_old,
            ),
            Rule(
                key="mandates.refused",
                what=_("Requests that were refused or withdrawn"),
                days=_ONE_YEAR,
                forget=forgetting.forget_refused,
            ),
        ),
        erase=forgetting.forget_person,
        order=20,
    )
)
moves.declare(
    Moves(
        key="mandates",
        columns=(
            ("mandates.Mandate", "representative"),
            ("mandates.Mandate", "person"),
            ("mandates.Ward", "account"),
        ),
        # Who asked, decided or ended, at the time.
        stays=(
            ("mandates.Mandate", "asked_by"),
            ("mandates.Mandate", "decided_by"),
            ("mandates.Mandate", "ended_by"),
        ),
    )
)
