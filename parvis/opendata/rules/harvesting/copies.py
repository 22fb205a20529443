"""What becomes of another catalogue's datasets here: their ids, what is said of where they come
from, and how many may vanish at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from parvis.opendata.rules.descriptions import TEMPLATE, Description
from parvis.opendata.rules.harvesting.remote import Remote

ORDER = 5000
"""Harvested datasets stand behind the city's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A catalogue that is harvested: what people call it, its host, where it is."""

    title: str
    domain: str
    address: str


def is_echo(remote: Remote, *, ours: str, theirs: str) -> bool:
    """Tell whether a dataset came from here: two portals that harvest each other, or a portal that
    harvests itself, must not take their own copies for news."""
    if remote.named_at:
        # A dataset with an address of its own may well be derived from another of its portal.
        return remote.home == ours or remote.named_at == ours != theirs
    return bool(remote.home) and remote.home in {ours, theirs}


def described(remote: Remote, *, dataset_id: str, origin: Origin) -> Description:
    """Return how a harvested dataset is described here: as there, and where it comes from."""
    default: dict[str, Any] = dict(remote.metas.get(TEMPLATE, {}))
    # What another catalogue has harvested itself keeps the origin it is given there.
    if not default.get("federated"):
        default |= {
            "source_domain": origin.domain or None,
            "source_domain_title": origin.title,
            "source_domain_address": origin.address,
            "source_dataset": remote.remote_id,
        }
    default["federated"] = True
    return Description(
        dataset_id=dataset_id,
        metas={**remote.metas, TEMPLATE: default},
        fields=remote.fields,
        features=remote.features,
        attachments=remote.attachments,
        key_fields=[one["name"] for one in remote.fields if "id" in one.get("annotations", {})],
        source_url=remote.page or (origin.address if origin.domain else ""),
        order=ORDER,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanishing:
    """Datasets that were listed and are no longer."""

    gone: tuple[str, ...]
    known: int

    @property
    def is_suspect(self) -> bool:
        """Tell whether that is more than half: rather a fault over there than their wish."""
        return len(self.gone) * 2 > self.known


def vanishing(known: Mapping[str, Any] | Collection[str], listed: Collection[str]) -> Vanishing:
    """Return which of the known ids are no longer listed."""
    gone = tuple(sorted(set(known) - set(listed)))
    return Vanishing(gone=gone, known=len(known))
