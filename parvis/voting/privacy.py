"""What votes keep about people, for how long, and how they forget; ballots are nobody's."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Held, Keeps, Moves, Stays, keeps, moves
from parvis.voting.models import Started, Tick


def _erase(person_id: uuid.UUID, _now: dt.datetime) -> int:
    started, _by_model = Started.objects.filter(person_id=person_id).delete()
    return started + Tick.objects.filter(person_id=person_id).update(person_id=None)


keeps.declare(
    Keeps(
        key="voting",
        label=_("Votes"),
        personal=_(
            "On which day and by which way you voted, and whether you began. What you voted is kept"
            " without you: nobody can find your ballot, so it is in no archive."
        ),
        retention=_(
            "As long as your account; afterwards the register keeps a mark that names nobody, so"
            " that the number of voters stays right."
        ),
        held=(
            Held(
                model="voting.Tick",
                label=_("Votes you took part in"),
                by=("person_id",),
                secret=("person_tag",),
                stays=Stays(
                    what=_("that somebody voted, without you"),
                    law=_("RGPD, article 17(3)(d): statistical purposes"),
                ),
            ),
            Held(model="voting.Started", label=_("Ballots you began"), by=("person_id",)),
            Held(model="voting.Envelope"),
            Held(model="voting.Seal"),
            Held(model="voting.Spent"),
            Held(model="voting.SealedBallot"),
            Held(model="voting.LogEntry"),
            Held(model="voting.Tile"),
            Held(model="voting.Root"),
            Held(model="voting.OpenedBallot"),
            Held(model="voting.Poll"),
            Held(model="voting.Contest"),
            Held(model="voting.Option"),
            Held(model="voting.PaperBox"),
            Held(
                model="voting.DeskDay",
                label=_("How many voters you ticked today"),
                agents=("agent_id",),
            ),
            Held(
                model="voting.Minutes",
                label=_("Minutes of ballot boxes you wrote"),
                agents=("written_by", "signed_off_by"),
                private=(),
            ),
            Held(
                model="voting.Sheet",
                label=_("Paper ballots you read for the City"),
                agents=("first_by", "second_by"),
            ),
        ),
        erase=_erase,
        order=33,
    )
)
moves.declare(
    Moves(
        key="voting",
        columns=(("voting.Tick", "person_id"), ("voting.Started", "person_id")),
        # Who counted at the time.
        stays=(
            ("voting.DeskDay", "agent_id"),
            ("voting.Minutes", "written_by"),
            ("voting.Minutes", "signed_off_by"),
            ("voting.Sheet", "first_by"),
            ("voting.Sheet", "second_by"),
        ),
    )
)
