"""Dates, hours, figures and places, said as people say them in the language of the page."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import dateformat, formats, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from parvis.kernel.typography import NARROW, NO_BREAK

PARIS = ZoneInfo("Europe/Paris")
_CENTS = 100
_WEEK = 7
# What may stand behind the dot of a sentence, and what the next one begins with.
_BETWEEN = re.compile(r"(?<=[.!?…])(\s+)(?=[«\u201c]?\s?[^\W\d_a-zà-ÿ])")
# « M. Martin », "J. R. Smith", « Mme. », "St. Denis": the dot of a word that is cut short.
_CUT_SHORT = re.compile(r"(?:^|\s|[(«\u201c-])(?:\w|Mme|Mlle|MM|Dr|Mr|Mrs|Ms|St|Ste)\.$")
_OPENING, _CLOSING = "«(\u201c", "»)\u201d"


def is_french() -> bool:
    """Say whether the page being written is in French."""
    return (translation.get_language() or "").startswith("fr")


def in_paris(value: date) -> date:
    """Return `value` on the clocks of Paris; a plain date is already there."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS)
    return value


def _days_between(earlier: date, later: date) -> int:
    return date.toordinal(later) - date.toordinal(earlier)


def day(value: date, *, now: datetime | None = None) -> str:
    """Say a day: « mardi 15 septembre », with the year unless it is the year of `now`."""
    local = in_paris(value)
    number = "1er" if is_french() and local.day == 1 else str(local.day)
    said = f"{dateformat.format(local, 'l')} {number}{NO_BREAK}{dateformat.format(local, 'F')}"
    if now is None or local.year != in_paris(now).year:
        said += f" {local.year}"
    return said


def day_number(value: date) -> int:
    """Return the day of the month in Paris."""
    return in_paris(value).day


def month_short(value: date) -> str:
    """Return the month as a calendar leaf shows it: « sept. »."""
    return dateformat.format(in_paris(value), "N")


def clock_time(value: datetime) -> str:
    """Say an hour: « 9 h 40 », « 9 h » on the hour; "9:40" in English."""
    local = value.astimezone(PARIS)
    if not is_french():
        return f"{local.hour}:{local.minute:02d}"
    minutes = f"{NO_BREAK}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NO_BREAK}h{minutes}"


def moment(value: datetime, *, now: datetime | None = None) -> str:
    """Say when: « aujourd'hui, 8 h 02 », « hier, 17 h 20 », « mardi 8, 19 h 47 », then the day.

    Beyond a week, before or after `now`, the day is said in full.
    """
    hour = clock_time(value)
    if now is None:
        return f"{day(value)}, {hour}"
    local = value.astimezone(PARIS)
    ahead = _days_between(in_paris(now), local)
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if ahead in near:
        return f"{near[ahead]}, {hour}"
    if abs(ahead) < _WEEK:
        return f"{dateformat.format(local, 'l')}{NO_BREAK}{local.day}, {hour}"
    return f"{day(value, now=now)}, {hour}"


def time_left(end: datetime, *, now: datetime) -> str:
    """Say what is left before `end`: « Encore 5 jours », « Plus que 2 jours », « Plus que 3 h »."""
    left = end - now
    if left <= timedelta(0):
        return gettext("Closed")
    days = _days_between(in_paris(now), in_paris(end))
    hours = max(1, int(left.total_seconds() // 3600))
    if days == 0:
        return gettext("Last day: %(hours)s h left") % {"hours": hours}
    if days == 1:
        return gettext("Until tomorrow")
    if is_urgent(end, now=now):
        return gettext("Only %(days)s days left") % {"days": days}
    return gettext("%(days)s days left") % {"days": number(days)}


def is_urgent(end: datetime, *, now: datetime) -> bool:
    """Say whether `end` is at most three days away: the only deadline that may be red."""
    return timedelta(0) < end - now <= timedelta(days=3)


def number(value: float) -> str:
    """Write a figure with its thousands apart: « 1 906 » narrow in French, "1,906" in English."""
    plain = f"{value:,}"
    if "e" in plain:
        # Nobody reads 5.93e-05.
        plain = f"{Decimal(repr(value)):,f}"
    if is_french():
        return plain.replace(",", NARROW).replace(".", ",")
    return plain


def percent(value: float) -> str:
    """Write so many hundredths, to one decimal: « 33,9 % » in French, "33.9%" in English."""
    return f"{number(round(value, 1))}{NO_BREAK if is_french() else ''}%"


def euros(cents: int) -> str:
    """Write an amount of `cents`: « 46,20 € », « 75 000 € » when the cents are nought."""
    whole, rest = divmod(abs(cents), _CENTS)
    sign = "\u2212" if cents < 0 else ""
    mark = formats.get_format("DECIMAL_SEPARATOR")
    amount = number(whole) + (f"{mark}{rest:02d}" if rest else "")
    return f"{sign}{amount}{NO_BREAK}€" if is_french() else f"{sign}€{amount}"


def arrondissement(rank: int) -> SafeString:
    """Write the rank of an arrondissement: 11<sup>e</sup>, 1<sup>er</sup>; 11th in English."""
    rank = int(rank)
    if is_french():
        return SafeString(f"{rank}<sup>{'er' if rank == 1 else 'e'}</sup>")
    teens = {11, 12, 13}
    ending = "th" if rank % 100 in teens else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return SafeString(f"{rank}{ending}")


def first_and_rest(text: str) -> tuple[str, str]:
    """Part a text after its first sentence; the rest is "" where there is only one.

    What stands between quotation marks or brackets is never parted.
    """
    for found in _BETWEEN.finditer(text):
        first = text[: found.start()]
        opened = sum(first.count(mark) for mark in _OPENING)
        closed = sum(first.count(mark) for mark in _CLOSING)
        if opened <= closed and not _CUT_SHORT.search(first):
            return first, text[found.end() :]
    return text, ""
