"""Following, reuses, questions and their desk in a real browser: no fault, no script needed."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect

from parvis.account.testing import a_person, signed_in
from parvis.opendata.actions import questions, reuses, saying, webhooks
from parvis.opendata.models import Following, Question, Reuse
from parvis.opendata.testing import MONDAY, TUESDAY
from parvis.opendata.tests.pages_world import WORKS, the_works
from parvis.ui.testing import Scheme, faults, follow
from parvis.ui.weight import page_weight

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

HERE = f"/en/data/{WORKS}/"


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city with a dataset, of which two reuses and two questions speak."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    the_works()
    alice, bachir, mona = (
        a_person("Alice"),
        a_person("Bachir", "agent"),
        a_person("Mona", "moderator"),
    )
    said = {"text": "Montre les travaux de chaque quartier.", "by": alice, "now": MONDAY}
    for name in ("carte", "atlas"):
        reuses.propose(
            dataset_id=WORKS,
            title=f"Travaux, {name}",
            url=f"https://x.example/{name}",
            **said,
        )
    first = Reuse.objects.order_by("pk")[0].public_id
    reuses.publish(reuse_id=first, by=mona, now=TUESDAY)
    who = {"by": bachir, "now": TUESDAY}
    saying.report(kind="reuse", public_id=first, reason="dead_link", comment="", **who)
    for text in ("Que contient la colonne « genre » ?", "Pourquoi rien en 2022 ?"):
        questions.ask(dataset_id=WORKS, text=text, by=alice, now=MONDAY)
    asked = Question.objects.order_by("pk")[0].public_id
    questions.answer(question_id=asked, text="Le genre de l'opération.", **who)
    webhooks.add(dataset_id=WORKS, url="https://10.0.0.1/x", by=alice, now=MONDAY)
    return server.url


def as_person(chromium: Browser, city: str, name: str, **options) -> BrowserContext:
    """Open a browser in which this person is signed in."""
    context = chromium.new_context(base_url=city, **options)
    cookie = signed_in(Client(), a_person(name)).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": city}])
    return context


def addresses() -> dict[str, list[str]]:
    first, second = Reuse.objects.order_by("pk")
    waiting = Question.objects.get(answered_at=None).public_id
    return {
        "Alice": [
            f"{HERE}?fait=plus-suivi",
            f"{HERE}table/?est.genre=jardin",
            *(f"{HERE}{side}" for side in ("reuses/", "questions/", "webhooks/")),
            *(f"{HERE}{side}" for side in ("reuses/propose/", "questions/ask/")),
        ],
        "Bachir": [
            f"/en/data/report/reuse/{first.public_id}/",
            "/en/data/desk/questions/",
            f"/en/data/desk/questions/{waiting}/",
        ],
        "Mona": [
            "/en/data/desk/reuses/",
            f"/en/data/desk/reuses/reuse/{first.public_id}/",
            f"/en/data/desk/reuses/reuse/{second.public_id}/",
        ],
    }


@pytest.mark.parametrize(
    ("width", "scheme", "names"),
    [(320, "dark", ("Alice", "Bachir", "Mona")), (1280, "light", ("Mona",))],
)
def test_the_pages_are_without_fault(
    chromium: Browser, city: str, width: int, scheme: Scheme, names: tuple[str, ...]
):
    found = []
    for name in names:
        pages = addresses()[name]
        look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        context = as_person(chromium, city, name, **look)
        page = context.new_page()
        found += [fault for address in pages for fault in faults(page, address)]
        context.close()
    assert found == []


def test_a_resident_follows_and_takes_it_back_without_a_script(chromium: Browser, city: str):
    context = as_person(chromium, city, "Alice", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{HERE}table/?est.genre=jardin")
    follow(page, page.get_by_role("button", name="Follow only the rows of this view"))
    expect(page.get_by_text("You follow the rows where Genre: jardin.")).to_be_visible()
    follow(page, page.get_by_role("button", name="Undo"))
    assert not Following.objects.exists()
    follow(page, page.get_by_role("button", name="Undo"))
    assert Following.objects.get().watch.query == "est.genre=jardin"
    context.close()


def test_every_first_page_weighs_at_most_sixty_kilobytes(client, city):
    for address in (HERE, f"{HERE}reuses/", f"{HERE}questions/"):
        assert page_weight(client.get(address).content) <= 60_000, address
