"""Exports, imports, and the archive of République numérique."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from parvis.account.testing import alice, chloe, mona, oscar
from parvis.deliberation import public
from parvis.deliberation.commands import commands
from parvis.deliberation.models import Consultation, Contribution
from parvis.deliberation.queries import recounting
from parvis.deliberation.testing import NOON, a_consultation, a_contribution, a_remark, an_answer
from parvis.kernel.errors import NotFound, Refused

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("PARVIS_DATA", settings.BASE_DIR.parent / "shared" / "data"))
ARCHIVE = DATA / "participation/consultation/republique_numerique_2015_opinions.jsonl.gz"
SLUG = "republique-numerique-2015"
needs_archive = pytest.mark.skipif(not ARCHIVE.exists(), reason=f"outside data absent: {ARCHIVE}")


def exported(slug, path):
    path.write_text("".join(public.export_json(slug)), encoding="utf-8")
    return path.read_bytes()


def a_lively_consultation():
    """Save what an export must carry, and what it must not."""
    one = a_contribution(alice(), district=11, title="=1+1")
    later = NOON + dt.timedelta(minutes=1, microseconds=123456)
    public.edit_contribution(
        contribution_id=one, title="=1+1 « deux »", body="<b>Oui</b>\n\nNon", by=alice(), now=later
    )
    argument = a_remark(one, chloe(), stance=public.Stance.AGAINST)
    a_remark(one, alice(), stance=public.Stance.REPLY, parent_id=argument)
    public.support(target=public.Target(kind="contribution", id=one), by=chloe(), now=NOON)
    an_answer(one)
    other = public.NewAnswer(
        stance=public.AnswerStance.NOTED, body="Vu.", no_change_reason="Déjà prévu."
    )
    public.revise_answer(contribution_id=one, new=other, version=1, by=oscar(), now=later)
    hidden = a_contribution(chloe(), title="À cacher")
    public.hide(
        target=public.Target(kind="contribution", id=hidden),
        hiding=public.Hiding(reason=public.Reason.INSULT, message="Non."),
        by=mona(),
        now=NOON,
    )
    return one


def test_an_export_comes_back_byte_for_byte(tmp_path):
    a_lively_consultation()
    before = exported("plan-2015", tmp_path / "a.json")
    totals = public.consultation("plan-2015").totals
    Consultation.objects.all().delete()
    public.import_export(tmp_path / "a.json", now=NOON)
    assert exported("plan-2015", tmp_path / "b.json") == before
    assert public.consultation("plan-2015").totals == totals
    assert "À cacher" not in before.decode()
    (only,) = json.loads(before)["contributions"]
    assert (only["author"], only["arrondissement"], only["votes"]["ok"]) == ("Alice", 11, 1)
    assert [r["author"] for r in only["remarks"]] == ["Chloé", "Alice"]
    assert only["remarks"][1]["reply_to"] == only["remarks"][0]["id"]
    assert (only["answer"]["version"], len(only["answer"]["revisions"])) == (2, 1)
    assert len(only["revisions"]) == 1


@needs_archive
def test_the_archive_holds_exactly_what_it_held(tmp_path):
    loaded = public.import_archive(ARCHIVE, now=NOON)
    held = loaded.totals
    counted = (held.contributions, held.remarks, held.sources, held.votes)
    assert counted == (696, 3_994, 326, 88_622)
    assert (loaded.origin, loaded.vote_style) == ("archive", "three_way")
    articles = public.Wanted(kinds=frozenset({public.Kind.ARTICLE}))
    assert public.contributions(SLUG, wanted=articles, viewer=None).total == 30
    assert Contribution.objects.filter(set_aside=True).count() == 4
    assert len(public.own_sections(SLUG)) == 18
    assert public.import_archive(ARCHIVE, now=NOON).totals == held
    assert [d for d in recounting.differences(SLUG) if d.name != "votes"] == []
    unsafe = Contribution.objects.filter(body__iregex=r"<(script|img|iframe|style)|javascript:")
    assert not unsafe.exists()
    before = exported(SLUG, tmp_path / "a.json")
    Consultation.objects.all().delete()
    public.import_export(tmp_path / "a.json", now=NOON)
    assert exported(SLUG, tmp_path / "b.json") == before
    assert public.consultation(SLUG).totals == held


def test_each_table_as_csv():
    a_lively_consultation()
    lines = {}
    for table in public.CSV_TABLES:
        text = "".join(public.export_csv("plan-2015", table))
        assert text.startswith("\ufeff")
        lines[table] = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        names = [name for name, meaning in public.csv_columns(table) if meaning]
        assert text.removeprefix("\ufeff").split("\r\n")[0].split(",") == names
    assert {table: len(rows) for table, rows in lines.items()} == {
        "contributions": 1, "remarks": 2, "sources": 0, "answers": 1, "revisions": 1,
    }  # fmt: skip
    (row,) = lines["contributions"]
    assert row["title"] == "'=1+1 « deux »"
    assert row["body"] == "<b>Oui</b>\n\nNon"
    assert (row["votes_ok"], row["arguments_against"], row["replies"]) == ("1", "1", "1")


def test_no_such_table_nor_consultation():
    a_consultation()
    for ask in (
        lambda: public.export_csv("plan-2015", "supports"),
        lambda: public.export_csv("none", "remarks"),
        lambda: public.export_json("none"),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"format":"other"}',
        '{"format":"parvis.consultation/1"}',
        '{"format":"parvis.consultation/1","consultation":{"slug":"x"}}',
    ],
)
def test_a_file_that_is_no_export_loads_nothing(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        public.import_export(path, now=NOON)
    assert refusal.value.code == "unreadable_file"
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "poem"},
        {"state": None, "votes": {"ok": 10**20, "mixed": 0, "not_ok": 0}},
        {"votes": {"ok": -1, "mixed": 0, "not_ok": 0}},
        {"arrondissement": 0},
        {"id": "0"},
        {"created_at": "2015-07-14T12:00:00"},
        {"body": None},
        {"remarks": [{}]},
        {"title": "a" * 141},
    ],
)
def test_an_export_damaged_in_one_place_loads_nothing(tmp_path, damage):
    a_contribution(alice())
    document = json.loads(exported("plan-2015", tmp_path / "a.json"))
    document["contributions"][0] |= damage
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    Consultation.objects.all().delete()
    with pytest.raises(Refused) as refusal:
        public.import_export(tmp_path / "a.json", now=NOON)
    assert refusal.value.code == "unreadable_file"
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("body", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Oui;=1+1", "Oui;'=1+1"),
        ("Oui\n=1+1", "Oui\n'=1+1"),
        ("Oui ; +A1", "Oui ;' +A1"),
        ("Deux choses :\n- un ;\n- deux", "Deux choses :\n- un ;\n- deux"),
        ("a=b+c", "a=b+c"),
    ],
)
def test_no_cell_begins_a_formula_wherever_a_spreadsheet_cuts(body, cell):
    a_contribution(alice(), body=body)
    text = "".join(public.export_csv("plan-2015", "contributions")).removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["body"] == cell


def test_an_export_with_scripts_is_sanitised_on_its_way_in(tmp_path):
    a_contribution(alice())
    exported("plan-2015", tmp_path / "a.json")
    document = json.loads((tmp_path / "a.json").read_text("utf-8"))
    document["contributions"][0] |= {
        "body": "<p>a</p><script>alert(1)</script>\u202e",
        "body_format": "html", "origin_ref": "x:1",
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    Consultation.objects.all().delete()
    public.import_export(tmp_path / "a.json", now=NOON)
    assert Contribution.objects.get().body == "<p>a</p>"


def test_a_consultation_is_not_loaded_over_another(tmp_path):
    a_contribution(alice())
    exported("plan-2015", tmp_path / "a.json")
    with pytest.raises(Refused) as refusal:
        public.import_export(tmp_path / "a.json", now=NOON)
    assert refusal.value.code == "consultation_exists"
    assert Contribution.objects.count() == 1


def test_a_citizen_auditor_counts_again(tmp_path):
    one = a_contribution(alice())
    public.support(target=public.Target(kind="contribution", id=one), by=chloe(), now=NOON)
    run = CliRunner().invoke
    assert "1 contributions, 0 remarks, 1 votes" in run(commands, ["list"]).output
    good = run(commands, ["recount", "plan-2015"])
    assert (good.exit_code, good.output) == (0, "plan-2015: 0 differences\n")
    Contribution.objects.update(ok_count=7)
    wrong = run(commands, ["recount", "plan-2015"])
    assert wrong.exit_code == 1
    assert f"{one}: votes ok counted 7, found 1" in wrong.output
    target = str(tmp_path / "a.csv")
    made = run(commands, ["export", "plan-2015", "--table", "contributions", "--to", target])
    assert made.exit_code == 0
    assert Path(target).read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert run(commands, ["recount", "none"]).exit_code == 1
