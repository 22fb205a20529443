"""What a demonstration city holds: its plan, from the city's own folder."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.plan import actions, rules


def load(demo: DemoCity) -> None:
    """Publish the plan of the city's folder, unless it is there already."""
    folder = demo.city / "plan"
    content = (folder / "plan.toml").read_text("utf-8")
    source = (folder / rules.source_name(content)).read_text("utf-8")
    draft = rules.read_plan(content, source=source)
    version = actions.load_plan(draft=draft, now=demo.now, over_amendments=False)
    if version is not None:
        count = sum(section.kind == "action" for section in draft.sections)
        demo.say(f"plan {draft.slug}: version {version}, {count} actions")


demo_steps.declare(DemoStep(key="plan", label=_("The plan of the city"), order=30, load=load))
