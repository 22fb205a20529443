"""What a claim is called, and how its value is said, in the active language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from parvis.territory.public import commune_named, country_named

LABELS = {
    "name": gettext_lazy("Your name"),
    "given_name": gettext_lazy("Your given names"),
    "family_name": gettext_lazy("Your birth name"),
    "nickname": gettext_lazy("Your usual name"),
    "gender": gettext_lazy("Your sex"),
    "birthdate": gettext_lazy("Your date of birth"),
    "locale": gettext_lazy("Your language"),
    "email": gettext_lazy("Your e-mail address"),
    "phone_number": gettext_lazy("Your phone number"),
    "residence_arrondissement": gettext_lazy("The arrondissement where you live"),
    "birthplace": gettext_lazy("Your place of birth"),
    "birthcountry": gettext_lazy("Your country of birth"),
}
# The same, where an administrator reads what a service may know of other people.
NAMES = {
    "name": gettext_lazy("Name"),
    "given_name": gettext_lazy("Given names (FranceConnect)"),
    "family_name": gettext_lazy("Birth name (FranceConnect)"),
    "nickname": gettext_lazy("Usual name"),
    "gender": gettext_lazy("Sex (FranceConnect)"),
    "birthdate": gettext_lazy("Date of birth (FranceConnect)"),
    "locale": gettext_lazy("Language"),
    "email": gettext_lazy("E-mail address"),
    "phone_number": gettext_lazy("Phone number"),
    "residence_arrondissement": gettext_lazy("Arrondissement of residence"),
    "birthplace": gettext_lazy("Place of birth (FranceConnect)"),
    "birthcountry": gettext_lazy("Country of birth (FranceConnect)"),
}
_GENDERS = {"female": gettext_lazy("female"), "male": gettext_lazy("male")}
_LANGUAGES = {"fr": "français", "en": "English"}


def label(claim: str) -> str:
    """Return what a claim is called when one speaks to the person it is about."""
    return str(LABELS[claim])


def said(claim: str, value: Any) -> str:
    """Return a value as its owner reads it; an empty string for what the City does not know."""
    known = "" if value is None else str(value)
    say = _SAYING.get(claim)
    return say(known) if known and say else known


def _day(known: str) -> str:
    day = parse_date(known)
    return date_format(day, "j F Y") if day else known


_SAYING: dict[str, Callable[[str], str]] = {
    "gender": lambda known: str(_GENDERS.get(known, known)),
    "locale": lambda known: _LANGUAGES.get(known, known),
    "birthdate": _day,
    "birthplace": commune_named,
    "birthcountry": country_named,
}
