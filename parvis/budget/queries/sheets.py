"""What the author of a project wrote, as the sheet of it."""

from __future__ import annotations

from parvis.budget.models import Project
from parvis.budget.rules.sheets import Sheet
from parvis.territory.public import in_degrees


def sheet_of(project: Project) -> Sheet:
    """Return the sheet of a project as it is now."""
    return Sheet(
        title=project.title,
        text=project.text,
        theme=project.theme,
        place=project.place,
        at=degrees(project),
        estimated_cents=project.estimated_cents,
    )


def degrees(project: Project) -> tuple[float, float] | None:
    """Return where a project is, in longitude and latitude; None for one without a point."""
    return None if project.location is None else in_degrees([project.location])[0]
