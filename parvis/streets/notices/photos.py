"""What the register calls what agents decide about photos."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(
        key="streets.photo_shown",
        label=_("made a photo of the street public, what it must not show covered"),
    ),
    Deed(key="streets.photo_withheld", label=_("kept a photo of the street from the public")),
    Deed(key="streets.photo_looked_at_again", label=_("had a photo of the street looked at again")),
)
