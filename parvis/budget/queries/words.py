"""Names and amounts of the participatory budget, in the active language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, gettext as _

from parvis.budget.models import Area, Edition, Project
from parvis.budget.rules.entitlement import Tie
from parvis.budget.rules.winners import CENTRE, NO_PLACE, NO_TITLE
from parvis.ui.wording import is_french

_TEENS = {11, 12, 13}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def title_of(edition: Edition) -> str:
    """Return the title of an edition."""
    return edition.title_fr if _french() else edition.title_en


def lead_of(edition: Edition) -> str:
    """Return the sentences that open an edition."""
    return edition.lead_fr if _french() else edition.lead_en


def area_name(area: Area) -> str:
    """Return what an area is called: « Tout Paris », « 11e arrondissement »."""
    return place_name(area.arrondissement)


def place_name(arrondissement: int | None) -> str:
    """Return what an arrondissement is called, the whole city for None."""
    if arrondissement is None:
        return _("All of Paris")
    if arrondissement == CENTRE:
        return _("Paris Centre")
    return _("%(rank)s arrondissement") % {"rank": rank(arrondissement)}


def rank(number: int) -> str:
    """Return the rank of an arrondissement: « 11e », "11th"."""
    if is_french():
        return "1er" if number == 1 else f"{number}e"
    ending = "th" if number % 100 in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def terms(ties: Sequence[str], age: int) -> str:
    """Return who may, in words: by their ties with an area, and from which age on."""
    told = {
        Tie.RESIDENCE: _("who live there"),
        Tie.WORK: _("who work or study there"),
        Tie.HEART: _("whose heart is there"),
    }
    held = [words for tie, words in told.items() if tie.value in ties]
    who = _(", or ").join(filter(None, (", ".join(held[:-1]), held[-1])))
    if age:
        return _("People %(who)s, from the age of %(age)s on.") % {"who": who, "age": age}
    return _("People %(who)s, of any age.") % {"who": who}


def project_title(project: Project) -> str:
    """Return the title of a project, in English where the City translated it."""
    if project.title == NO_TITLE:
        return _("Project no. %(number)s, whose title was not recorded") % {
            "number": project.source_number
        }
    if not _french() and project.title_en:
        return project.title_en
    return project.title or _("Project without a title yet")


def project_text(project: Project) -> str:
    """Return the text of a project, in English where the City translated it."""
    return project.text_en if not _french() and project.text_en else project.text


def language_of(project: Project) -> str:
    """Return the language a project is read in where it is not the page's, else ""."""
    return "" if _french() or project.title_en else "fr"


def place_language() -> str:
    """Return the language of places where it is not the page's, else "": nobody translates them."""
    return "" if _french() else "fr"


def project_place(project: Project) -> str:
    """Return where a project is, "" where nobody knows, and for a project of the whole city in the
    City's file, which places all of those at the town hall."""
    is_everywhere = project.source_number is not None and project.area.arrondissement is None
    return "" if is_everywhere or project.place == NO_PLACE else project.place


def _french() -> bool:
    return (get_language() or "fr").startswith("fr")
