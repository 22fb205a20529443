"""Who may enter where: every address is behind sign-in or on the list of public ones."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from django.apps import apps
from django.db import models

import parvis
from config.environment import ROOT
from tests.addresses import addresses, needs_sign_in

PUBLIC_PAGES = (ROOT / "tests" / "architecture" / "public_pages.txt").read_text(encoding="utf-8")


def test_every_address_has_a_name():
    assert [callback for name, callback in addresses() if name.endswith("None")] == []


def test_the_public_pages_are_exactly_those_on_the_list():
    public = {name for name, view in addresses() if not needs_sign_in(view)}
    assert sorted(public) == PUBLIC_PAGES.split()


def modules():
    return [m.name for m in pkgutil.iter_modules(parvis.__path__) if m.ispkg]


def test_no_model_is_promised_to_the_neighbours():
    for module in modules():
        try:
            public = importlib.import_module(f"parvis.{module}.public")
        except ModuleNotFoundError:
            continue
        for name in public.__all__:
            promised = getattr(public, name)
            assert not (inspect.isclass(promised) and issubclass(promised, models.Model)), name
            assert not isinstance(promised, models.Manager | models.QuerySet), name


def test_every_public_door_says_what_it_promises():
    for module in modules():
        if module in {"kernel", "ui", "portal", "ideas"}:
            continue
        public = importlib.import_module(f"parvis.{module}.public")
        assert public.__doc__
        for name in public.__all__:
            promised = getattr(public, name)
            if inspect.isfunction(promised):
                assert promised.__doc__, f"{module}.public.{name} has no docstring"


def our_models():
    return [m for m in apps.get_models() if m.__module__.startswith("parvis.")]


def test_a_key_to_another_module_leaves_no_way_back():
    for model in our_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey) or field.auto_created:
                continue
            target = field.related_model
            if target._meta.app_label != model._meta.app_label:
                assert field.remote_field.related_name == "+", f"{model.__name__}.{field.name}"
