"""What missions keep about people, for how long, and how they forget."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DECIDED, Held, Keeps, Moves, Rule, Stays, keeps, moves
from parvis.missions.actions import forgetting

keeps.declare(
    Keeps(
        key="missions",
        label=_("Missions"),
        personal=_(
            "The missions you take part in, what you answered, what data you held for wrong, and"
            " how often you agreed."
        ),
        retention=_(
            "As long as your account; afterwards the answers stay, without you and your photos."
            " Photos go a month after the thing was decided. Where you stood is not kept."
        ),
        held=(
            Held(
                model="missions.Answer",
                label=_("Your answers"),
                by=("person",),
                others=("task", "client_key"),
                also=("task__ref",),
                files=("photo",),
                stays=Stays(
                    what=_("what was answered, without you"),
                    law=_("RGPD, article 17(3)(d): statistical purposes"),
                ),
            ),
            Held(
                model="missions.Participation",
                label=_("Missions you take part in"),
                by=("person",),
                others=("mission",),
            ),
            Held(
                model="missions.Doubt",
                label=_("Published data you held for wrong"),
                by=("person",),
                others=("task",),
                also=("task__ref",),
            ),
            Held(model="missions.Trust", label=_("How often you agreed"), by=("person",)),
            Held(
                model="missions.Mission",
                label=_("Missions you proposed"),
                by=("proposed_by",),
                agents=("decided_by",),
                private=(),
                others=("association",),
                stays=DECIDED,
            ),
            Held(
                model="missions.Task",
                label=_("Things you added"),
                by=("added_by",),
                agents=("settled_by",),
                private=(),
                others=("mission",),
                stays=Stays(
                    what=_("what you added or decided, without you"),
                    law=_("RGPD, article 17(3)(d): statistical purposes"),
                ),
            ),
        ),
        rules=(
            Rule(
                key="missions.photos",
                what=_("Photos of what missions look at, once it is decided or the mission over"),
                days=settings.PARVIS_PHOTO_DAYS,
                forget=forgetting.forget_photos,
            ),
        ),
        erase=forgetting.forget_person,
        order=32,
    )
)
moves.declare(
    Moves(
        key="missions",
        columns=(
            ("missions.Answer", "person"),
            ("missions.Participation", "person"),
            ("missions.Doubt", "person"),
            ("missions.Trust", "person"),
            ("missions.Mission", "proposed_by"),
            ("missions.Task", "added_by"),
        ),
        # Who decided at the time.
        stays=(("missions.Mission", "decided_by"), ("missions.Task", "settled_by")),
    )
)
