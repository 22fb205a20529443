"""An agent acts for a person: with a reason, for half an hour, and the person sees it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from parvis.account.actions import assisting, closing
from parvis.account.actions.assisting import Help
from parvis.account.actions.roles import take_role_back
from parvis.account.models import Assistance, RoleGrant
from parvis.account.queries import assisting as queries, people
from parvis.account.testing import MORNING, a_person, alice, bachir, chloe, limited, mona, signed_in
from parvis.kernel import acting
from parvis.kernel.acting import EVERY_DOMAIN
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.kernel.testing import at_once

pytestmark = pytest.mark.django_db
WHY = "Elle n'a pas d'ordinateur"
MINUTE = dt.timedelta(minutes=1)


def help_for(person, **changes):
    return Help(**{"email": person.email, "way": "counter", "reason": WHY} | changes)


def begin(person, by, *, now=MORNING, **changes):
    return assisting.begin(help_for(person, **changes), by=by, now=now)


def worth(right, agent, *, now):
    return acting.standing_by(right.by_ref, person_id=agent.id, now=now)


def test_bachir_acts_for_alice_who_is_told_at_once():
    right = begin(alice(), bachir())
    assert right.actor_ref == f"person:{bachir().id}"
    assert right.for_ref == f"person:{alice().id}"
    assert (right.name, right.reason, right.domains) == ("Alice", WHY, EVERY_DOMAIN)
    line = RegisterEntry.objects.get(action="account.assistance_began")
    assert (line.object_ref, line.actor_ref) == (right.for_ref, right.actor_ref)
    assert (line.channel, line.personal) == ("counter", {"reason": WHY})
    fact = FactRecord.objects.get(name="account.assistance_began")
    assert fact.payload["person_id"] == str(alice().id)
    [seen] = queries.received(alice().id, now=MORNING)
    assert (seen.agent, seen.reason, seen.is_open) == ("Bachir", WHY, True)


def test_it_lasts_half_an_hour_and_not_a_moment_longer():
    agent, right = bachir(), begin(alice(), bachir())
    end = MORNING + dt.timedelta(minutes=30)
    assert worth(right, agent, now=end - dt.timedelta(microseconds=1)) == right
    assert worth(right, agent, now=end) is None
    # A clock set back by an hour makes it worth nothing, not more.
    assert worth(right, agent, now=MORNING - dt.timedelta(hours=1)) is None
    assert worth(right, mona(), now=MORNING) is None
    [seen] = queries.received(alice().id, now=end)
    assert (seen.is_open, seen.ended_at) == (False, end)


def test_one_person_at_a_time():
    agent = bachir()
    first = begin(alice(), agent)
    second = begin(chloe(), agent, now=MORNING + MINUTE)
    assert worth(first, agent, now=MORNING + MINUTE) is None
    assert worth(second, agent, now=MORNING + MINUTE) == second
    assert assisting.end(by=agent.id, now=MORNING + 2 * MINUTE)
    assert not assisting.end(by=agent.id, now=MORNING + 2 * MINUTE)
    assert worth(second, agent, now=MORNING + 2 * MINUTE) is None


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_begin_at_once_leave_one_open():
    agent, persons = bachir(), [alice(), chloe()]
    rights = at_once([lambda one=one: begin(one, agent) for one in persons])
    assert len([right for right in rights if worth(right, agent, now=MORNING)]) == 1
    assert Assistance.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "reason_needed"),
        ({"reason": "ok"}, "reason_needed"),
        ({"way": "pigeon"}, "unknown_way"),
        ({"email": "nobody@parvis.example"}, "unknown_person"),
        ({"email": "bachir@parvis.example"}, "for_yourself"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(changes, code):
    with pytest.raises(Refused) as refusal:
        begin(alice(), bachir(), **changes)
    assert refusal.value.code == code
    assert Assistance.objects.count() == 0
    assert not FactRecord.objects.filter(name="account.assistance_began").exists()


def test_only_agents_act_for_others_and_only_where_they_are_agents():
    ada = a_person("Ada", "administrator")
    for by in (ada, mona(), chloe()):
        with pytest.raises(Forbidden):
            begin(alice(), by)
    agent = limited(bachir(), territory=18)
    for person in (alice(), chloe()):
        with pytest.raises(Forbidden) as refusal:
            begin(person, agent)
        assert refusal.value.code == "outside_territory"
    assert Assistance.objects.count() == 0
    assert begin(alice(), limited(agent, territory=11))


def test_an_agent_of_one_service_acts_in_its_domains_only():
    right = begin(alice(), limited(bachir(), service="consultations"))
    assert right.domains == {"participation"}
    assert not right.covers("housing")
    right = begin(alice(), limited(bachir(), service="opendata"), now=MORNING + MINUTE)
    assert right.domains == frozenset()


def test_it_ends_with_the_agents_role_and_with_either_account():
    agent = bachir()
    right = begin(alice(), agent)
    grant = RoleGrant.objects.get(person_id=agent.id)
    take_role_back(
        person_id=agent.id, grant_id=grant.public_id, reason="", by=None, now=MORNING + MINUTE
    )
    assert worth(right, agent, now=MORNING + 2 * MINUTE) is None


def test_alice_stops_the_agent_and_nobody_else_does():
    agent = bachir()
    right = begin(alice(), agent)
    one = Assistance.objects.get().public_id
    with pytest.raises(NotFound):
        assisting.refuse(assistance_id=one, by=chloe().id, now=MORNING)
    assert worth(right, agent, now=MORNING) == right
    assisting.refuse(assistance_id=one, by=alice().id, now=MORNING + MINUTE)
    assert worth(right, agent, now=MORNING + MINUTE) is None
    line = RegisterEntry.objects.get(action="account.assistance_ended")
    assert line.actor_ref == f"person:{alice().id}"


def test_what_agents_did_goes_with_the_account_and_after_a_year():
    begin(alice(), bachir())
    begin(chloe(), bachir(), now=MORNING + MINUTE)
    closing.close_account(person_id=alice().id, now=MORNING + MINUTE)
    assert [row.person_id for row in Assistance.objects.all()] == [chloe().id]
    end = MORNING + 31 * MINUTE
    assert assisting.forget_old_assistances(end, end) == 0
    assert assisting.forget_old_assistances(end + MINUTE, end) == 1


@pytest.mark.parametrize("changes", [{"reason": ""}, {"until": MORNING}])
def test_the_database_itself_refuses_an_assistance_that_makes_no_sense(changes):
    begin(alice(), bachir())
    with pytest.raises(IntegrityError), transaction.atomic():
        Assistance.objects.update(**changes)


def test_bachir_does_it_on_his_pages_and_alice_reads_it_on_hers(client):
    alice()
    signed_in(client, bachir())
    sent = {"email": "alice@parvis.example", "way": "phone", "reason": WHY}
    assert client.post(reverse("account:assist"), sent | {"reason": ""}).status_code == 422
    assert client.post(reverse("account:assist"), sent).status_code == 302
    page = client.get(reverse("account:assist"))
    assert page.wsgi_request.acting.name == "Alice"
    # What concerns only oneself cannot be sent in while acting for somebody.
    assert client.post(reverse("account:profile"), {"usual_name": "X"}).status_code == 403
    assert people.person(bachir().id).usual_name == "Bachir"
    assert people.person(alice().id).usual_name == "Alice"
    hers = signed_in(client.__class__(), alice())
    told = hers.get(reverse("account:helped")).content.decode()
    assert "Bachir" in told
    one = Assistance.objects.get()
    assert hers.post(reverse("account:refuse_help", args=[one.public_id])).status_code == 302
    assert client.get(reverse("account:assist")).wsgi_request.acting is None


@pytest.mark.parametrize("way_out", ["account:stop_assisting", "mandates:leave", "account_logout"])
def test_bachir_stops_by_himself(client, way_out):
    alice()
    signed_in(client, bachir())
    client.post(
        reverse("account:assist"), {"email": "alice@parvis.example", "way": "post", "reason": WHY}
    )
    assert client.get(reverse("account:assist")).wsgi_request.acting.name == "Alice"
    assert client.post(reverse(way_out)).status_code == 302
    signed_in(client, bachir())
    assert client.get(reverse("account:assist")).wsgi_request.acting is None
    assert Assistance.objects.filter(ended_at=None).count() == 0
