"""Lists: filters, words, orders, pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parvis.account.testing import alice, chloe, mona
from parvis.deliberation import public
from parvis.deliberation.models import Remark
from parvis.deliberation.queries import lists, recounting
from parvis.deliberation.testing import (
    BRANCH,
    NOON,
    SECTION,
    a_consultation,
    a_contribution,
    a_remark,
    an_answer,
    generate,
    generate_remarks,
)
from parvis.kernel.errors import Refused

pytestmark = pytest.mark.django_db
W = public.Wanted


def listed(wanted, viewer=None):
    return public.contributions("plan-2015", wanted=wanted, viewer=viewer)


def titles(wanted, viewer=None):
    return [row.title for row in listed(wanted, viewer).items]


@pytest.fixture
def six():
    """Save six contributions, one minute apart."""
    places = [(SECTION, BRANCH), ("plan:paris-2015/2.1", "plan:paris-2015/2")]
    kinds = list(public.Kind)[:3]
    for n in range(6):
        section, branch = places[n % 2]
        a_contribution(
            alice() if n < 4 else chloe(),
            title=f"Numéro {n}",
            kind=kinds[n % 3],
            section_ref=section,
            branch_ref=branch,
            district=11 if n == 5 else None,
            now=NOON + dt.timedelta(minutes=n),
        )


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (W(), [5, 4, 3, 2, 1, 0]),
        (W(kinds=frozenset({public.Kind.MEASURE})), [5, 2]),
        (W(section_ref=SECTION), [4, 2, 0]),
        (W(branch_ref="plan:paris-2015/2"), [5, 3, 1]),
        (W(district=11), [5]),
        (W(answered=True), []),
        (W(answered=False, kinds=frozenset({public.Kind.COMMENT})), [3, 0]),
        (W(mine=True), []),
        (W(followed=True), []),
    ],
)
def test_filters_and_their_totals(six, wanted, numbers):
    page = listed(wanted)
    assert [row.title for row in page.items] == [f"Numéro {n}" for n in numbers]
    assert (page.total, page.at_least) == (len(numbers), False)


def test_mine_and_followed(six):
    assert titles(W(mine=True), chloe()) == ["Numéro 5", "Numéro 4"]
    first = listed(W()).items[-1]
    public.follow(contribution_id=first.id, by=chloe(), now=NOON)
    page = listed(W(followed=True), chloe())
    assert ([row.id for row in page.items], page.total) == ([first.id], 1)


def test_answered(six):
    one = listed(W()).items[0].id
    an_answer(one)
    assert [r.id for r in listed(W(answered=True)).items] == [one]
    assert listed(W(answered=False)).total == 5


def test_orders(six):
    five, four, *_ = listed(W()).items
    public.support(target=public.Target(kind="contribution", id=four.id), by=alice(), now=NOON)
    a_remark(five.id)
    assert titles(W(sort="supported"))[0] == "Numéro 4"
    assert titles(W(sort="discussed"))[0] == "Numéro 5"


@pytest.mark.parametrize("sort", ["recent", "supported", "discussed"])
def test_pages_forward_and_back_show_each_once(six, sort):
    whole = titles(W(sort=sort))
    seen, cursor, pages = [], "", []
    while True:
        page = listed(W(sort=sort, limit=4, cursor=cursor))
        pages.append(page)
        seen += [row.title for row in page.items]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == whole
    assert (pages[0].previous_cursor, len(pages)) == ("", 2)
    back = listed(W(sort=sort, limit=4, cursor=pages[1].previous_cursor))
    assert back.items == pages[0].items
    assert back.previous_cursor == ""


@pytest.mark.parametrize(
    "cursor", ["x", "é", "AAAA", "cmVjZW50fG58YXxi", "!!", "cmVjZW50fG58MjAxNXxi", "a" * 4000]
)
@pytest.mark.parametrize("sort", ["recent", "supported", "relevant"])
def test_a_forged_cursor_is_refused(six, cursor, sort):
    with pytest.raises(Refused) as refusal:
        listed(W(sort=sort, words="numéro", cursor=cursor))
    assert (refusal.value.code, refusal.value.status) == ("bad_cursor", 400)


def test_a_cursor_belongs_to_one_order(six):
    cursor = listed(W(limit=2)).next_cursor
    with pytest.raises(Refused):
        listed(W(limit=2, sort="supported", cursor=cursor))


@pytest.mark.parametrize(
    "words", ["dégâts", "degats", "DÉGÂT", '"dégâts des eaux"', "dégâts -incendie", "les dégâts"]
)
def test_words_are_found_with_and_without_accents(words):
    a_contribution(title="Prévenir les dégâts des eaux", body="Dans nos immeubles.")
    a_contribution(title="Autre chose", body="Rien à voir.")
    assert titles(W(words=words, sort="relevant")) == ["Prévenir les dégâts des eaux"]
    assert titles(W(words=words)) == ["Prévenir les dégâts des eaux"]


@pytest.mark.parametrize("words", ["le", "", "   ", "' OR 1=1 --", '"', "a & | ! <->", "\x00"])
def test_words_that_find_nothing_or_everything_do_no_harm(words):
    a_contribution()
    assert listed(W(words=words, sort="relevant")).total in {0, 1}


def test_an_excerpt_marks_what_was_found_and_stays_text():
    a_contribution(title="x", body="Avant <script>alert(1)</script> les bancs \ue000publics\ue001.")
    (row,) = listed(W(words="banc")).items
    assert public.Piece(text="bancs", found=True) in row.excerpt
    text = "".join(piece.text for piece in row.excerpt)
    assert "<script>alert(1)</script>" in text
    assert [piece.text for piece in row.excerpt if piece.found] == ["bancs"]


def test_a_title_counts_more_than_a_body():
    a_contribution(title="Des bancs", body="Partout.")
    a_contribution(title="Autre", body="Avec des bancs.")
    assert titles(W(words="bancs", sort="relevant"))[0] == "Des bancs"


def test_similar_titles_are_found_before_posting():
    a_contribution(title="Des bancs à l'ombre")
    a_contribution(title="Des pistes cyclables")
    found = public.similar_contributions(
        "plan-2015", text="Installer un banc sous l'ombre d'un arbre"
    )
    assert [row.title for row in found] == ["Des bancs à l'ombre"]
    assert public.similar_contributions("plan-2015", text="") == []
    assert public.similar_contributions("plan-2015", text="\x00'&|!") == []


def test_a_page_of_many_costs_as_few_questions_as_a_page_of_few():
    a_consultation()
    numbers = []
    for more in (10, 200):
        generate("plan-2015", contributions=more, authors=[alice(), chloe()])
        with CaptureQueriesContext(connection) as asked:
            listed(W(words="pistes", sort="relevant"))
        numbers.append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            listed(W())
        numbers.append(len(asked))
    assert numbers == [5, 4, 5, 4]


def test_what_is_generated_is_counted_right():
    a_consultation()
    generate("plan-2015", contributions=300)
    one = listed(W(sort="supported")).items[0]
    generate_remarks(one.id, remarks=100)
    assert recounting.differences("plan-2015") == []
    totals = public.consultation("plan-2015").totals
    assert (totals.contributions, totals.remarks) == (300, 100)
    refs = [f"plan:paris-2015/{b}.{n}" for b in (1, 2, 3) for n in range(1, 11)]
    summaries = public.section_summaries("plan-2015", refs)
    assert sum(summary.total for summary in summaries.values()) == 300
    assert sum(public.branch_totals("plan-2015").values()) == 300
    assert sum(public.counts_of_sections(refs).values()) == 300


def test_a_contribution_with_500_remarks_in_at_most_eight_questions():
    one = a_contribution(alice())
    generate_remarks(one, remarks=500)
    an_answer(one)
    for viewer in (None, chloe()):
        with CaptureQueriesContext(connection) as asked:
            public.contribution(one, viewer=viewer, now=NOON)
            found = public.discussion(one, viewer=viewer)
        assert len(asked) <= 8
    sides = (found.arguments_for, found.arguments_against, found.replies)
    assert [len(side.items) for side in sides] == [50, 50, 50]
    row = public.contribution(one, viewer=None, now=NOON).row
    assert (row.arguments_for, row.arguments_against, row.replies) == (150, 150, 200)
    assert Remark.objects.filter(parent__isnull=False).count() == 50
    seen, cursor = [], ""
    while True:
        wanted = public.WantedRemarks(stance=public.Stance.FOR, cursor=cursor)
        page = public.remarks(one, wanted=wanted, viewer=None)
        seen += [remark.id for remark in page.items]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(set(seen)) == len(seen) == 150


def test_the_first_page_of_a_discussion_is_the_one_its_cursors_go_on_from():
    one = a_contribution(alice())
    generate_remarks(one, remarks=60)
    target = public.Target(kind="remark", id=a_remark(one, chloe()))
    public.support(target=target, by=alice(), now=NOON)
    public.flag(target=target, reason=public.Reason.OTHER, comment="", by=alice(), now=NOON)
    for state, every in (("hidden", 5), ("withdrawn", 7)):
        for number, row in enumerate(Remark.objects.order_by("pk")):
            if number % every == 0:
                row.state, row.author_id = state, chloe().id
                row.save(update_fields=["state", "author"])
    for viewer in (None, alice(), chloe(), mona()):
        first = public.discussion(one, viewer=viewer, limit=4)
        for stance, side in (
            (public.Stance.FOR, first.arguments_for),
            (public.Stance.AGAINST, first.arguments_against),
            (public.Stance.REPLY, first.replies),
        ):
            wanted = public.WantedRemarks(stance=stance, limit=4)
            page = public.remarks(one, wanted=wanted, viewer=viewer)
            assert (side.items, side.next_cursor) == (page.items, page.next_cursor)
            assert page.next_cursor


@pytest.mark.parametrize("sort", ["recent", "supported", "relevant"])
def test_what_is_posted_meanwhile_repeats_and_skips_nothing(six, sort):
    wanted = W(sort=sort, words="numéro", limit=2)
    first = listed(wanted)
    later = NOON + dt.timedelta(hours=1)
    a_contribution(alice(), title="Numéro numéro", body="Numéro.", now=later)
    second = listed(replace(wanted, cursor=first.next_cursor))
    third = listed(replace(wanted, cursor=second.next_cursor))
    seen = [row.title for page in (first, second, third) for row in page.items]
    assert sorted(seen) == [f"Numéro {n}" for n in range(6)]
    back = listed(replace(wanted, cursor=third.previous_cursor))
    assert back.items == second.items


def test_the_global_search_asks_all_consultations():
    a_consultation(slug="other")
    a_contribution(title="Des bancs ici")
    a_contribution(title="Des bancs là", consultation="other")
    found = lists.found_anywhere("banc", limit=5)
    assert {row.title for row in found} == {"Des bancs ici", "Des bancs là"}
    assert len(lists.found_anywhere("banc", limit=1)) == 1
