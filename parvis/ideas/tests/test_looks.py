"""The pages in a real browser: axe finds nothing, nothing sticks out, and a person can finish."""

from __future__ import annotations

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import expect

from parvis.account import testing as people
from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import a_remark, an_answer
from parvis.ideas.tests import scenes
from parvis.ideas.tests.scenes import a_comment
from parvis.kernel import clock
from parvis.ui.testing import RULES, follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WRITE = "ecrire/?on=plan%3Aparis-2015%2F1.2&kind=comment"
FRENCH = (
    "/concertations/",
    "/concertations/plan-2015/",
    "/concertations/plan-2015/contributions/?q=classe",
    f"/concertations/plan-2015/{WRITE}",
    "/concertations/plan-2015/donnees/",
    "/concertations/brouillons/",
    "/concertations/contributions/{said}/",
    "/concertations/contributions/{said}/historique/",
    "/concertations/contributions/{said}/argumenter/?side=for",
    "/concertations/contributions/{said}/signaler/",
    "/concertations/bureau/moderation/contribution/{said}/",
    "/concertations/bureau/moderation/decisions/",
    "/concertations/bureau/reponses/{said}/",
)
ENGLISH = (
    "/en/consultations/",
    "/en/consultations/plan-2015/",
    "/en/consultations/plan-2015/contributions/",
    "/en/consultations/contributions/{said}/",
    "/en/consultations/desk/answers/{said}/",
)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def address(settings, tmp_path):
    """Serve the city on the loopback; each request has its own connection to the database."""
    settings.STATIC_ROOT = tmp_path
    handler = StaticFilesHandler(get_wsgi_application())
    server = make_server("127.0.0.1", 0, handler, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def browser_window(chromium, address, person, *, width=1280, dark=False, scripts=True):
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        reduced_motion="reduce",
        base_url=address,
    )
    if person:
        session = people.signed_in(Client(), person).cookies[settings.SESSION_COOKIE_NAME]
        cookie = {"name": session.key, "value": session.value, "url": address}
        context.add_cookies([cookie])
    return context


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, False), (320, True)])
def test_axe_finds_nothing_and_nothing_sticks_out(chromium, address, width, dark):
    scenes.an_open_consultation()
    ada = people.a_person("Ada", "moderator", "official")
    said = a_comment(people.alice())
    a_remark(said, people.chloe(), now=clock.now())
    an_answer(said, people.oscar(), now=clock.now())
    with browser_window(chromium, address, ada, width=width, dark=dark) as context:
        page = context.new_page()
        for path in (*FRENCH, *ENGLISH):
            response = page.goto(path.format(said=said))
            assert response is not None
            assert response.status == 200, path
            root = "document.documentElement"
            assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), path
            options = {"runOnly": RULES, "resultTypes": ["violations"]}
            found = Axe().run(page, options=options).response["violations"]
            assert [v["id"] for v in found] == [], path


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [320, 1280])
def test_chloe_writes_and_supports(chromium, address, width, scripts):
    scenes.an_open_consultation()
    said = a_comment(people.alice())
    chloe = people.chloe()
    with browser_window(chromium, address, chloe, width=width, scripts=scripts) as context:
        page = context.new_page()
        page.goto("/concertations/plan-2015/")
        follow(page, page.get_by_role("link", name="Commenter 1.2"))
        page.get_by_label("En une phrase").fill("Des urnes")
        page.get_by_label("Votre contribution").fill("Dans chaque école.")
        page.get_by_role("button", name="Publier ma contribution").dblclick()
        expect(page.get_by_role("heading", name="Des urnes")).to_be_visible()
        page.goto(f"/concertations/contributions/{said}/")
        page.get_by_role("button", name="Je soutiens").click()
        expect(page.get_by_role("button", name="Retirer mon soutien")).to_be_visible()
    wanted = deliberation.Wanted()
    rows = deliberation.contributions("plan-2015", wanted=wanted, viewer=None).items
    assert [row.title for row in rows] == ["Des urnes", "Voter dès l'école"]
    assert [row.tally.ok for row in rows] == [0, 1]
