"""The front door: everything other modules may use. Nothing else is promised."""

from __future__ import annotations

from parvis.openid.actions.showing import DemoService, demo_services
from parvis.openid.events import ConsentGiven, ConsentWithdrawn, ServiceClosed
from parvis.openid.queries.consents import Agreement, ledger
from parvis.openid.queries.issuing import issuer

__all__ = [
    "Agreement",
    "ConsentGiven",
    "ConsentWithdrawn",
    "DemoService",
    "ServiceClosed",
    "demo_services",
    "issuer",
    "ledger",
]
