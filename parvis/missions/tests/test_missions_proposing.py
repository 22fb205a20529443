"""An association or a service proposes; the City opens, or says why not."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.kernel.models import FactRecord
from parvis.mandates.testing import granted_association
from parvis.missions.actions import finding, proposing
from parvis.missions.models import Mission, Task
from parvis.missions.permissions import associations_of
from parvis.missions.rules.questions import read
from parvis.missions.tests.world import GIRTH, HOUR, NOON, TREES, WISH, an_agent, people, proposed
from parvis.territory.testing import the_city

pytestmark = pytest.mark.django_db


def refused(code, act):
    before = Mission.objects.count(), Task.objects.count(), FactRecord.objects.count()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert (Mission.objects.count(), Task.objects.count(), FactRecord.objects.count()) == before


def test_an_association_proposes_through_who_acts_for_it_and_the_city_opens():
    the_city()
    (alice, chloe), agent = people("Alice", "Chloé"), an_agent()
    granted_association(alice, now=NOON, ends_on=(NOON + 300 * HOUR).date())
    ((key, name),) = associations_of(alice, now=NOON + HOUR)
    later = NOON + HOUR

    def propose(by, association_id=key):
        return proposing.propose(WISH, by=by, association_id=association_id, now=later)

    refused("no_mandate", lambda: propose(chloe))
    refused("needs_association", lambda: propose(alice, None))
    mission = propose(alice)
    assert (mission.state, mission.slug) == ("proposed", "les-arbres-du-11e")
    assert (mission.association.name, name) == ("Jardins de la Folie", "Jardins de la Folie")
    assert read(mission.questions) == WISH.questions
    refused("no_mission", lambda: add(mission, chloe))
    refused("mission_without_tasks", lambda: open_it(mission, agent))
    refused("needs_role", lambda: open_it(mission, alice))
    assert add(mission, alice).added == 3
    open_it(mission, agent)
    refused("mission_not_proposed", lambda: open_it(mission, agent))
    refused("mission_is_set", lambda: add(mission, alice))
    proposing.close_mission(mission_id=mission.pk, by=agent, now=later)
    refused("mission_not_open", lambda: close(mission, agent))
    facts = FactRecord.objects.filter(aggregate=f"missions.mission:{mission.pk}").order_by("pk")
    assert [one.name for one in facts] == [
        "missions.proposed",
        "missions.decided",
        "missions.closed",
    ]
    lines = register.about(f"missions.mission:{mission.pk}")
    assert [one.action for one in lines][::-1] == [
        "missions.proposed",
        "missions.tasks_added",
        "missions.opened",
        "missions.closed",
    ]


def add(mission, by, content=TREES):
    return finding.add_list(mission_id=mission.pk, content=content, by=by, now=NOON + HOUR)


def open_it(mission, by):
    return proposing.open_mission(mission_id=mission.pk, by=by, now=NOON + HOUR)


def close(mission, by):
    return proposing.close_mission(mission_id=mission.pk, by=by, now=NOON + HOUR)


def test_the_city_refuses_with_a_reason():
    mission, agent, (alice,) = proposed(), an_agent(), people("Alice")

    def refuse(why, by=agent):
        now = NOON + HOUR
        return proposing.refuse_mission(mission_id=mission.pk, why=why, by=by, now=now)

    refused("why_missing", lambda: refuse("  "))
    refused("needs_role", lambda: refuse("Non.", alice))
    kept = refuse("Une mission semblable est ouverte.")
    assert (kept.state, kept.refusal) == ("refused", "Une mission semblable est ouverte.")
    assert kept.decided_by_id == agent.id


def test_a_list_is_taken_in_once_and_only_what_lies_in_the_area():
    mission, agent = proposed(), an_agent()
    again = add(mission, agent)
    assert (again.added, again.known, again.outside, again.unread) == (0, 3, 1, (6,))
    assert list(Task.objects.order_by("ref").values_list("ref", "label", "quartier")) == [
        ("t1", "Platane", 43),
        ("t2", "Erable", 43),
        ("t3", "Ginkgo", 43),
    ]
    refused("list_without_id", lambda: add(mission, agent, b"a;lon;lat\n1;2;48\n"))
    refused("no_mission", lambda: add(Mission(pk=uuid.uuid4()), agent))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "title_missing", "title"),
        ({"text": ""}, "text_missing", "text"),
        ({"licence": ""}, "origin_missing", "provenance"),
        ({"wanted": 1}, "terms_wrong", "wanted"),
        ({"most": 2}, "terms_wrong", "wanted"),
        ({"agree_percent": 50}, "terms_wrong", "wanted"),
        ({"kind": "race"}, "terms_wrong", "wanted"),
        ({"arrondissement": 21}, "ground_wrong", "arrondissement"),
        ({"zone": "nulle-part"}, "ground_wrong", "arrondissement"),
        ({"closes_at": NOON}, "end_is_past", "closes_on"),
        ({"questions": (GIRTH,)}, "none_required", "question"),
    ],
)
def test_what_is_no_mission_is_refused_beside_its_field(changes, code, field):
    the_city()
    agent = an_agent()
    with pytest.raises(Refused) as refusal:
        proposing.propose(replace(WISH, **changes), by=agent, now=NOON)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert Mission.objects.count() == 0


def test_two_of_one_title_and_a_title_that_is_a_page_get_addresses_of_their_own():
    the_city()
    agent = an_agent()
    slugs = {
        proposing.propose(replace(WISH, title=title), by=agent, now=NOON).slug
        for title in ("Arbres", "Arbres", "Mine", "!!!")
    }
    assert len(slugs) == 4
    assert "arbres" in slugs
    assert not slugs & {"mine", "desk"}


def test_a_mission_may_be_on_a_zone():
    the_city()
    agent = an_agent()
    wish = replace(WISH, arrondissement=None, zone="bois-de-vincennes")
    mission = proposing.propose(wish, by=agent, now=NOON)
    inside = b"id;nom;lon;lat\na;Hetre;2.4350;48.8310\nb;Orme;2.36925;48.85331\n"
    listed = add(mission, agent, inside)
    assert (listed.added, listed.outside) == (1, 1)
