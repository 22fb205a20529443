"""What the register calls what people and agents do in the participatory budget."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(key="budget.edition_made", label=_("made an edition of the participatory budget")),
    Deed(key="budget.edition_changed", label=_("changed an edition of the participatory budget")),
    Deed(key="budget.edition_frozen", label=_("fixed the rules of an edition for good")),
    Deed(key="budget.frozen_attempt", label=_("tried to change an edition whose rules are fixed")),
    Deed(key="budget.proclaimed", label=_("proclaimed the winners of an edition")),
    Deed(key="budget.proposed", label=_("proposed a project")),
    Deed(key="budget.withdrawn", label=_("took a project back")),
    Deed(key="budget.left", label=_("left the authors of a project")),
    Deed(key="budget.advanced", label=_("moved a project on, as the calendar says")),
    Deed(key="budget.rewritten", label=_("wrote a new version of a project")),
    Deed(key="budget.pictures_changed", label=_("changed the pictures of a project")),
    Deed(key="budget.remarked", label=_("said something of a project")),
    Deed(key="budget.remark_hidden", label=_("hid a remark on a project")),
    Deed(key="budget.merging_proposed", label=_("asked for two projects to become one")),
    Deed(key="budget.merging_answered", label=_("answered whether two projects become one")),
    Deed(key="budget.merging_settled", label=_("settled whether two projects become one")),
    Deed(key="budget.opinion_asked", label=_("asked a service about a project")),
    Deed(key="budget.opinion_given", label=_("gave the opinion of a service on a project")),
    Deed(key="budget.decided", label=_("decided of a project")),
    Deed(key="budget.sheet_changed", label=_("changed the final sheet of a project")),
    Deed(key="budget.appealed", label=_("appealed about a project")),
    Deed(key="budget.appeal_answered", label=_("answered an appeal about a project")),
    Deed(key="budget.delivery_moved", label=_("said how far the works of a project got")),
)
