"""What an operator does with accounts at the console: `parvis account …`."""

from __future__ import annotations

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from parvis.account.actions import opening, roles
from parvis.account.forms import own as forms
from parvis.account.models import Resident, Role
from parvis.account.queries import people, roles as role_queries
from parvis.account.queries.people import Person
from parvis.account.rules import opening as rules
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.ui.names import NameField


@click.group("account")
def commands() -> None:
    """Open accounts and give them roles."""


@commands.command()
@click.argument("email")
@click.option("--name", required=True, help="Usual name of the person.")
@click.password_option(help="Asked for if it is not given.")
def create(email: str, name: str, password: str) -> None:
    """Open an account for EMAIL whose address needs no confirmation."""
    try:
        email = forms.AddressField().clean(email)
        name = NameField(max_length=rules.NAME_MAX_LENGTH).clean(name)
        validate_password(password, Resident(email=email, usual_name=name))
        person_id = opening.create_confirmed_account(
            email=email, password=password, usual_name=name, now=clock.now()
        )
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"{email}: account {person_id} is open.")


@commands.command()
@click.argument("email")
@click.argument("role", type=click.Choice(Role.values))
def grant(email: str, role: str) -> None:
    """Give the person behind EMAIL a ROLE, for the whole city."""
    person = _person(email)
    is_new = roles.grant_role(person_id=person.id, role=role, by=None, now=clock.now())
    click.echo(f"{email} {'is now' if is_new else 'already is'} {role}.")


@commands.command("take-back")
@click.argument("email")
@click.argument("role", type=click.Choice(Role.values))
@click.option("--reason", default="", help="What the person reads in their account.")
def take_back(email: str, role: str, reason: str) -> None:
    """Take every grant of a ROLE back from the person behind EMAIL."""
    person, now = _person(email), clock.now()
    held = [one for one in role_queries.grants_of(person.id, now=now) if one.role == role]
    current = [one for one in held if one.is_current]
    try:
        for one in current:
            roles.take_role_back(
                person_id=person.id, grant_id=one.id, reason=reason, by=None, now=now
            )
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{email} {'is no longer' if current else 'was not'} {role}.")


@commands.command("list-roles")
def list_roles() -> None:
    """List who holds which role."""
    for email, role in role_queries.who_holds_roles(now=clock.now()):
        click.echo(f"{role}\t{email}")


def _person(email: str) -> Person:
    found = people.person_by_email(email)
    if found is None:
        msg = f"{email} has no open account."
        raise click.ClickException(msg)
    return found
