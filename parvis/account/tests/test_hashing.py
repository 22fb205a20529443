"""Passwords are weighed one at a time in each process, behind everything else."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from parvis.account.adapters import hashing
from parvis.account.adapters.hashing import CityArgon2Hasher

SECRET = "tasse-girafe-horizon"


def test_the_hash_is_the_one_of_the_library_with_the_parameters_of_the_city():
    hasher = CityArgon2Hasher()
    encoded = hasher.encode(SECRET, "un-sel-de-seize-signes")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify(SECRET, encoded)
    assert not hasher.verify(f"{SECRET}!", encoded)
    assert Argon2PasswordHasher().verify(SECRET, encoded)
    assert not hasher.must_update(encoded)


def test_eight_who_sign_in_at_once_are_weighed_one_after_another(monkeypatch):
    inside, most, names = [], [], set()

    def weigh(_hasher, _password, _encoded):
        inside.append(1)
        most.append(len(inside))
        names.add(threading.get_ident())
        time.sleep(0.005)
        inside.pop()
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", weigh)
    with ThreadPoolExecutor(8) as people:
        assert all(people.map(lambda _rank: CityArgon2Hasher().verify("a", "b"), range(16)))
    assert max(most) == 1
    assert len(names) == 1
    assert threading.get_ident() not in names


@pytest.mark.parametrize(("system", "asked"), [("linux", 1), ("darwin", 0), ("win32", 0)])
def test_the_thread_that_weighs_gives_way_where_a_thread_has_a_priority(monkeypatch, system, asked):
    given = []
    monkeypatch.setattr(hashing.sys, "platform", system)
    monkeypatch.setattr(hashing.os, "setpriority", lambda *what: given.append(what), raising=False)
    monkeypatch.setattr(hashing.os, "PRIO_PROCESS", 0, raising=False)
    hashing._give_way()
    assert given == [(0, threading.get_native_id(), 10)] * asked


def test_a_machine_that_refuses_the_priority_weighs_all_the_same(monkeypatch):
    def refuses(*_what):
        raise PermissionError

    monkeypatch.setattr(hashing.os, "setpriority", refuses, raising=False)
    hashing._give_way()
