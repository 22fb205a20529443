"""What streets keeps about people, for how long, and how it forgets."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import (
    DECIDED,
    Held,
    Keeps,
    Moves,
    Reads,
    Rule,
    Stays,
    keeps,
    moves,
    reads,
)
from parvis.streets.actions import forgetting, photos

_POLICE = _("Code général des collectivités territoriales, article L. 2213-1")
_DEEDS = Stays(
    what=_("What you did to cases as an agent, under a number that no longer leads to you."),
    law=DECIDED.law,
)

reads.declare(
    Reads(
        key="streets.report",
        what=_("looked at your report and how to reach you"),
        why=_("to treat it"),
    )
)
keeps.declare(
    Keeps(
        key="streets",
        label=_("Reports about the street"),
        personal=_(
            "What you reported: your words, your photos, where and when, for which association, and"
            " how to reach you; what you follow."
        ),
        retention=_(
            "Your words and how to reach you, one year after the case is closed; photos that are"
            " not public, thirty days after they were looked at. The case stays, without you."
        ),
        held=(
            Held(
                model="streets.Report",
                label=_("Your reports"),
                by=("person",),
                secret=("access_hash",),
                others=("case", "first_case", "client_key", "api_key"),
                also=("case__code",),
                stays=Stays(
                    what=_("what was reported, where and when, without you and your words"),
                    law=_POLICE,
                ),
            ),
            Held(
                model="streets.Reply",
                label=_("Your answers to the City's questions"),
                by=("report__person",),
                others=("message", "report"),
            ),
            Held(
                model="streets.Contradiction",
                label=_("What you said was not settled"),
                by=("report__person",),
                others=("case", "report"),
                stays=Stays(
                    what=_("that it was said not to be settled, without you and your words"),
                    law=_POLICE,
                ),
            ),
            Held(
                model="streets.Photo",
                label=_("Your photos"),
                by=("report__person",),
                agents=("reviewed_by",),
                private=("problem", "received", "cleaned", "shown", "boxes", "proposed"),
                others=("case", "report", "client_key"),
                files=("cleaned", "shown"),
                stays=Stays(
                    what=_("what is public of them, with faces and plates covered, without you"),
                    law=_POLICE,
                ),
            ),
            Held(model="streets.Follow", label=_("What you follow in the street"), by=("person",)),
            Held(
                model="streets.ApiKey",
                label=_("Your keys of the reports' interface"),
                by=("owner",),
                secret=("key_hash",),
            ),
            Held(model="streets.Case", label=_("Cases"), others=("merged_into",)),
            Held(
                model="streets.Step",
                label=_("Steps of cases"),
                agents=("actor_ref",),
                private=("note",),
                others=("case",),
                stays=_DEEDS,
            ),
            Held(
                model="streets.Message",
                label=_("Messages of the City"),
                agents=("actor_ref",),
                private=(),
                others=("case",),
                stays=DECIDED,
            ),
            Held(
                model="streets.Assignment",
                label=_("Who treats cases"),
                agents=("actor_ref",),
                private=("note",),
                others=("case",),
                stays=_DEEDS,
            ),
            Held(
                model="streets.RoutingRule",
                label=_("Rules of routing"),
                agents=("written_by",),
                private=(),
                stays=DECIDED,
            ),
            Held(
                model="streets.BulkJob",
                label=_("Actions on many cases"),
                agents=("asked_by", "undone_by"),
                private=(),
                stays=DECIDED,
            ),
            Held(
                model="streets.RouteSheet",
                label=_("Rounds"),
                agents=("made_by",),
                private=(),
                stays=DECIDED,
            ),
            Held(
                model="streets.PartnerLink",
                label=_("Links given to partners"),
                secret=("token_hash",),
                agents=("made_by",),
                private=(),
                others=("case", "sheet"),
                stays=DECIDED,
            ),
            Held(
                model="streets.OfflineBatch",
                label=_("What was sent after being offline"),
                by_ref=("sender_ref",),
            ),
            Held(model="streets.OfflineAction", others=("batch", "client_key", "case")),
            Held(model="streets.BulkLine", others=("job", "case")),
            Held(model="streets.Category"),
            Held(model="streets.Cell"),
            Held(model="streets.CellChange"),
            Held(model="streets.ClockPause", others=("case",)),
            Held(model="streets.ClosedDay"),
            Held(model="streets.ClosingReason"),
            Held(model="streets.Handler"),
            Held(model="streets.Question"),
            Held(model="streets.RouteStop", others=("sheet", "case")),
            Held(model="streets.ServiceHours"),
            Held(model="streets.State"),
            Held(model="streets.Subtype"),
            Held(model="streets.Tally"),
            Held(model="streets.Transition"),
        ),
        rules=(
            Rule(
                key="streets.photos",
                what=_("The originals of photos of the street, once they were looked at"),
                days=settings.PARVIS_PHOTO_DAYS,
                forget=photos.let_originals_go,
            ),
            Rule(
                key="streets.reporters",
                what=_(
                    "Who reported something, their words and how to reach them, once it is closed"
                ),
                days=365,
                forget=forgetting.forget_closed,
            ),
            Rule(
                key="streets.unconfirmed",
                what=_("Addresses given with a report that nobody confirmed"),
                days=30,
                forget=forgetting.forget_unconfirmed,
            ),
        ),
        erase=forgetting.forget_person,
        order=30,
    )
)
moves.declare(
    Moves(
        key="streets",
        columns=(
            ("streets.Report", "person"),
            ("streets.Follow", "person"),
            ("streets.ApiKey", "owner"),
        ),
        # Who decided at the time.
        stays=(
            ("streets.Photo", "reviewed_by"),
            ("streets.RoutingRule", "written_by"),
            ("streets.BulkJob", "asked_by"),
            ("streets.BulkJob", "undone_by"),
            ("streets.RouteSheet", "made_by"),
            ("streets.PartnerLink", "made_by"),
        ),
    )
)
