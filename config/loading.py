"""Makes a city ready to open: schema, styles, and the modules' demonstration steps.

Import it once Django is set up: it asks the modules what they declare.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config import environment, freshness
from parvis.account.public import demo_accounts
from parvis.kernel import clock, declarations
from parvis.openid.public import demo_services


def prepare(home: Path, console: Console) -> None:
    """Bring database, static files and demonstration data up to date; show progress."""
    database_url = os.environ["DATABASE_URL"]
    current = freshness.is_same_code(home, database_url=database_url)
    with _progress(console) as progress:
        if not current:
            _build(progress)
        _load(progress, only_each_start=current)
    freshness.mark_loaded(home, database_url=database_url)


def accounts() -> list[dict[str, str]]:
    """Return the demonstration's accounts; the city must have been prepared."""
    return [
        {
            "name": account.name,
            "role": account.role or "resident",
            "email": account.email,
            "password": account.password,
        }
        for account in demo_accounts()
    ]


def services() -> list[dict[str, str | list[str]]]:
    """Return the applications that sign people in with the account, as their own settings say."""
    return [
        {
            "name": service.wish.name,
            "client_id": service.client_id,
            "client_secret": service.client_secret,
            "redirect_uris": list(service.wish.redirect_uris),
            "post_logout_redirect_uris": list(service.wish.post_logout_redirect_uris),
            "sector": service.wish.sector,
        }
        for service in demo_services()
    ]


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
    )


def _build(progress: Progress) -> None:
    task = progress.add_task("Database schema", total=1)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    progress.update(task, completed=1)
    task = progress.add_task("Styles and scripts", total=1)
    call_command("collectstatic", interactive=False, verbosity=0)
    progress.update(task, completed=1)


def _load(progress: Progress, *, only_each_start: bool) -> None:
    """Run the modules' demonstration steps, each in one transaction unless it commits itself."""
    for step in declarations.demo_steps:
        if only_each_start and not step.each_start:
            continue
        task = progress.add_task(str(step.label), total=1)
        city = declarations.DemoCity(
            city=settings.PARVIS_CITY_DIR,
            outside_data=_outside_data(),
            now=clock.now(),
            say=progress.console.print,
        )
        with nullcontext() if step.commits else transaction.atomic():
            step.load(city)
        progress.update(task, completed=1)


def _outside_data() -> Path | None:
    """Return the data we may use but not ship: PARVIS_DATA, or `shared/data` beside the
    checkout."""
    beside = environment.ROOT.parent / "shared" / "data"
    folder = Path(os.environ.get("PARVIS_DATA", str(beside)))
    return folder if folder.is_dir() else None
