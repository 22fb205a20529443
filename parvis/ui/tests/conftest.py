"""The face is tested in a city of its own, where nothing but the face answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from parvis.kernel.declarations import nav_entries

NOON = dt.datetime(2015, 9, 10, 10, 0, tzinfo=dt.UTC)
"""Thursday 10 September 2015, noon in Paris."""


@pytest.fixture(autouse=True)
def _own_city(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "parvis.ui.tests.urls"
    settings.PARVIS_STRICT_UI = True
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(nav_entries, "_declared", {})


@pytest.fixture
def in_french():
    with translation.override("fr"):
        yield


@pytest.fixture
def in_english():
    with translation.override("en"):
        yield
