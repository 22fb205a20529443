"""What other catalogues say of their datasets, read into one shape: Explore, DCAT, folders."""

from __future__ import annotations

from parvis.opendata.rules.harvesting.remote import (
    Broken,
    Listing,
    Remote,
    Rows,
    Unfit,
)

__all__ = ["Broken", "Listing", "Remote", "Rows", "Unfit"]
