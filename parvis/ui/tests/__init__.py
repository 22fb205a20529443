"""The face, looked at."""

from __future__ import annotations
