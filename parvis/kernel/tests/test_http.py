"""What no view should have to think of: broken text, the wrong way in."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
WRITE = "/concertations/plan-2015/ecrire/"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"title=Un+banc&body=abc\xff\xfedef", FORM),
        (b"title=Un+banc&body=caf\xe9", FORM),
        ("title=Un+banc&body=café".encode("utf-16"), f"{FORM}; charset=utf-8"),
    ],
)
def test_bytes_that_are_not_text_are_refused_and_given_back(client, body, content_type):
    answer = client.post(WRITE, body, content_type=content_type)
    assert answer.status_code == 422
    assert "abîmés" in answer.content.decode()
    if body.startswith(b"title=Un+banc"):
        assert "Un banc" in answer.content.decode()


def test_the_wrong_way_in_gets_a_page_that_helps(client):
    answer = client.get("/affichage/", headers={"accept": "text/html"})
    assert answer.status_code == 200
    answer = client.delete("/affichage/", headers={"accept": "text/html"})
    assert (answer.status_code, "GET" in answer["Allow"]) == (405, True)
    assert "formulaire" in answer.content.decode()
