"""While people vote nobody can count: no page, export, dataset or search tells how a choice
stands."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from parvis.account.testing import a_person, alice, bachir, mona, signed_in
from parvis.budget.models import Consent, Merging, Picture, Project, Remark, Study
from parvis.budget.queries.ballots import ref_of
from parvis.budget.testing import a_department
from parvis.budget.tests.polls import ADMINISTRATOR, OFFICIAL, an_open_vote, cast_for
from parvis.kernel import clock
from parvis.kernel.files import take_in
from parvis.kernel.testing_photos import a_photo
from parvis.voting import public as voting

pytestmark = pytest.mark.django_db
CITY, LOCAL = "75056", "75111"
VOTERS, FIRST = 200, 137
STARTS = (
    "/en/",
    "/en/participatory-budget/",
    "/en/votes/",
    "/en/data/",
    "/en/search/?q=Projet",
    "/api/explore/v2.1/catalog/datasets",
    "/api/explore/v2.1/catalog/exports/csv",
)
WHERE = ("/en/participatory-budget/", "/en/votes/", "/en/data/", "/api/explore/", "/en/desk/")
# 137 of 200, also as a share; the other choice is the rest.
# Addresses of things that hang on a project: somebody reads each of them while people vote.
HANGING = ("picture", "consent", "opinion", "hide")
TOLD = re.compile(rf"(?<![\d.,:/#-]){FIRST}(?![\d.,:/%-]*\d)|68[.,]5\s?%")


def an_election():
    """Let 200 people vote, 137 of them alike, and release the first night's batch."""
    now = clock.now()
    edition, _key = an_open_vote(now=now)
    for number in range(VOTERS):
        alike = number < FIRST
        graded = (("1", 3), ("2", 0)) if alike else (("1", 0), ("2", 3))
        cast_for(edition, number, {CITY: ("1",) if alike else ("2",), LOCAL: graded}, now=now)
    voting.release_batch(ref=ref_of(edition), now=now)
    return edition


def hanging_on(project):
    """Give a project of Alice's a picture, a remark, a service's opinion and a merging that she is
    asked about; return their ids as addresses call them."""
    now, by = clock.now(), {"project": project}
    file = take_in(io.BytesIO(a_photo(size=(40, 30))), folder="budget").name
    picture = Picture.objects.create(file=file, words="La place", added_at=now, **by)
    said = {"text": "Et des bancs ?", "form_token": uuid.uuid4(), "written_at": now}
    remark = Remark.objects.create(author_id=alice().id, **said, **by)
    study = Study.objects.create(department=a_department(), asked_at=now, **by)
    other = Project.objects.filter(area=project.area).exclude(pk=project.pk).first()
    merging = Merging.objects.create(source=other, target=project, why="Voisins.", proposed_at=now)
    Consent.objects.create(merging=merging, person_id=alice().id)
    made = {"picture": picture, "remark": remark, "study": study, "merging": merging}
    return {f"{name}_id": one.pk for name, one in made.items()}


def addresses(edition):
    """Return every address of the two modules by its name, filled in with what there is."""
    ref, project = ref_of(edition), Project.objects.filter(area__key=CITY).first()
    voting.add_box(ref=ref, code="m11", place="Mairie du 11e", by=bachir(), now=clock.now())
    known = hanging_on(project) | {
        "slug": edition.slug,
        "key": CITY,
        "ref": ref,
        "poll": ref,
        "contest": CITY,
        "name": "log.txt",
        "project_id": project.pk,
        "box": "m11",
        "area_id": project.area_id,
        "edition_id": edition.pk,
    }
    return {
        f"{space}:{name}": reverse(f"{space}:{name}", kwargs={one: known[one] for one in asked})
        for space in ("budget", "voting")
        for name, asked in named(space)
    }


def named(space):
    _prefix, resolver = get_resolver().namespace_dict[space]
    return [(one.name, list(one.pattern.converters)) for one in resolver.url_patterns]


def links(page, base):
    for found in re.findall(r'(?:href|src|action)="([^"#]+)', page):
        address = urlsplit(urljoin(base, found.replace("&amp;", "&")))
        if not address.netloc and address.path.startswith(WHERE):
            yield address.path + (f"?{address.query}" if address.query else "")


def read(response):
    """Return all a response says, as text; what is in a zip file by file; of a picture the headers
    alone."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Type", "").startswith("image/"):
        return str(response.headers)
    if body[:2] != b"PK":
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(
            f"{name}\n{archive.read(name).decode('utf-8', 'replace')}"
            for name in archive.namelist()
            if name != "verify.py"
        )


def words(page):
    """Return what can be read or computed with; not the weight of the page."""
    page = re.sub(r"<strong>[\d.,]+</strong>.?kB|(?:d|points|viewBox)=\"[^\"]*\"", " ", page)
    return re.sub(r"\b[0-9a-f]{16,}\b|[\w-]{8,}-[\w-]{4,}-[\w-]{4,}", " ", page)


def crawl(client, begin, *, most=120):
    """Yield each page that somebody can reach from these, with its text."""
    waiting, seen = list(begin), set()
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        page = read(response)
        yield address, response.status_code, page
        if response.headers.get("Content-Type", "").startswith("text/html"):
            waiting += links(page, address)


PEOPLE = {
    "nobody": None,
    "alice": alice,
    "bachir": bachir,
    "mona": mona,
    "oscar": lambda: a_person("Oscar", OFFICIAL),
    "ada": lambda: a_person("Ada", ADMINISTRATOR),
}


def visitor(who):
    """Return the browser of somebody, signed in but for nobody."""
    person = PEOPLE[who]
    return signed_in(Client(), person()) if person else Client()


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_tells_how_a_choice_stands_while_people_vote(who):
    with translation.override("en"):
        named_ones = addresses(an_election())
    client, statuses = visitor(who), {}
    for address, status, page in crawl(client, [*named_ones.values(), *STARTS]):
        statuses[address] = status
        found = TOLD.search(words(page))
        assert found is None, (
            f"{address} tells {words(page)[found.start() - 80 : found.end() + 40]}"
        )
    assert list(statuses.values()).count(HTTPStatus.OK) > 15
    assert set(named_ones.values()) <= set(statuses)


def test_what_hangs_on_a_project_is_read_by_somebody_while_people_vote():
    with translation.override("en"):
        named_ones = addresses(an_election())
    begin = [named_ones[f"budget:{name}"] for name in HANGING]
    read_by_somebody = {
        address
        for who in PEOPLE
        for address, status, _page in crawl(visitor(who), begin, most=len(begin))
        if status == HTTPStatus.OK
    }
    assert read_by_somebody == set(begin)


def test_the_record_of_an_open_vote_holds_what_is_fixed_and_the_log_alone():
    edition = an_election()
    record = voting.record(ref=ref_of(edition))
    with zipfile.ZipFile(io.BytesIO(record)) as archive:
        names = set(archive.namelist()) - {"verify.py"}
        receipts = archive.read("log.txt").decode().split()
    assert names == {"configuration.json", "opening.json", "log.txt", "roots.jsonl"}
    # Some are always kept back, so that the last batch is not of one.
    assert 0 < len(receipts) < 2 * VOTERS
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in receipts)


@pytest.mark.parametrize("step", ["", "75056/", "75056/ballots.pb", "75056/result.csv"])
def test_results_are_not_there_yet(step):
    edition = an_election()
    answer = Client().get(f"/en/participatory-budget/editions/{edition.slug}/results/{step}")
    assert answer.status_code == (409 if step else 200)
    assert TOLD.search(words(read(answer))) is None
