"""What the register calls what people and agents do in missions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(key="missions.proposed", label=_("proposed a mission")),
    Deed(key="missions.opened", label=_("opened a mission")),
    Deed(key="missions.refused", label=_("refused a mission")),
    Deed(key="missions.closed", label=_("ended a mission")),
    Deed(key="missions.tasks_added", label=_("handed over the list of a mission")),
    Deed(key="missions.answered", label=_("answered in a mission")),
    Deed(key="missions.withdrawn", label=_("withdrew an answer in a mission")),
    Deed(key="missions.found", label=_("added something to an inventory")),
    Deed(key="missions.doubted", label=_("had a published datum checked")),
    Deed(key="missions.settled", label=_("settled what people disagreed about in a mission")),
    Deed(key="missions.dropped", label=_("took something out of a mission")),
)
