"""Runs the demonstration city: database, loading, worker, web server; stops what it started."""

from __future__ import annotations

import contextlib
import http.client
import importlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import psutil
from rich.console import Console
from rich.table import Table

from config import environment, freshness, postgres
from config.fakes import cast

Processes = dict[str, psutil.Popen]
console = Console(highlight=False)
_DATABASE = "parvis"
_SERVICES = "services.json"
_READY_SECONDS = 60
# What the city cannot do without.
_OWN = {"web", "worker"}
_GENTLE = 10


class Stop(Exception):
    """Someone asked the city to stop."""


def run(*, port: int) -> None:
    """Bring the city up on `port`, print how to enter, and wait until asked to stop."""
    home = environment.home()
    home.mkdir(parents=True, exist_ok=True)
    _refuse_if_taken(home, port)
    os.environ["PARVIS_SECRET_KEY"] = _secret(home)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    began = time.monotonic()
    with contextlib.suppress(Stop), contextlib.ExitStack() as stack:
        # The database is entered last and left last: nobody is cut off in the middle of a question.
        database = stack.enter_context(contextlib.ExitStack())
        children = stack.enter_context(_children(home))
        parties = _start_fakes(home, children)
        _start_early(home, port, children)
        database.enter_context(_database(home))
        accounts = _prepare(home)
        _open(home, port, children)
        _note(home, port, accounts, parties)
        _welcome(home, port, accounts, time.monotonic() - began)
        _watch(children)
    console.print("[dim]Stopped. The data is kept; `make demo-reset` empties it.[/dim]")


def reset() -> None:
    """Delete the city's folder, unless the city is running."""
    home = environment.home()
    if _running_pids(home):
        sys.exit(f"The city in {home} is running: stop it first (Ctrl-C where it runs).")
    if home.exists():
        if not (home / "secret-key").exists():
            sys.exit(f"{home} does not look like a demonstration city; nothing was deleted.")
        shutil.rmtree(home)
    console.print(f"Emptied {home}.")
    if "DATABASE_URL" in os.environ:
        console.print("The database of DATABASE_URL is yours and was left as it is.")


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _refuse_if_taken(home: Path, port: int) -> None:
    running = _running_pids(home)
    if running.get("program"):
        sys.exit(f"A city already runs in {home}. Use DATA=/another/folder for a second one.")
    for pid in running.values():  # left behind by a program that was killed
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).terminate()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken by another program: make demo PORT={port + 1}")


def _secret(home: Path) -> str:
    path = home / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _prepare(home: Path) -> list[dict[str, str]]:
    """Load the city unless it is loaded already; return the accounts it has."""
    known = home / "accounts.json"
    if _is_ready(home, database_url=os.environ["DATABASE_URL"]):
        accounts: list[dict[str, str]] = json.loads(known.read_text(encoding="utf-8"))
        return accounts
    with console.status("Setting up…"):
        importlib.import_module("config.languages").compile_all()
        importlib.import_module("django").setup()
        loading = importlib.import_module("config.loading")
    loading.prepare(home, console)
    accounts = loading.accounts()
    (home / _SERVICES).write_text(json.dumps(loading.services()), encoding="utf-8")
    known.write_text(json.dumps(accounts), encoding="utf-8")
    return accounts


def _is_ready(home: Path, *, database_url: str) -> bool:
    """Tell whether this city was loaded with this very code."""
    known = home / "accounts.json"
    return known.exists() and freshness.is_loaded(home, database_url=database_url)


