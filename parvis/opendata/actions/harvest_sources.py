"""Which catalogues are harvested: added once, switched off and on again."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.models import HarvestSource
from parvis.opendata.models.harvests import HarvestKind
from parvis.opendata.rules.harvesting.remote import host

_PREFIX = re.compile(r"([a-z0-9][a-z0-9_-]{0,39})?")
_LONGEST_NAME, _LONGEST_ADDRESS = 100, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A catalogue somebody wants harvested: an address of the web or, for a folder, a path of this
    machine."""

    name: str
    kind: str
    address: str
    prefix: str = ""
    every_hours: int = 24
    takes_records: bool = False


@transaction.atomic
def add(*, new: NewSource, now: dt.datetime) -> uuid.UUID:
    """Note a catalogue to harvest, and return its id; it is harvested the next time one looks.

    :raises Refused: `name_unfit`, `kind_unfit`, `address_unfit`, `prefix_unfit`, `hours_unfit`,
        `source_known`
    """
    address = _checked(new)
    same_name = HarvestSource.objects.filter(name=new.name)
    same_place = HarvestSource.objects.filter(address=address, prefix=new.prefix)
    if same_name.exists() or same_place.exists():
        sentence = _("A source of this name, or of this address and prefix, is there already.")
        raise Refused("source_known", sentence)
    source = HarvestSource.objects.create(
        name=new.name,
        kind=new.kind,
        address=address,
        prefix=new.prefix,
        every_hours=new.every_hours,
        takes_records=new.takes_records,
        created_at=now,
    )
    details = {"kind": new.kind, "address": address, "prefix": new.prefix}
    entry = register.Entry(
        action="opendata.harvest_source_added",
        object_ref=f"opendata.harvest_source:{source.public_id}",
        recorded_at=now,
        channel="program",
        details=details,
    )
    register.record(entry)
    return source.public_id


def _checked(new: NewSource) -> str:
    """Return the address as it is kept."""
    if not new.name.strip() or len(new.name) > _LONGEST_NAME:
        raise Refused("name_unfit", _("Give the source a name of at most 100 letters."), status=422)
    if new.kind not in HarvestKind.values:
        sentence = _("A source is one of: %(kinds)s.") % {"kinds": ", ".join(HarvestKind.values)}
        raise Refused("kind_unfit", sentence, status=422)
    if not _PREFIX.fullmatch(new.prefix):
        sentence = _("A prefix is made of small letters, digits, - and _, at most 40.")
        raise Refused("prefix_unfit", sentence, status=422)
    if new.every_hours < 1:
        raise Refused("hours_unfit", _("A source is asked once an hour at most."), status=422)
    return _address(new)


def _address(new: NewSource) -> str:
    is_folder = new.kind == HarvestKind.FOLDER
    address = new.address.strip()
    if is_folder and not host(address) and Path(address).is_dir():
        address = str(Path(address).resolve())
    elif not host(address):
        sentence = (
            _("Give an address that begins with https://, or a folder of this machine.")
            if is_folder
            else _("Give an address that begins with https:// or http://.")
        )
        raise Refused("address_unfit", sentence, status=422)
    if len(address) > _LONGEST_ADDRESS:
        raise Refused("address_unfit", _("This address is too long."), status=422)
    return address


@transaction.atomic
def switch(*, name: str, is_enabled: bool, now: dt.datetime) -> bool:
    """Switch the schedule of a source on or off; return whether that changed anything.

    What came from it stays as it is.

    :raises NotFound: `no_source`
    """
    source = HarvestSource.objects.select_for_update().filter(name=name).first()
    if source is None:
        raise NotFound("no_source", _("There is no source of this name."))
    if source.is_enabled == is_enabled:
        return False
    source.is_enabled = is_enabled
    source.save(update_fields=["is_enabled"])
    entry = register.Entry(
        action="opendata.harvest_source_switched",
        object_ref=f"opendata.harvest_source:{source.public_id}",
        recorded_at=now,
        channel="program",
        details={"enabled": is_enabled},
    )
    register.record(entry)
    return True
