"""What the deeds of a debate are called in the register that people read about themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(key="deliberation.contribution_posted", label=_("published a contribution")),
    Deed(key="deliberation.contribution_edited", label=_("changed a contribution")),
    Deed(key="deliberation.contribution_withdrawn", label=_("withdrew a contribution")),
    Deed(key="deliberation.contribution_followed", label=_("began to follow a contribution")),
    Deed(key="deliberation.contribution_unfollowed", label=_("stopped following a contribution")),
    Deed(key="deliberation.remark_posted", label=_("published an argument or a reply")),
    Deed(key="deliberation.remark_withdrawn", label=_("withdrew an argument or a reply")),
    Deed(key="deliberation.support_given", label=_("supported a text")),
    Deed(key="deliberation.support_withdrawn", label=_("withdrew a support")),
    Deed(key="deliberation.text_flagged", label=_("flagged a text")),
    Deed(key="deliberation.text_hide", label=_("hid a text")),
    Deed(key="deliberation.text_restore", label=_("made a text visible again")),
    Deed(key="deliberation.text_keep", label=_("kept a flagged text")),
    Deed(key="deliberation.decision_undone", label=_("undid a decision of moderation")),
    Deed(key="deliberation.answer_given", label=_("answered in the name of the City")),
    Deed(key="deliberation.answer_revised", label=_("revised an answer of the City")),
    Deed(key="deliberation.consultation_moved", label=_("moved the dates of a consultation")),
    Deed(key="deliberation.consultation_loaded", label=_("loaded a consultation")),
)
