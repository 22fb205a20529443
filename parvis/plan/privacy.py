"""What the plan keeps about people: nothing. Every model is declared all the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Held, Keeps, keeps

keeps.declare(
    Keeps(
        key="plan",
        label=_("The plan"),
        personal=_("Nothing: the plan is a public text, and who amends it is in the register."),
        retention=_("Every published version of the plan is kept for ever, as a public archive."),
        held=(
            Held(model="plan.Plan"),
            Held(model="plan.PlanVersion"),
            Held(model="plan.PlanText"),
            Held(model="plan.Section"),
            Held(model="plan.Placement"),
            Held(model="plan.SectionText"),
        ),
        about_people=False,
    )
)
