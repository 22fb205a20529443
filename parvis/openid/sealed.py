"""What of the provider hangs on the secret of the city."""

from __future__ import annotations

from parvis.kernel.declarations import SealedRows, sealed_rows
from parvis.openid.actions import keys

sealed_rows.declare(
    SealedRows(key="openid.keys", label="keys that sign for services", renew=keys.seal_again)
)
