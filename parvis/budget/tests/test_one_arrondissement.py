"""One votes for the whole city and in one arrondissement, whatever one says the second time."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.account.testing import alice, bachir
from parvis.budget.queries.ballots import ref_of
from parvis.budget.testing import an_area
from parvis.budget.tests.ballot_pages import WHO, at, begin, reread, text, ticks
from parvis.budget.tests.polls import BORN, an_identity, an_open_vote, cast_for
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.testing import at_once
from parvis.voting import public as voting

pytestmark = pytest.mark.django_db
CITY, ELEVENTH, EIGHTEENTH = "75056", "75111", "75118"
AREAS = (
    an_area(most_options=2, envelope_cents=400_000_00),
    an_area(11, most_options=2),
    an_area(18, most_options=2),
)


@pytest.fixture
def edition():
    return an_open_vote(areas=AREAS)[0]


def test_who_voted_in_one_arrondissement_votes_in_no_other(voter, edition):
    carried = begin(voter, edition, arrondissement="18")
    chosen = {f"c{CITY}": ["1"], f"c{ELEVENTH}": ["2"]}
    voter.post(at(edition, "cast/"), reread(voter, edition, **chosen)[0])
    told, _page = reread(
        voter, edition, carried=carried, **{f"skip-{CITY}": "1", f"c{EIGHTEENTH}": ["1"]}
    )
    refused = voter.post(at(edition, "cast/"), told)
    assert refused.status_code == 409, refused.url
    assert "another arrondissement" in text(refused)
    assert "Change my ballot" in text(refused)
    assert ticks(edition) == {CITY, ELEVENTH}
    assert voting.turnout(ref=ref_of(edition)).of(EIGHTEENTH) == 0


def test_who_moved_is_told_so_before_filling_in_a_ballot(voter, edition):
    chosen = {f"c{CITY}": ["1"], f"c{ELEVENTH}": ["2"]}
    voter.post(at(edition, "cast/"), reread(voter, edition, **chosen)[0])
    refused = voter.post(at(edition), WHO | {"arrondissement": "18"})
    assert refused.status_code == 422
    assert "You have voted in another arrondissement already" in text(refused)
    assert voter.post(at(edition), WHO).url == at(edition, "ballot/")


def an_elector(*contests, number=1, account=None):
    identity = an_identity(number)
    return voting.Elector(identity=identity, contests=contests, person_id=account)


def at_the_desk(edition, elector, *, born_on=BORN, now=None):
    told = {"elector": elector, "born_on": born_on, "box": "mairie"}
    voting.hand_out(ref=ref_of(edition), by=bachir(), now=now or clock.now(), **told)


@pytest.fixture
def box(edition):
    now = clock.now()
    voting.add_box(ref=ref_of(edition), code="mairie", place="Mairie", by=bachir(), now=now)


def refused(code, act):
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code


def test_the_desk_hands_out_one_arrondissement_and_the_whole_city(edition, box):
    refused("one_only", lambda: at_the_desk(edition, an_elector(ELEVENTH, EIGHTEENTH)))
    assert voting.turnout(ref=ref_of(edition)).totals == ()
    at_the_desk(edition, an_elector(CITY, ELEVENTH))
    refused("voted_apart", lambda: at_the_desk(edition, an_elector(EIGHTEENTH)))
    assert voting.turnout(ref=ref_of(edition)).of(EIGHTEENTH) == 0


def test_the_city_on_one_day_and_ones_arrondissement_on_another(edition, box):
    at_the_desk(edition, an_elector(CITY))
    at_the_desk(edition, an_elector(ELEVENTH))
    refused("already_voted", lambda: at_the_desk(edition, an_elector(CITY)))
    assert voting.turnout(ref=ref_of(edition)).of(ELEVENTH) == 1


def test_online_and_at_the_desk_are_one_person_with_an_account_or_without(edition, box):
    now = clock.now()
    cast_for(edition, 1, {ELEVENTH: ("1",)}, now=now)
    refused("voted_apart", lambda: at_the_desk(edition, an_elector(EIGHTEENTH)))
    at_the_desk(edition, an_elector(ELEVENTH, number=2, account=alice().id))
    other_name = an_elector(EIGHTEENTH, number=3, account=alice().id)
    refused("voted_apart", lambda: at_the_desk(edition, other_name))
    at_the_desk(edition, an_elector(EIGHTEENTH, number=4))
    refused("voted_apart", lambda: cast_for(edition, 4, {ELEVENTH: ("1",)}, now=now))


@pytest.mark.parametrize(("born", "is_taken"), [("2020-06-03", True), ("2020-06-04", False)])
def test_the_desk_asks_the_age_of_the_area_on_the_day(born, is_taken):
    areas = (an_area(most_options=2, envelope_cents=400_000_00, vote_age=7), an_area(11))
    day = dt.datetime(2027, 6, 3, 10, tzinfo=dt.UTC)
    edition = an_open_vote(now=day, areas=areas)[0]
    voting.add_box(ref=ref_of(edition), code="mairie", place="Mairie", by=bachir(), now=day)
    child = dt.date.fromisoformat(born)

    def ask(*contests):
        at_the_desk(edition, an_elector(*contests), born_on=child, now=day)

    if is_taken:
        ask(CITY)
    else:
        refused("too_young", lambda: ask(CITY))
        ask(ELEVENTH)
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == is_taken


@pytest.mark.django_db(transaction=True)
def test_two_accounts_of_one_person_at_once_vote_in_one_arrondissement():
    now = clock.now()
    edition = an_open_vote(now=now, areas=AREAS)[0]
    ref, accounts = ref_of(edition), (alice().id, bachir().id)

    def cast_in(key, account):
        choices = [voting.Choice(contest=key, value=("1",))]
        elector = an_elector(key, account=account)
        token = voting.new_nonces(ref=ref, contests=(key,), now=now)
        try:
            return voting.cast(ref=ref, elector=elector, choices=choices, token=token, now=now)
        except Refused as refusal:
            return refusal.code

    pairs = zip((ELEVENTH, EIGHTEENTH) * 3, accounts * 3, strict=True)
    said = at_once([lambda key=key, who=who: cast_in(key, who) for key, who in pairs])
    assert [one for one in said if not isinstance(one, str)] != []
    ticked = voting.turnout(ref=ref)
    assert ticked.of(ELEVENTH) + ticked.of(EIGHTEENTH) == 1


def test_what_was_left_out_in_one_arrondissement_is_not_told_of_another(voter, edition):
    left = {f"c{CITY}": ["1"], f"skip-{ELEVENTH}": ["1"]}
    _told, page = reread(voter, edition, **left)
    assert "Not voted now 11th arrondissement" in text(page)
    begin(voter, edition, arrondissement="18")
    elsewhere = text(voter.get(at(edition, "check/")))
    assert "Read your ballot again" in elsewhere
    assert "11th arrondissement" not in elsewhere
