"""Ada tries a service from the desk: the real flow, over real sockets, each step told."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from parvis.account.testing import signed_in
from parvis.openid.actions import registering
from parvis.openid.models import Service
from parvis.openid.queries import trials
from parvis.openid.rules.kinds import APP, DEVICE, PROGRAM, WEB
from parvis.openid.tests.services_world import NOON, a_wish, ada, proved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(request, settings):
    """The city, answering at its own address."""
    settings.PARVIS_SITE_URL = request.getfixturevalue("live_server").url
    return settings.PARVIS_SITE_URL


def registered(kind, **changes):
    """Register a service that is answered at the test page."""
    uris = (trials.address(),)
    wish = a_wish(kind=kind, redirect_uris=uris, sector="ville.example", **changes)
    made = registering.register_service(wish=wish, by=None, now=NOON)
    return made, reverse("openid:trial", args=[made.service_id])


def follow(client, answer):
    """Go where the browser goes, and agree where one is asked, until a page of ours is there."""
    for _ in range(8):
        if answer.status_code == 200 and "question" in (answer.context or {}):
            version = answer.context["question"].version
            where = answer.wsgi_request.get_full_path()
            answer = client.post(where, {"yes": "1", "version": version})
        elif answer.status_code in {302, 303}:
            answer = client.get(answer["Location"].replace("http://testserver", ""))
        else:
            return answer
    raise AssertionError(answer)


def steps(page):
    """Return the titles of the steps, and whether each is right."""
    return [(step.title, step.is_right) for step in page.context["steps"]]


def path(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("kind", [WEB, APP])
def test_the_whole_way_is_shown(client, site, kind):
    made, trial = registered(kind)
    begun = proved(client, ada()).post(trial, {"secret": made.secret, "scopes": ["email"]})
    assert begun.status_code == 302
    assert begun["Location"].startswith(f"{site}/openid/")
    page = follow(client, client.get(path(begun["Location"])))
    assert page.status_code == 200, page.content.decode()
    assert [right for _title, right in steps(page)] == [True] * 5, page.context["steps"]
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "ada@parvis.example" in text
    assert made.client_id in text
    for step in page.context["steps"]:
        assert not made.secret or made.secret not in step.sent + step.answer


def test_a_wrong_secret_is_seen(client, site):
    _made, trial = registered(WEB)
    begun = proved(client, ada()).post(trial, {"secret": "wrong", "scopes": []})
    page = follow(client, client.get(path(begun["Location"])))
    assert [right for _title, right in steps(page)] == [True, True, False]
    assert "invalid_client" in page.context["steps"][-1].answer


def test_a_no_is_seen(client, site):
    made, trial = registered(WEB)
    begun = proved(client, ada()).post(trial, {"secret": made.secret, "scopes": ["email"]})
    asked = client.get(path(begun["Location"]), follow=True)
    where = asked.wsgi_request.get_full_path()
    page = follow(client, client.post(where, {"no": "1"}))
    assert [right for _title, right in steps(page)] == [True, False]
    assert "access_denied" in page.context["steps"][-1].answer


def test_an_answer_nobody_asked_for_is_not_taken(client, site):
    registered(WEB)
    page = signed_in(client, ada()).get(reverse("openid:tried"), {"code": "x", "state": "y"})
    assert page.status_code == 409


def test_an_answer_with_another_state_goes_no_further(client, site):
    made, trial = registered(WEB)
    begun = proved(client, ada()).post(trial, {"secret": made.secret, "scopes": []})
    query = parse_qs(urlsplit(begun["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    page = client.get(reverse("openid:tried"), {"code": "x", "state": "other", "iss": site})
    assert [right for _title, right in steps(page)] == [True, False]
    again = client.get(reverse("openid:tried"), {"code": "x", "state": query["state"][0]})
    assert again.status_code == 409


def test_the_secret_waits_sealed(client, site):
    made, trial = registered(WEB)
    proved(client, ada()).post(trial, {"secret": made.secret, "scopes": []})
    assert made.secret not in str(dict(client.session))


def test_a_program_is_tried_at_once(client, site):
    made, trial = registered(PROGRAM)
    page = proved(client, ada()).post(trial, {"secret": made.secret})
    assert page.status_code == 200
    assert [right for _title, right in steps(page)] == [True, True]
    assert "access_token" in page.context["steps"][-1].answer


def test_a_device_waits_for_a_yes(client, site):
    _made, trial = registered(DEVICE)
    page = proved(client, ada()).post(trial, {"scopes": ["email"]})
    assert [right for _title, right in steps(page)] == [True, True]
    assert page.context["device"]["user_code"] in page.content.decode()
    page = client.post(reverse("openid:device_tried"))
    assert steps(page)[-1][1] is False
    assert "authorization_pending" in page.context["steps"][-1].answer


def test_a_service_that_is_not_answered_here_is_opened_by_a_button(client, site):
    made = registering.register_service(wish=a_wish(), by=None, now=NOON)
    trial = reverse("openid:trial", args=[made.service_id])
    page = proved(client, ada()).get(trial)
    assert trials.address() in page.content.decode()
    assert page.context["is_open"] is False
    opened = client.post(reverse("openid:open_trial", args=[made.service_id]))
    assert opened["Location"] == trial
    assert Service.objects.get().redirect_uris.split()[-1] == trials.address()
    assert client.get(trial).context["is_open"] is True


def test_a_city_that_does_not_reach_itself_is_told(client, settings):
    settings.PARVIS_SITE_URL = "http://127.0.0.1:9"
    made, trial = registered(PROGRAM)
    page = proved(client, ada()).post(trial, {"secret": made.secret})
    assert [right for _title, right in steps(page)] == [False]
    assert "ConnectError" in page.context["steps"][0].answer
