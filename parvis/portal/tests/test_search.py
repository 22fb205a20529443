"""One field for everything the city knows."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paris")]


def test_the_empty_field_waits(client):
    page = client.get("/recherche/")
    assert page.status_code == 200
    assert page.context["groups"] == []


def test_answers_are_grouped_by_kind_and_words_are_marked(client):
    page = client.get("/recherche/", {"q": "données"})
    assert "Le plan" in [group.label for group in page.context["groups"]]
    assert "<mark>données</mark>" in page.content.decode()


def test_accents_do_not_matter(client):
    with_accents = client.get("/recherche/", {"q": "données"}).context["groups"]
    without = client.get("/recherche/", {"q": "donnees"}).context["groups"]
    assert [a.url for g in with_accents for a in g.answers] == [
        a.url for g in without for a in g.answers
    ]
    assert without


def test_a_street_is_found(client):
    page = client.get("/recherche/", {"q": "rue de la roquette"})
    assert "Roquette" in page.content.decode()


def test_each_answer_leads_somewhere(client):
    for word in ("données", "roquette"):
        for group in client.get("/recherche/", {"q": word}).context["groups"]:
            for answer in group.answers:
                assert client.get(answer.url).status_code == 200, answer.url


def test_one_kind_can_be_seen_at_length(client):
    page = client.get("/recherche/", {"q": "ville", "kind": "plan"})
    assert [group.key for group in page.context["groups"]] == ["plan"]
    assert len(page.context["groups"][0].answers) > 5
    assert "Revenir à toutes les réponses" in page.content.decode()


def test_an_unknown_kind_is_all_kinds(client):
    assert client.get("/recherche/", {"q": "ville", "kind": "nope"}).context["kind"] == ""


def test_nothing_found_says_what_to_try(client):
    page = client.get("/recherche/", {"q": "xyzzyx"}).content.decode()
    assert "Rien trouvé pour «\u00a0xyzzyx\u00a0»" in page
    assert "/plan-du-site/" in page


@pytest.mark.parametrize("words", ["'; DROP TABLE", "%_\\", "<script>", "\u202eabc", "((", '"'])
def test_strange_words_are_only_words(client, words):
    page = client.get("/recherche/", {"q": words})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().split("</head>")[1]


def test_words_that_would_turn_the_page_around_are_repeated_straight(client):
    page = client.get("/recherche/", {"q": "\u202exyz\u2066zyx\u200f"})
    assert page.context["words"] == "xyzzyx"
    near = client.get("/", {"adresse": "\u202exyzzyx"})
    assert near.context["words"] == "xyzzyx"


@pytest.mark.parametrize("query", ["q=%00", "q=" + "a" * 201])
def test_what_cannot_be_a_search_is_refused_and_looked_up_nowhere(
    client, query, django_assert_num_queries
):
    with django_assert_num_queries(0):
        page = client.get(f"/recherche/?{query}")
    assert page.status_code == 400
    assert page.context["groups"] == []
    assert 'aria-invalid="true"' in page.content.decode()


def test_english_speaks_english(client):
    page = client.get("/en/search/", {"q": "data"})
    assert "The plan" in [group.label for group in page.context["groups"]]
