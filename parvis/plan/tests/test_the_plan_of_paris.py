"""The plan of Paris: every commitment of the press release is an action, in its own words."""

from __future__ import annotations

import tomllib

import pytest

from parvis.plan import rules
from parvis.plan.rules import BadPlan
from parvis.plan.testing import plan_folder, the_real_draft

# Every commitment of the press release, found by reading it, in the words that make it one.
COMMITMENTS = {
    "1.1": "plateforme d'idéation",
    "1.2": "budget participatif",
    "1.3": "e-pétition",
    "1.4": "plate-forme d'intermédiation entre associations et citoyens",
    "1.5": "développement du crowdsourcing par l'extension de l'application DansMaRue",
    "1.6": "la publication de nouveaux jeux de données (dont des données dynamiques)",
    "1.7": "la mise à disposition d'Api (interfaces de programmation)",
    "1.8": "41 nouveaux jeux, portant sur les finances et l'administration de la collectivité",
    "1.9": "Chaque Parisien pourra ainsi commenter et compléter les propositions, ou même proposer"
    " des mesures complémentaires.",
    "2.1": "une authentification unique pour l'ensemble des services de la Ville",
    "2.2": "une gestion « multicanal » de la relation usagers",
    "2.3": "prise de rendez-vous",
    "2.4": "inscription",
    "2.5": "billetterie",
    "2.6": "paiement",
}


@pytest.fixture(scope="module")
def source():
    return (plan_folder() / "communique-2015.md").read_text("utf-8")


@pytest.fixture(scope="module")
def given():
    return tomllib.loads((plan_folder() / "plan.toml").read_text("utf-8"))


def sections(given):
    for pillar in given["pillar"]:
        yield pillar
        for axis in pillar.get("axis", ()):
            yield axis
            yield from axis["action"]


def test_every_quotation_stands_in_the_source_letter_for_letter(given, source):
    passages = [passage for section in sections(given) for passage in section["quote"]]
    assert len(passages) == 33
    assert [passage for passage in passages if passage not in source] == []


def test_the_title_and_the_lead_are_the_sources_too(given, source):
    words = given["fr"]
    assert f"{words['title']} - {words['subtitle']}" in source
    assert words["lead"] in source


def test_every_commitment_is_one_action_and_nothing_else_is(source):
    actions = {s.number: s for s in the_real_draft().sections if s.kind == "action"}
    assert {number: action.words["fr"].mark for number, action in actions.items()} == COMMITMENTS
    assert [mark for mark in COMMITMENTS.values() if mark not in source] == []


def test_there_are_three_pillars_and_the_third_has_no_action_yet(source):
    draft = the_real_draft()
    pillars = [s.words["fr"].title for s in draft.sections if s.kind == "pillar"]
    assert pillars == ["Une ville ouverte", "Une ville connectée", "Une ville ingénieuse"]
    assert [title for title in pillars if f"- {title.lower()}, qui " not in source] == []
    assert [s.number for s in draft.sections if s.pillar == "3"] == ["3"]
    assert draft.horizon == 2020


def test_what_parvis_placed_is_marked_as_placed_by_parvis():
    placed = {s.kind: set() for s in the_real_draft().sections}
    for section in the_real_draft().sections:
        placed[section.kind].add(section.placed_by)
    assert placed == {"pillar": {""}, "axis": {"parvis"}, "action": {"parvis"}}


def test_english_is_there_for_every_section_and_marked_as_a_translation():
    draft = the_real_draft()
    assert [s.number for s in draft.sections if not s.words["en"].translated] == []
    assert [s.number for s in draft.sections if s.words["fr"].translated] == []
    assert draft.words["en"].translated is True


def test_a_misquotation_is_refused(source):
    content = (plan_folder() / "plan.toml").read_text("utf-8")
    with pytest.raises(BadPlan, match=r"^1\.4: the source does not say"):
        rules.read_plan(content, source=source.replace("intermédiation", "intermédiations"))
