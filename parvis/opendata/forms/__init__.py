"""What may be typed in: the parameters of the Explore API, and what an agent sends to publish."""

from __future__ import annotations

from parvis.opendata.forms.explore import (
    COMPRESSIONS,
    DEFAULT_LIMIT,
    DELIMITERS,
    LANGUAGES,
    MAX_GROUPS,
    MAX_LIMIT,
    MAX_WINDOW,
    Asked,
    FileOptions,
    Moment,
    check_export,
    flag,
    read_export,
    read_file_options,
    read_moment,
    read_records,
    time_zone,
    whole,
)

__all__ = [
    "COMPRESSIONS",
    "DEFAULT_LIMIT",
    "DELIMITERS",
    "LANGUAGES",
    "MAX_GROUPS",
    "MAX_LIMIT",
    "MAX_WINDOW",
    "Asked",
    "FileOptions",
    "Moment",
    "check_export",
    "flag",
    "read_export",
    "read_file_options",
    "read_moment",
    "read_records",
    "time_zone",
    "whole",
]
