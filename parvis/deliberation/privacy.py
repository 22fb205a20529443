"""What deliberation keeps about people, for how long, and how it forgets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.deliberation.actions.forgetting import forget_person
from parvis.kernel.declarations import (
    DECIDED,
    Held,
    Keeps,
    Moves,
    Reads,
    Stays,
    keeps,
    moves,
    reads,
)

_PUBLIC_RECORD = _(
    "A consultation is a public record: what others answered must remain readable (GDPR, article"
    " 17, paragraph 3, d; heritage code, article L211-2)."
)
_TEXT_STAYS = Stays(what=_("Published texts, without your name."), law=_PUBLIC_RECORD)

keeps.declare(
    Keeps(
        key="deliberation",
        label=_("Consultations"),
        personal=_(
            "What you wrote in consultations, your votes, what you follow and flag, your drafts."
        ),
        retention=_(
            "As long as your account is open. When you close it, what you published stays without"
            " your name, your votes stay as numbers, and your drafts are deleted."
        ),
        held=(
            Held(
                model="deliberation.Contribution",
                label=_("Contributions"),
                by=("author",),
                secret=("form_token",),
                stays=_TEXT_STAYS,
            ),
            Held(
                model="deliberation.Revision",
                label=_("Former versions of your contributions"),
                by=("contribution__author",),
                stays=_TEXT_STAYS,
            ),
            Held(
                model="deliberation.Remark",
                label=_("Remarks"),
                by=("author",),
                secret=("form_token",),
                stays=_TEXT_STAYS,
            ),
            Held(model="deliberation.Support", label=_("Votes"), by=("person",)),
            Held(model="deliberation.Follow", label=_("What you follow"), by=("person",)),
            Held(
                model="deliberation.Flag",
                label=_("Texts that you flagged"),
                by=("person",),
                stays=Stays(
                    what=_("That somebody flagged a text, and why."),
                    law=_("A decision must keep what it was taken on (GDPR, article 5)."),
                ),
            ),
            Held(model="deliberation.Draft", label=_("Drafts"), by=("person",)),
            Held(
                model="deliberation.ModerationDecision",
                label=_("What moderators decided about your texts, or you as a moderator"),
                by=("contribution__author", "remark__author"),
                agents=("by", "undone_by"),
                # What moderators wrote are their own words.
                private=(),
                stays=DECIDED,
            ),
            Held(
                model="deliberation.Answer",
                label=_("Answers that you gave for the City"),
                by=("by",),
                stays=DECIDED,
            ),
            Held(
                model="deliberation.AnswerRevision",
                label=_("Former versions of your answers"),
                by=("by",),
                stays=DECIDED,
            ),
            Held(model="deliberation.Consultation"),
            Held(model="deliberation.OwnSection"),
            Held(model="deliberation.SectionTally"),
            # Sources of archives carry the names under which they were published.
            Held(model="deliberation.Source"),
        ),
        erase=forget_person,
    )
)
reads.declare(
    Reads(
        key="deliberation.moderation",
        what=_("read a text of yours that was flagged, or ruled on"),
        why=_("to decide whether it stays public"),
    )
)
moves.declare(
    Moves(
        key="deliberation",
        columns=(
            ("deliberation.Contribution", "author"),
            ("deliberation.Remark", "author"),
            ("deliberation.Support", "person"),
            ("deliberation.Follow", "person"),
            ("deliberation.Flag", "person"),
            ("deliberation.Draft", "person"),
        ),
        # Who decided or answered, at the time.
        stays=(
            ("deliberation.ModerationDecision", "by"),
            ("deliberation.ModerationDecision", "undone_by"),
            ("deliberation.Answer", "by"),
            ("deliberation.AnswerRevision", "by"),
        ),
    )
)
