"""What a project must say before it can be proposed, and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_TITLE, LONGEST_PLACE = 150, 200
SHORTEST_TEXT, LONGEST_TEXT = 40, 8_000
LONGEST_REMARK = LONGEST_REASON = 2_000
MOST_CENTS = 100_000_000_00
MOST_PICTURES = 5
THEMES = (
    "Attractivité et emploi",
    "Cadre de vie",
    "Culture et patrimoine",
    "Education et jeunesse",
    "Environnement",
    "Mobilités",
    "Propreté",
    "Prévention et sécurité",
    "Santé",
    "Solidarités",
    "Sport",
)
"""What projects are about, as the City's own file of winners names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the author of a project writes. `at` is longitude and latitude, None without a point."""

    title: str = ""
    text: str = ""
    theme: str = ""
    place: str = ""
    at: tuple[float, float] | None = None
    estimated_cents: int | None = None


def why_not_complete(sheet: Sheet) -> tuple[str, str]:
    """Return ("", "") for a sheet that can be proposed, else the code of what is missing, and the
    field to look at."""
    checks = (
        ("title_missing", "title", 0 < len(sheet.title) <= LONGEST_TITLE),
        ("text_missing", "text", SHORTEST_TEXT <= len(sheet.text) <= LONGEST_TEXT),
        ("theme_missing", "theme", sheet.theme in THEMES),
        ("place_missing", "place", 0 < len(sheet.place) <= LONGEST_PLACE),
        ("cost_wrong", "estimated", may_cost(sheet.estimated_cents)),
    )
    return next(((code, field) for code, field, holds in checks if not holds), ("", ""))


def is_cost(cents: int | None) -> bool:
    """Tell whether an amount may be the cost of a project."""
    return cents is not None and 0 < cents < MOST_CENTS


def may_cost(cents: int | None) -> bool:
    """Tell whether an amount may be what an author thinks a project costs, or nothing at all."""
    return cents is None or is_cost(cents)


def tidy(text: str) -> str:
    """Return a line without needless spaces."""
    return " ".join(text.split())


def tidy_text(text: str) -> str:
    """Return paragraphs without needless spaces at their ends."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    return "\n".join(lines)
