"""Pages that say that something went wrong: the right status, what to do next, nothing lost."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory

from parvis.ui import views


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/unreadable/", 400, "Nous n\u2019avons pas compris"),
        ("/shut/", 403, "Cette porte ne vous est pas ouverte"),
        ("/stale/", 403, "Renvoyez votre formulaire"),
        ("/nowhere/", 404, "Il manque un pavé ici"),
        ("/refused/", 409, "La concertation est close depuis hier, minuit."),
        ("/broken/", 500, "Une panne est survenue chez nous"),
        ("/closed/", 503, "Nous reposons les pavés"),
        ("/en/unreadable/", 400, "We did not understand"),
        ("/en/nowhere/", 404, "A paving stone is missing here"),
        ("/en/some-where/", 404, 'value="some where"'),
        ("/en/broken/", 500, "Something broke on our side"),
    ],
)
def test_each_failure_has_its_page(client: Client, path: str, status: int, said: str):
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == status
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "status", "code", "said"),
    [
        ("/unreadable/", 400, "bad_request", "Nous n\u2019avons pas compris cette demande."),
        ("/shut/", 403, "forbidden", "Cette porte ne vous est pas ouverte."),
        ("/stale/", 403, "form_expired", None),
        ("/nowhere/", 404, "not_found", "Il n\u2019y a rien à cette adresse."),
        ("/en/nowhere/", 404, "not_found", "There is nothing at this address."),
        ("/broken/", 500, "server_error", None),
        ("/closed/", 503, "unavailable", None),
    ],
)
def test_a_program_gets_each_failure_as_json(client, path, status, code, said):
    client.raise_request_exception = False
    answer = client.get(path, headers={"accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert answer.json()["code"] == code
    assert said in (None, answer.json()["message"])


def test_a_lost_address_becomes_a_search(client: Client):
    page = client.get("/bibliotheque-dimanche/<b>/").content.decode()
    assert 'value="bibliotheque dimanche &lt;b&gt;"' in page


def test_a_refusal_gives_back_the_text_and_names_the_rule(client: Client):
    page = client.get("/refused/").content.decode()
    assert "Plus d&#x27;arbres\nrue &lt;b&gt;Keller&lt;/b&gt;</textarea>" in page
    assert "<code>ideas.closed</code>" in page


def test_a_refusal_of_three_sentences_has_the_first_as_its_heading(client: Client):
    page = client.get("/refused-at-length/").content.decode()
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == ["Trop d\u2019essais."]
    after = page.split("</h1>")[1]
    assert re.findall(r"<p[^>]*>(.*?)</p>", after)[:2] == [
        "Attendez cinq minutes. Ou demandez un code &lt;b&gt;.",
        "Rien n\u2019a changé, et rien n\u2019a été enregistré.",
    ]


def test_a_form_that_was_open_too_long_gives_back_the_text():
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "fr"})
    answer = client.post(
        "/search/", {"title": "Un banc", "body": "Rue Keller", "password": "secret"}
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Un banc\n\nRue Keller</textarea>" in page
    assert "secret" not in page


def test_what_is_too_heavy_is_said_to_be_so():
    request = RequestFactory().post("/")
    answer = views.bad_request(request, RequestDataTooBig("10 MB"))
    assert answer.status_code == 413
    assert "C\u2019est trop lourd à porter" in answer.content.decode()


def test_the_pages_of_a_broken_city_need_neither_request_nor_database():
    request = RequestFactory().get("/")
    assert views.server_error(request).status_code == 500
    assert views.unavailable(request).status_code == 503
