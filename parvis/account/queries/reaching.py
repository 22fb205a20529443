"""What of the rows of any module lies where roles reach."""

from __future__ import annotations

from django.db.models import Q

from parvis.account.rules.roles import Reach


def within(reach: Reach, field: str) -> Q:
    """Return what chooses the rows whose arrondissement, in this field, is within reach; a row that
    has none lies in the whole city alone."""
    return Q() if reach.is_whole_city else Q(**{f"{field}__in": reach.territories})
