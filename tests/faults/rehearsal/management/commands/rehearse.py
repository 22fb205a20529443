"""Announce facts one by one, each in its own transaction, saying which were committed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from parvis.account.public import create_confirmed_account, person_by_email
from parvis.kernel import clock, facts
from parvis.kernel.models import FactRecord
from tests.faults.rehearsal.events import Rehearsed

EMAIL = "alice@parvis.example"


class Command(BaseCommand):
    """Announce until there are as many facts as asked for."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of facts."""
        parser.add_argument("until", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Announce, and print the number of each fact once it is committed."""
        alice = person_by_email(EMAIL)
        person_id = (
            alice.id
            if alice
            else create_confirmed_account(
                email=EMAIL, password="un-mot", usual_name="Alice", now=clock.now()
            )
        )
        done = FactRecord.objects.filter(name=Rehearsed.NAME).count()
        for number in range(done + 1, options["until"] + 1):
            with transaction.atomic():
                facts.announce(Rehearsed(number=number, person_id=person_id), now=clock.now())
            self.stdout.write(str(number))
            self.stdout.flush()
