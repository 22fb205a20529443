"""How a file becomes a table: format, letters, header, types, all judged over the whole file."""

from __future__ import annotations

from parvis.opendata.rules.reading.limits import Limits, Options, Progress, silent
from parvis.opendata.rules.reading.problems import Level, Problem, Problems, Unreadable
from parvis.opendata.rules.reading.tables import Reading, reading

__all__ = [
    "Level",
    "Limits",
    "Options",
    "Problem",
    "Problems",
    "Progress",
    "Reading",
    "Unreadable",
    "reading",
    "silent",
]