@contextlib.contextmanager
def _database(home: Path) -> Iterator[None]:
    """Run the embedded PostgreSQL unless DATABASE_URL names another."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    noted = home / "database-url"
    with console.status("Starting PostgreSQL…"), contextlib.ExitStack() as starting:
        server = starting.enter_context(postgres.running(home / "postgres"))
        os.environ["DATABASE_URL"] = server.get_uri(_DATABASE)
        if _noted_database_url(home) != os.environ["DATABASE_URL"]:
            importlib.import_module("config.databases").ensure_database(server, _DATABASE)
            noted.write_text(os.environ["DATABASE_URL"], encoding="utf-8")
        stopping = starting.pop_all()
    with stopping:
        yield


def _noted_database_url(home: Path) -> str:
    """Return the URL of the embedded database if this folder holds it, or an empty string."""
    noted = home / "database-url"
    if not noted.exists() or not (home / "postgres" / "PG_VERSION").exists():
        return ""
    return noted.read_text(encoding="utf-8")


@contextlib.contextmanager
def _children(home: Path) -> Iterator[Processes]:
    """Give a place for the processes of the city, and stop them at the end."""
    children: Processes = {}
    try:
        yield children
    finally:
        _stop(children)
        (home / "pids.json").unlink(missing_ok=True)


def _start_fakes(home: Path, children: Processes) -> dict[str, str]:
    """Start the parties outside the city, and tell the city where they are; return their addresses.

    Each keeps its port from one start to the next: people are known by who vouches for them.
    """
    noted = home / "fakes.json"
    ports = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else {}
    addresses: dict[str, str] = {}
    for fake in cast.FAKES:
        port = ports[fake.name] = cast.free_port(ports.get(fake.name, 0))
        address = f"http://localhost:{port}"
        needed = fake.settings(address)
        if needed.keys() & os.environ.keys():
            continue
        os.environ.update(needed)
        _start(home, children, fake.name, [sys.executable, "-m", fake.module, str(port)])
        addresses[fake.name] = address
    noted.write_text(json.dumps(ports), encoding="utf-8")
    return addresses


def _start_early(home: Path, port: int, children: Processes) -> None:
    """Let the web server read its code while the database starts, where nothing is to be loaded."""
    url = os.environ.get("DATABASE_URL") or _noted_database_url(home)
    if url and _is_ready(home, database_url=url):
        _start(home, children, "web", _web(port), DATABASE_URL=url)


def _open(home: Path, port: int, children: Processes) -> None:
    """Open the doors: the web server if it is not there yet, then the worker.

    The worker starts once the doors are open: on two cores it would only make people wait.
    """
    url = os.environ["DATABASE_URL"]
    if "web" not in children:
        _start(home, children, "web", _web(port), DATABASE_URL=url)
    _wait_until_ready(port, children)
    worker = [sys.executable, str(environment.ROOT / "manage.py"), "procrastinate", "worker"]
    worker += ["--concurrency", "4", "--shutdown-graceful-timeout", "5"]
    _start(home, children, "worker", worker, DATABASE_URL=url)
    # Whoever waits for an answer comes before what nobody waits for.
    children["worker"].nice(_GENTLE)


def _web(port: int) -> list[str]:
    """Return the command of the web server."""
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"]
    granian += ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--no-ws"]
    granian += ["--blocking-threads", str(environment.CONNECTIONS), "--backlog", "1024"]
    return [*granian, "--log-level", "warning"]


def _start(
    home: Path, children: Processes, name: str, command: list[str], **variables: str
) -> None:
    """Run one process in a group of its own: Ctrl-C reaches only this program. It stays in this
    session, for Linux shares processors out by session first, and only then by `nice`."""
    logs = home / "logs"
    logs.mkdir(exist_ok=True)
    known = {**os.environ, **variables}
    with (logs / f"{name}.log").open("ab") as log:
        children[name] = psutil.Popen(
            command, cwd=environment.ROOT, env=known, stdout=log, stderr=log, process_group=0
        )
    _note_pids(home, children)


def _stop(children: Processes) -> None:
    """Ask each process to end, then make the ones that do not, and what they left behind."""
    for child in children.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()
    for child in children.values():
        with contextlib.suppress(psutil.TimeoutExpired):
            child.wait(8)
        # A server that died by itself leaves its own workers in the group it led.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def _note_pids(home: Path, children: Processes) -> None:
    pids = {name: child.pid for name, child in children.items()} | {"program": os.getpid()}
    noted = {name: [pid, psutil.Process(pid).create_time()] for name, pid in pids.items()}
    (home / "pids.json").write_text(json.dumps(noted), encoding="utf-8")


def _running_pids(home: Path) -> dict[str, int]:
    """Return the noted processes that still run; a recycled number is not taken for ours."""
    path = home / "pids.json"
    if not path.exists():
        return {}
    running = {}
    for name, (pid, created) in json.loads(path.read_text(encoding="utf-8")).items():
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if process.create_time() == created and process.status() != psutil.STATUS_ZOMBIE:
                running[name] = pid
    return running


def _wait_until_ready(port: int, children: Processes) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    with console.status("Opening the doors…"):
        while time.monotonic() < deadline:
            _complain_if_dead(children)
            if _answers(port):
                return
            time.sleep(0.05)
    sys.exit(f"The web server did not answer in {_READY_SECONDS} s: see {environment.home()}/logs")


def _answers(port: int) -> bool:
    """Tell whether the first page is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/")
        return connection.getresponse().status == http.client.OK
    return False


def _complain_if_dead(children: Processes) -> None:
    """End the program if one of the city's own processes is gone; it outlives a party outside."""
    for name, child in children.items():
        if name in _OWN and child.poll() is not None:
            log = environment.home() / "logs" / f"{name}.log"
            sys.exit(f"The {name} process stopped by itself: see {log}")


def _note(home: Path, port: int, accounts: list[dict[str, str]], parties: dict[str, str]) -> None:
    """Write down for other programs how to enter: demo.json stands there once the city is open."""
    address = f"http://localhost:{port}"
    ready = {
        "address": address,
        "mail": f"{address}/demo/courrier.json",
        "texts": f"{parties['sms']}/messages.json" if "sms" in parties else "",
        "accounts": accounts,
        "fakes": parties,
        "openid": {
            "issuer": address,
            "clients": json.loads((home / _SERVICES).read_text(encoding="utf-8")),
        },
    }
    half = home / "demo.json.new"
    half.write_text(json.dumps(ready, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    half.replace(home / "demo.json")


def _welcome(home: Path, port: int, accounts: list[dict[str, str]], seconds: float) -> None:
    """Tell people how to enter."""
    address = f"http://localhost:{port}"
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    for column in ("Role", "E-mail", "Password"):
        table.add_column(column)
    for account in accounts:
        table.add_row(account["role"], account["email"], account["password"])
    console.print(
        f"\n[bold green]Parvis is open:[/] [bold]{address}[/]   [dim]({seconds:.1f} s)[/]"
    )
    console.print(table)
    console.print(f"Mail sent by the city: {address}/demo/courrier/   Data: {home}")
    console.print("[dim]Ctrl-C stops it.[/dim]")


def _watch(children: Processes) -> None:
    while True:
        _complain_if_dead(children)
        time.sleep(0.5)
