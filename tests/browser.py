"""A real Chromium for the browser tests: found, installed on Debian when we are root, or asked for.

`python -m tests.browser` makes sure there is one before the tests start; the fixtures serve every
test.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_MISSING = (
    "The browser tests need Chromium: install it (Debian: apt install chromium; macOS: brew install"
    " --cask chromium) or set PARVIS_CHROMIUM to its path."
)
# As long as a page is waited for: a busy machine is no fault.
_PATIENCE_MS = 30_000
# A browser that calls nobody: everything these tests load comes from this machine.
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    named = os.environ.get("PARVIS_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = (shutil.which(name) for name in _NAMES)
    on_a_mac = (path for path in _MAC if Path(path).exists())
    return next((path for path in (*found, *on_a_mac) if path), None)


def install() -> None:
    """Install Debian's Chromium when we are root on a Debian; otherwise do nothing."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-y", "-q", "chromium"]):
        psutil.Popen([apt, *arguments], env=quiet, stdout=sys.stderr).wait()


def main() -> int:
    """Make sure there is a Chromium; return the exit status."""
    if find() is None:
        install()
    if find() is None:
        sys.stderr.write(_MISSING + "\n")
        return 1
    return 0


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one headless Chromium for the session."""
    path = find()
    if path is None:
        pytest.fail(_MISSING)
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
