"""What of accounts hangs on the secret of the city."""

from __future__ import annotations

from parvis.account.actions import identities, sealing
from parvis.kernel.declarations import SealedRows, sealed_rows

sealed_rows.declare(
    SealedRows(
        key="account.applications",
        label="applications that show codes",
        renew=sealing.seal_applications_again,
    ),
    SealedRows(
        key="account.merges",
        label="merged accounts that can be taken apart",
        renew=sealing.seal_merges_again,
    ),
    SealedRows(
        key="account.identities",
        label="civil statuses that are compared",
        renew=identities.compare_again,
    ),
)
