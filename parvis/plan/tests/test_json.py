"""The plan for programs."""

from __future__ import annotations

import pytest
from django.utils import translation

from parvis.account.testing import oscar
from parvis.plan import actions, rules
from parvis.plan.rules import SectionWords
from parvis.plan.testing import JULY, the_real_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plan():
    the_real_plan()


TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def misfits(value, schema, where="plan"):
    """Return where a document departs from the part of JSON Schema that ours uses."""
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where}: {value!r}"]
    if not isinstance(value, TYPES[schema["type"]]):
        return [f"{where} is not {schema['type']}"]
    if schema["type"] == "array":
        return [
            wrong
            for rank, item in enumerate(value)
            for wrong in misfits(item, schema["items"], f"{where}[{rank}]")
        ]
    if schema["type"] != "object":
        return []
    known = schema["properties"]
    return (
        [f"{where} lacks {name}" for name in schema["required"] if name not in value]
        + [f"{where}.{name} is not in the schema" for name in value if name not in known]
        + [
            wrong
            for name in value
            if name in known
            for wrong in misfits(value[name], known[name], f"{where}.{name}")
        ]
    )


def test_the_document_keeps_to_its_published_schema(client):
    document = client.get("/plan/plan.json").json()
    schema = client.get("/plan/plan.schema.json")
    assert schema.headers["Content-Type"] == "application/schema+json"
    assert schema.json() == rules.SCHEMA
    assert misfits(document, schema.json()) == []
    assert document["$schema"].endswith("/plan/plan.schema.json")


def test_it_holds_every_action_under_a_stable_id_in_both_languages(client):
    document = client.get("/plan/plan.json").json()
    actions_told = [
        action
        for pillar in document["pillars"]
        for axis in pillar["axes"]
        for action in axis["actions"]
    ]
    assert [a["ref"] for a in actions_told] == [
        *(f"plan:paris-2015/1.{n}" for n in range(1, 10)),
        *(f"plan:paris-2015/2.{n}" for n in range(1, 7)),
    ]
    budget = actions_told[1]
    assert budget["title"] == {"fr": "Le budget participatif", "en": "The participatory budget"}
    assert (budget["placed_by"], budget["translated"], budget["quoted"]) == ("parvis", ["en"], True)
    assert budget["url"]["en"].endswith("/en/plan/1.2/")
    assert document["pillars"][2]["axes"] == []
    assert client.get("/en/plan/plan.json").json() == document


def test_who_already_has_this_version_is_told_so(client):
    first = client.get("/plan/plan.json")
    again = client.get("/plan/plan.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with translation.override("fr"):
        actions.amend_section(
            ref="plan:paris-2015/1.2",
            words={"fr": SectionWords(title="Le budget", text="Dès sept ans.")},
            note={"fr": "Sept ans."},
            by=oscar(),
            now=JULY,
        )
    changed = client.get("/plan/plan.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert client.get("/plan/plan.json?version=1").json() == first.json()


def test_programs_of_any_origin_may_read_it(client):
    for address in ("/plan/plan.json", "/plan/plan.schema.json"):
        assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("version", ["9", "0", "-1", "99999", "abc", "1;2"])
def test_a_version_that_does_not_exist_is_refused_in_json(client, version):
    answer = client.get("/plan/plan.json", {"version": version})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_plan_version")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/plan/plan.pdf", {"version": version}).status_code == 404
