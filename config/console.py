"""The city's command line: `parvis --help` lists what an operator and a citizen-auditor can do."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
from pathlib import Path
from typing import Any

import click
import django

import parvis
from config import environment

# Commands for whoever recounts on a machine of their own: no settings, no database.
_ALONE = {"count": "parvis.budget.commands"}
# Commands of a module whose others need no settings.
_BESIDE = ("parvis.budget.commands.loading",)


class City(click.Group):
    """Adds each module's commands when they are first asked for, so that `--help` stays quick."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; say in one sentence that the database does not answer."""
        try:
            return super().invoke(ctx)
        except importlib.import_module("django.db").OperationalError as error:
            message = (
                "The city's database does not answer. Start the demonstration (make demo), or set"
                " DATABASE_URL."
            )
            raise click.ClickException(message) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of our own commands and of every module's group."""
        return sorted({*super().list_commands(ctx), *_ALONE, *_groups()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command; a module's group sets Django up first."""
        if cmd_name in _ALONE:
            command: click.Command = getattr(importlib.import_module(_ALONE[cmd_name]), cmd_name)
            return command
        return super().get_command(ctx, cmd_name) or _groups().get(cmd_name)


def _groups() -> dict[str, click.Command]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    _use_running_demonstration()
    django.setup()
    groups: dict[str, click.Command] = {}
    for name in (*_of_modules(), *_BESIDE):
        group: Any = importlib.import_module(name).commands
        groups[group.name] = group
    return groups


def _of_modules() -> list[str]:
    """Return the commands of every module that has some, but those that need no settings."""
    rooms = (f"parvis.{found.name}.commands" for found in pkgutil.iter_modules(parvis.__path__))
    return [one for one in rooms if one not in _ALONE.values() and importlib.util.find_spec(one)]


def _use_running_demonstration() -> None:
    """Point the command at the demonstration's own database, unless DATABASE_URL names another."""
    noted = environment.home() / "database-url"
    if "DATABASE_URL" not in os.environ and noted.exists():
        os.environ["DATABASE_URL"] = noted.read_text(encoding="utf-8")


@click.group(cls=City)
@click.version_option(package_name="parvis")
def main() -> None:
    """Parvis, the software of a city."""


@main.command()
@click.option("--port", default=8000, show_default=True, help="Where the web server listens.")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="The city's folder.")
def demo(port: int, data: Path | None) -> None:
    """Bring up the demonstration city; Ctrl-C stops it and keeps its data."""
    os.environ["PARVIS_HOME"] = str((data or environment.home()).resolve())
    os.environ["PARVIS_SITE_URL"] = f"http://localhost:{port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    importlib.import_module("config.demo").run(port=port)


@main.command("demo-reset")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="The city's folder.")
def demo_reset(data: Path | None) -> None:
    """Empty the demonstration city: its database and its files."""
    os.environ["PARVIS_HOME"] = str((data or environment.home()).resolve())
    importlib.import_module("config.demo").reset()


@main.command("seal-again")
@click.pass_context
def seal_again(ctx: click.Context) -> None:
    """Let everything hang on the present secret of the city, before an older one is taken out."""
    _groups()
    lost = 0
    for rows in importlib.import_module("parvis.kernel.declarations").sealed_rows:
        renewed = rows.renew()
        told = f", {renewed.lost} that no secret of the city opens" if renewed.lost else ""
        click.echo(f"{rows.label}: {renewed.done} hang on the present secret{told}")
        lost += renewed.lost
    ctx.exit(1 if lost else 0)


@main.command()
def wiring() -> None:
    """List every fact and who reacts to it."""
    _groups()
    facts = importlib.import_module("parvis.kernel.facts")
    for fact, reactions in facts.wiring().items():
        click.echo(f"{fact}: {', '.join(reactions)}")


if __name__ == "__main__":
    main()
