"""Reporting page by page, without a script; what everybody reads of it, and what nobody does."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from parvis.account import testing as people
from parvis.kernel import clock
from parvis.kernel.models import OutgoingMail
from parvis.kernel.testing_photos import HERE, a_photo
from parvis.streets import search, testing
from parvis.streets.actions import confirming, drafting
from parvis.streets.actions.reporting import Draft, Reporter, report
from parvis.streets.models import Case, Follow, Photo, Report, Subtype
from parvis.streets.queries import access, following
from parvis.territory.public import in_degrees
from parvis.territory.testing import BASTILLE, MONTREUIL

NEW, SEND = "streets:report", "streets:send"
PRIVATE = "agents-objets-appartenant-a-des-personnes-a-la-rue"


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()
    cache.clear()


def a_report(reporter=None, point=BASTILLE, **changes):
    draft = Draft(**({"subtype": testing.FRIDGE, "lon": point[0], "lat": point[1]} | changes))
    return report(draft, reporter=reporter or Reporter(), now=clock.now())


def a_file(name="photo.jpg"):
    return SimpleUploadedFile(name, a_photo(), content_type="image/jpeg")


class Journey:
    """Somebody who goes from page to page."""

    def __init__(self, client):
        self.client = client
        self.page = client.get(reverse(NEW))

    def post(self, *, to=NEW, **fields):
        draft = self.page.context["draft"]
        step = fields.pop("step", self.page.context["step"])
        self.page = self.client.post(reverse(to), {"draft": draft, "step": step, **fields})
        return self.page

    @property
    def step(self):
        return self.page.context["step"]

    @property
    def kept(self):
        return drafting.unpacked(self.page.context["draft"])

    @property
    def code(self):
        refusal = self.page.context["refusal"]
        return refusal.code if refusal else ""


def test_from_a_photo_to_a_number_without_a_script(client):
    known = a_report(point=HERE)
    way = Journey(client)
    assert way.step == "photo"
    way.post(photos=a_file())
    assert way.step == "place"
    assert (round(way.kept.lon, 3), round(way.kept.lat, 4)) == HERE
    assert b"GPS" not in drafting.held(way.kept.photos[0]).getvalue()
    way.post(lon=way.kept.lon, lat=way.kept.lat, confirm="1")
    assert way.step == "kind"
    way.post(words="frigo sur le trottoir", find="1")
    assert way.page.context["found"][0].code == testing.FRIDGE
    way.post(kind=testing.FRIDGE)
    assert way.step == "details"
    way.post(text="À côté du banc", **{"answer-passage": "walk"})
    assert way.step == "near"
    assert [row.case.code for row in way.page.context["near"]] == [known.code]
    assert way.page.context["near"][0].metres == 0
    way.post(join="")
    assert way.step == "who"
    page = way.post(to=SEND, email="elodie@parvis.example", wants_messages="on")
    assert page.status_code == 302
    said = Report.objects.get(email="elodie@parvis.example")
    assert (said.text, said.answers, said.role) == (
        "À côté du banc",
        {"passage": "walk"},
        "opens",
    )
    assert said.photos.count() == 1
    assert (
        "Oui, à pied ou en fauteuil"
        in client.get(reverse("streets:case", args=[said.case.code])).content.decode()
    )


def test_one_s_own_page_says_what_the_public_one_does_not(client):
    done = a_report(Reporter(email="elodie@parvis.example"), text="À côté du banc")
    own = client.get(reverse("streets:by_link", args=[done.secret]))
    assert done.code in own.content.decode()
    assert "À côté du banc" in own.content.decode()
    assert (own["Referrer-Policy"], own["Cache-Control"]) == ("same-origin", "no-store")
    assert own["X-Robots-Tag"] == "noindex"
    public = client.get(reverse("streets:case", args=[done.code])).content.decode()
    assert "banc" not in public
    assert "elodie" not in public


def test_a_refusal_gives_the_draft_back_on_the_page_to_mend(client):
    way = Journey(client)
    way.post()
    way.post(lon=MONTREUIL[0], lat=MONTREUIL[1], confirm="1")
    assert (way.page.status_code, way.step, way.code) == (422, "place", "outside_the_city")
    assert "outside_the_city" in way.page.content.decode()
    way.post(address="12 rue de la Roquette", find="1")
    assert way.page.status_code == 200
    assert way.page.context["found"][0].street == "Rue de la Roquette"
    way.post(at="Rue de la Roquette, 75011 Paris")
    assert way.step == "kind"
    way.post(kind="odeur-de-gaz")
    assert (way.step, way.code) == ("kind", "subtype_not_ours")
    assert "0 800 47 33 33" in way.page.content.decode()
    tree = Subtype.objects.filter(type__code="arbres-vegetaux-et-animaux")
    way.post(kind=tree.filter(is_reserved_to_agents=False)[0].code)
    way.post(text="Une branche pend")
    assert (way.step, way.code) == ("details", "question_unanswered")
    assert "Une branche pend" in way.page.content.decode()
    way.post(text="Une branche pend", **{"answer-danger": "no"})
    assert way.step == "who"
    way.post(to=SEND, email="pas une adresse")
    assert (way.step, way.code) == ("who", "email_invalid")
    assert way.kept.text == "Une branche pend"
    assert not Case.objects.exists()
    way.post(go="place")
    assert way.step == "place"
    damaged = client.post(reverse(NEW), {"draft": way.page.context["draft"] + "x", "step": "who"})
    assert damaged.status_code == 400
    assert not Photo.objects.exists()


def test_a_street_is_chosen_in_a_list_and_a_voice_added_with_an_account(client):
    first = a_report(point=(2.3716, 48.8545))
    alice = people.alice()
    people.signed_in(client, alice)
    way = Journey(client)
    way.post()
    way.post(arrondissement="11", find="1")
    assert "Rue de la Roquette" in way.page.context["streets"]
    way.post(arrondissement="11", street="Rue de la Roquette", by_list="1")
    assert (way.step, way.kept.address) == ("kind", "Rue de la Roquette, 75011 Paris")
    way.page = client.get(reverse(NEW), {"joins": first.code})
    assert way.step == "who"
    assert "Alice" in way.page.content.decode()
    page = way.post(to=SEND, wants_messages="on")
    case = Case.objects.get(code=first.code)
    assert case.reports_count == 2
    assert Report.objects.get(case=case, person_id=alice.id).wants_messages
    assert client.get(page["Location"]).status_code == 200
    mine = client.get(reverse("streets:mine")).content.decode()
    assert first.code in mine
    public = client.get(reverse("streets:case", args=[first.code])).content.decode()
    assert "Alice" not in public.partition("<article")[2]
    other = Report.objects.exclude(person_id=alice.id).get()
    assert client.get(reverse("streets:own", args=[other.pk])).status_code == 404


def test_what_was_begun_is_kept_while_one_signs_in(client):
    way = Journey(client)
    way.post()
    page = way.post(go="sign_in")
    assert page.status_code == 302
    people.signed_in(client, people.alice())
    way.page = client.get(reverse(NEW), {"resume": "1"})
    assert way.step == "place"


def test_one_page_sends_everything_once(client):
    key = str(uuid.uuid4())
    fields = {
        "client_key": key,
        "subtype": testing.FRIDGE,
        "lon": BASTILLE[0],
        "lat": BASTILLE[1],
        "text": "Sans réseau",
        "made_at": "2026-06-03T09:00:00.000Z",
        "email": "hors-ligne@parvis.example",
    }
    page, json = reverse("streets:offline"), {"accept": "application/json"}
    assert 'data-offline="report"' in client.get(page).content.decode()
    first = client.post(reverse(SEND), {**fields, "photos": [a_file(), a_file()]}, headers=json)
    again = client.post(reverse(SEND), {**fields, "photos": [a_file(), a_file()]}, headers=json)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    said = Report.objects.get(client_key=key)
    assert (said.channel, said.photos.count(), Case.objects.count()) == ("offline", 2, 1)
    assert client.get(first.json()["url"]).status_code == 200
    wrong = fields | {"client_key": str(uuid.uuid4()), "lon": MONTREUIL[0], "lat": MONTREUIL[1]}
    answer = client.post(reverse(SEND), wrong, headers=json)
    assert (answer.status_code, answer.json()["code"]) == (422, "outside_the_city")
    back = client.post(reverse(SEND), {**wrong, "photos": a_file()})
    assert (back.status_code, back.context["step"]) == (422, "place")
    kept = drafting.unpacked(back.context["draft"])
    assert (kept.text, len(kept.photos)) == ("Sans réseau", 1)
    place = client.post(reverse("streets:place_of_photo"), {"photo": a_file()}).json()["place"]
    assert (round(place["lon"], 3), round(place["lat"], 4)) == HERE
    assert Case.objects.count() == 1


def test_a_visitor_has_a_pace(client, monkeypatch):
    monkeypatch.setattr("parvis.streets.views.pace.VISITS_AN_HOUR", 1)
    fields = {"subtype": testing.FRIDGE, "lon": BASTILLE[0], "lat": BASTILLE[1]}
    assert client.post(reverse(SEND), fields | {"lon": MONTREUIL[0]}).status_code == 422
    assert client.post(reverse(SEND), fields).status_code == 302
    slowed = client.post(reverse(SEND), fields)
    assert (slowed.status_code, slowed.context["refusal"].code) == (429, "too_many")
    assert Case.objects.count() == 1


def test_an_address_is_believed_by_the_letter_alone(client):
    done = a_report(Reporter(email="Elodie@parvis.example"))
    now = clock.now()
    confirming.write_for_confirmation(done.report_id, now=now)
    confirming.write_for_confirmation(done.report_id, now=now)
    letter = OutgoingMail.objects.get(recipient="elodie@parvis.example")
    link = re.search(r"http://[^/]+(/\S+\?letter=\w+)", letter.text).group(1)
    confirm = reverse("streets:confirm", args=[done.secret])
    page = client.get(reverse("streets:by_link", args=[done.secret])).content.decode()
    assert confirm not in page
    assert client.post(confirm, {"letter": "forged"}).status_code == 403
    said = Report.objects.get()
    assert said.email_confirmed_at is None
    assert confirm in client.get(link).content.decode()
    token = link.partition("letter=")[2]
    assert client.post(confirm, {"letter": token}).status_code == 302
    said.refresh_from_db()
    assert said.email_confirmed_at is not None
    forged = access.secret_of(uuid.uuid4())
    assert client.get(reverse("streets:by_link", args=[forged])).status_code == 404


def test_people_follow_places_kinds_and_cases_by_mail_or_feed(client):
    first = a_report(point=(2.3716, 48.8545), text="secret")
    case = Case.objects.get()
    words, number = case.street_key.split("/")
    assert number == "11"
    addresses = {
        "street": reverse("streets:street", args=[11, words]),
        "quartier": reverse("streets:quartier", args=[case.quartier]),
        "subtype": reverse("streets:kind", args=[testing.FRIDGE]),
        "case": reverse("streets:case", args=[first.code]),
    }
    keys = {
        "street": case.street_key,
        "quartier": str(case.quartier),
        "subtype": testing.FRIDGE,
        "case": first.code,
    }
    chloe = people.chloe()
    assert client.post(reverse("streets:follow"), {"kind": "case", "key": "x"}).status_code == 404
    people.signed_in(client, chloe)
    for kind, address in addresses.items():
        assert first.code in client.get(address).content.decode()
        feed = client.get(f"{address}atom.xml")
        assert feed["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert first.code in feed.content.decode()
        assert "secret" not in feed.content.decode()
        page = client.post(reverse("streets:follow"), {"kind": kind, "key": keys[kind]})
        assert page["Location"] == address
    assert Follow.objects.count() == 4
    about = {"street_key": case.street_key, "quartier": case.quartier, "case_id": case.pk}
    told = following.followers_of_place(subtype_code=testing.FRIDGE, **about)
    assert told == following.followers_of_case(first.code) == {chloe.id}
    a_report(Reporter(person=chloe), point=(2.3716, 48.8545), joins=case.pk)
    assert following.followers_of_case(first.code) == set()
    client.post(reverse("streets:follow"), {"kind": "case", "key": first.code, "on": "0"})
    assert Follow.objects.count() == 3
    assert client.get(reverse("streets:street", args=[11, "nulle part"])).status_code == 404


def test_a_private_place_is_nowhere_told(client):
    done = a_report(Reporter(is_agent=True), subtype=PRIVATE, point=(2.3716, 48.8545))
    case = Case.objects.get()
    assert case.address
    page = client.get(reverse("streets:case", args=[done.code])).content.decode()
    lon, lat = in_degrees([case.location])[0]
    assert case.address not in page
    assert str(lon) not in page
    assert str(lat) not in page
    words, _slash, number = case.street_key.rpartition("/")
    assert client.get(reverse("streets:street", args=[int(number), words])).status_code == 404
    Case.objects.update(is_shown=False)
    assert client.get(reverse("streets:case", args=[done.code])).status_code == 404
    home = client.get(reverse("streets:index"), {"number": done.code})
    assert home.status_code == 404
    assert f"/{done.code}/" not in home.content.decode()


def test_the_city_s_search_and_first_page_lead_here(client):
    done = a_report()
    assert [hit.url for hit in search.find(done.code.lower(), 5)] == [
        reverse("streets:case", args=[done.code])
    ]
    assert search.find("frigo", 5)[0].url == f"{reverse(NEW)}?kind={testing.FRIDGE}"
    assert search.find("délibération du budget", 5) == []
    way = Journey(client)
    way.page = client.get(reverse(NEW), {"kind": testing.FRIDGE, "lon": 2.3716, "lat": 48.8545})
    assert (way.kept.subtype, way.step) == (testing.FRIDGE, "photo")
    home = client.get(reverse("streets:index"))
    assert done.code in home.content.decode()
    found = client.get(reverse("streets:index"), {"number": done.code.lower()})
    assert found["Location"] == reverse("streets:case", args=[done.code])
    fragment = client.get(reverse("streets:kinds"), {"words": "frigo"}).content.decode()
    assert f'value="{testing.FRIDGE}"' in fragment


@pytest.mark.parametrize("address", ["?kind=%00", "?joins=%00", "?kind=a%00b&lon=2.37&lat=48.85"])
def test_a_character_that_no_text_has_begins_no_broken_page(client, address):
    answer = client.get(f"{reverse(NEW)}{address}")
    assert answer.status_code == (404 if "joins" in address else 200)


def test_a_kind_with_such_a_character_is_no_kind(client):
    way = Journey(client)
    assert way.post(step="kind", kind="a\x00b").status_code == 404
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "code", "step"),
    [
        ({"subtype": ""}, "kind_missing", "kind"),
        ({"lon": "here"}, "place_missing", "place"),
        ({"text": "x" * 4001}, "text_too_long", "details"),
        ({"noticed_at": "yesterday"}, "moment_unreadable", "details"),
        ({"email": "nope"}, "email_invalid", "who"),
    ],
)
def test_what_cannot_be_read_on_one_page_is_said_so_that_a_person_mends_it(
    client, changes, code, step
):
    sent = {"subtype": testing.FRIDGE, "lon": BASTILLE[0], "lat": BASTILLE[1]} | changes
    told = client.post(reverse(SEND), sent, HTTP_ACCEPT="application/json")
    assert (told.status_code, told.json()["code"]) == (422, code)
    assert not told.json()["message"].startswith(next(iter(changes)))
    page = client.post(reverse(SEND), sent)
    assert (page.status_code, page.context["step"]) == (422, step)
    assert not Report.objects.exists()


def test_one_page_that_must_be_mended_twice_keeps_when_it_was_noticed(client):
    seen = timezone.localtime(clock.now() - dt.timedelta(days=2)).replace(second=0, microsecond=0)
    typed = f"{seen:%Y-%m-%dT%H:%M}"
    assert 'name="noticed_at"' in client.get(reverse("streets:offline")).content.decode()
    way = Journey(client)
    way.page = client.post(
        reverse(SEND),
        {
            "subtype": testing.FRIDGE,
            "lon": MONTREUIL[0],
            "lat": MONTREUIL[1],
            "noticed_at": typed,
            "email": "elodie@parvis.example",
        },
    )
    assert (way.page.status_code, way.step) == (422, "place")
    way.post(lon=BASTILLE[0], lat=BASTILLE[1], confirm="1")
    assert way.step == "details"
    [noticed] = re.findall(r'name="noticed_at" value="([^"]*)"', way.page.content.decode())
    assert noticed == typed
    way.post(noticed_at=noticed, **{"answer-passage": "walk"})
    assert way.step == "who"
    assert 'value="elodie@parvis.example"' in way.page.content.decode()
    way.post(to=SEND, email="elodie@parvis.example")
    assert Report.objects.get().noticed_at == seen


def test_one_page_gives_back_what_it_could_not_read(client):
    sent = {"subtype": testing.FRIDGE, "lon": BASTILLE[0], "lat": BASTILLE[1]}
    page = client.post(reverse(SEND), sent | {"noticed_at": "hier soir", "text": "Devant le 3"})
    shown = page.content.decode()
    assert ("hier soir" in shown, "Devant le 3" in shown) == (True, True)
    page = client.post(reverse(SEND), sent | {"text": "mot " * 1200})
    assert page.context["step"] == "details"
    assert "mot " * 1000 in page.content.decode()
