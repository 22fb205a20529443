"""A photo came in: it is made anew, out of sight of who sent it."""

from __future__ import annotations

from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.streets.actions import photos
from parvis.streets.events import PhotoReceived


@reacts_to(PhotoReceived, name="streets.clean_photo")
def clean_photo(delivered: Delivered) -> None:
    """Make the photo anew from its pixels."""
    photos.clean(photo_id=delivered.fact.photo_id, now=clock.now())
