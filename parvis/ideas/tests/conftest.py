"""Who stands before the pages: one browser per person."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.account import testing as people
from parvis.ideas.tests import scenes


@pytest.fixture
def held(db):
    """An open consultation on the real plan."""
    return scenes.an_open_consultation()


@pytest.fixture
def closed(db):
    """The same, closed a second ago."""
    return scenes.a_closed_consultation()


@pytest.fixture
def alice(db):
    """A resident."""
    return people.alice()


@pytest.fixture
def chloe(db):
    """An outsider."""
    return people.chloe()


@pytest.fixture
def mona(db):
    """A moderator."""
    return people.mona()


@pytest.fixture
def oscar(db):
    """An official."""
    return people.oscar()


@pytest.fixture
def as_():
    """Return a browser in which a person is signed in."""
    return lambda person: people.signed_in(Client(), person)
