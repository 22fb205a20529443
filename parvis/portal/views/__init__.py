"""The portal's pages for everyone."""

from __future__ import annotations
