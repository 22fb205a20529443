"""What one can do at the portal: move the dates of a demonstration's consultation."""

from __future__ import annotations

import datetime as dt

from parvis.deliberation.public import consultation, move_consultation_dates
from parvis.kernel import clock
from parvis.portal.rules import around_today


def open_today(*, slug: str, now: dt.datetime) -> None:
    """Move a consultation by whole days so that it is open today.

    :raises NotFound: `no_consultation`
    """
    staged = consultation(slug)
    opens_at, closes_at = around_today(
        staged.official_opens_at, staged.official_closes_at, now=now, zone=clock.city_zone()
    )
    move_consultation_dates(slug=slug, opens_at=opens_at, closes_at=closes_at, by=None, now=now)


def restore_dates(*, slug: str, now: dt.datetime) -> None:
    """Give a consultation back the dates it really had.

    :raises NotFound: `no_consultation`
    """
    staged = consultation(slug)
    move_consultation_dates(
        slug=slug,
        opens_at=staged.official_opens_at,
        closes_at=staged.official_closes_at,
        by=None,
        now=now,
    )
