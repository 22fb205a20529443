"""What the participatory budget keeps about people, for how long, and how it forgets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.budget.actions.forgetting import forget_person
from parvis.kernel.declarations import DECIDED, Held, Keeps, Moves, Stays, keeps, moves

_PUBLIC_RECORD = _(
    "What was proposed and decided with public money must remain readable (GDPR, article 17,"
    " paragraph 3, d; heritage code, article L211-2)."
)
_WORDS = Stays(what=_("Published texts, without your name."), law=_PUBLIC_RECORD)

keeps.declare(
    Keeps(
        key="budget",
        label=_("Participatory budget"),
        personal=_(
            "The projects you proposed and follow, your remarks, versions, pictures, appeals, and"
            " whether you agreed to bring projects together. Ballots are not among it: nobody can"
            " tell who cast which."
        ),
        retention=_(
            "As long as your account; afterwards what was published stays, without you, and what"
            " you followed, and your drafts, are forgotten."
        ),
        held=(
            Held(
                model="budget.Author",
                label=_("Projects you proposed"),
                by=("person",),
                others=("project",),
                also=("project__title", "project__text", "project__status"),
                stays=_WORDS,
            ),
            Held(
                model="budget.Version",
                label=_("Versions you wrote"),
                by=("written_by",),
                others=("project",),
                stays=_WORDS,
            ),
            Held(
                model="budget.Remark",
                label=_("Remarks on projects"),
                by=("author",),
                agents=("hidden_by",),
                private=("text",),
                secret=("form_token",),
                others=("project", "form_token"),
                stays=_WORDS,
            ),
            Held(
                model="budget.Picture",
                label=_("Pictures of your projects"),
                by=("added_by",),
                others=("project",),
                files=("file",),
                stays=_WORDS,
            ),
            Held(
                model="budget.Follow",
                label=_("Projects you follow"),
                by=("person",),
                others=("project",),
            ),
            Held(
                model="budget.Consent",
                label=_("Whether you agreed to bring projects together"),
                by=("person",),
                others=("merging",),
            ),
            Held(
                model="budget.Merging",
                label=_("Mergings you asked for"),
                by=("proposed_by",),
                others=("source", "target"),
                stays=_WORDS,
            ),
            Held(
                model="budget.Appeal",
                label=_("Your appeals"),
                by=("author",),
                agents=("answered_by",),
                private=("text",),
                others=("project",),
                stays=_WORDS,
            ),
            Held(
                model="budget.Study",
                label=_("Opinions you asked for or gave for the City"),
                by=("given_by", "asked_by"),
                others=("project",),
                stays=DECIDED,
            ),
            Held(
                model="budget.Decision",
                label=_("Decisions you wrote down for the City"),
                by=("decided_by",),
                others=("project",),
                stays=DECIDED,
            ),
            Held(
                model="budget.News",
                label=_("News of works you wrote for the City"),
                by=("written_by",),
                secret=("form_token",),
                others=("delivery", "form_token"),
                stays=DECIDED,
            ),
            Held(
                model="budget.Edition",
                label=_("Editions whose rules you fixed for the City"),
                by=("frozen_by",),
                stays=DECIDED,
            ),
            Held(model="budget.Project", secret=("form_token",), others=("form_token",)),
            Held(model="budget.Phase"),
            Held(model="budget.Area"),
            Held(model="budget.Department"),
            Held(model="budget.Delivery"),
            Held(model="budget.Milestone"),
        ),
        erase=forget_person,
        order=22,
    )
)
moves.declare(
    Moves(
        key="budget",
        columns=(
            ("budget.Author", "person"),
            ("budget.Version", "written_by"),
            ("budget.Remark", "author"),
            ("budget.Picture", "added_by"),
            ("budget.Follow", "person"),
            ("budget.Consent", "person"),
            ("budget.Merging", "proposed_by"),
            ("budget.Appeal", "author"),
        ),
        # Who acted for the City at the time.
        stays=(
            ("budget.Remark", "hidden_by"),
            ("budget.Appeal", "answered_by"),
            ("budget.Study", "asked_by"),
            ("budget.Study", "given_by"),
            ("budget.Decision", "decided_by"),
            ("budget.News", "written_by"),
            ("budget.Edition", "frozen_by"),
        ),
    )
)
