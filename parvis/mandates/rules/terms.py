"""How long a mandate may last, and the day a child comes of age."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

# Code civil, article 414: « La majorité est fixée à dix-huit ans accomplis. »
MAJORITY = 18
# Nobody is held as a child, or as an adult, beyond the oldest age ever proven (122).
OLDEST = 130
# A person's own mandate is given again, or not, every three years at the latest; an association
# renews its board; a judge's protection measure lasts at most twenty years (Code civil, 442).
LONGEST_DAYS = {"relative": 3 * 366, "association": 3 * 366, "guardian": 20 * 366}
# A code that hands a file over is typed in soon, or given again.
CODE_DAYS = 30


def birthday(born: dt.date, age: int) -> dt.date:
    """Return the day on which somebody is `age` years old; who was born on 29 February waits for
    1 March of a common year, when the years are accomplished."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return dt.date(born.year + age, 3, 1)


def comes_of_age_at(born: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the first moment of the day on which somebody comes of age, by the city's clocks, in
    UTC."""
    return midnight(birthday(born, MAJORITY), zone)


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the first moment of a civil day of the city, in UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def why_birth_is_refused(born: dt.date, *, today: dt.date, minor: bool) -> str | None:
    """Return why nobody born on this day can be held as a child (`minor`) or as an adult, or None.

    "born_tomorrow", "born_too_long_ago", "of_age_already", "still_a_child".
    """
    if born > today:
        return "born_tomorrow"
    if birthday(born, OLDEST) <= today:
        return "born_too_long_ago"
    is_adult = birthday(born, MAJORITY) <= today
    if minor and is_adult:
        return "of_age_already"
    return "still_a_child" if not minor and not is_adult else None


def why_term_is_refused(kind: str, ends_on: dt.date | None, *, today: dt.date) -> str | None:
    """Return why a mandate of this kind may not end on that day (its last), or None.

    "no_end": it has to say when it ends; "ends_before_it_begins"; "too_long".
    """
    longest = LONGEST_DAYS.get(kind)
    if longest is None:
        return None
    if ends_on is None:
        return "no_end"
    if ends_on < today:
        return "ends_before_it_begins"
    return "too_long" if (ends_on - today).days > longest else None
