"""The face: tokens, layout and components that every page is built with."""

from __future__ import annotations
