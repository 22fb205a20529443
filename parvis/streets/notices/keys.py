"""What the register calls what administrators do to keys of GeoReport."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Deed, deeds

deeds.declare(
    Deed(key="streets.api_key_made", label=_("gave a program a key to report by")),
    Deed(key="streets.api_key_revoked", label=_("revoked a program's key")),
)
