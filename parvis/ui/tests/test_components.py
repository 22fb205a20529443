"""Components: each is in the gallery, refuses what it does not know, escapes what it is given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Engine
from django.test import Client, RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from parvis.ui.checks import UnknownOption
from parvis.ui.gallery import SampleForm

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
COMPONENTS = {path.stem.replace("_", "-"): path for path in (TEMPLATES / "cotton").glob("*.html")}
GALLERY = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("ui/gallery*/*.html")) + (
    TEMPLATES / "ui/gallery.html"
).read_text("utf-8")
_OPTION = re.compile(r"^  ([\w, ]+?)\s+(?:required|optional)\b", re.MULTILINE)


def options(path: Path) -> set[str]:
    """Return the options that the head of a component tells about."""
    head = path.read_text("utf-8").partition("{% endcomment %}")[0]
    return {name.strip() for names in _OPTION.findall(head) for name in names.split(",")}


def draw(source: str, **context: object) -> str:
    engine = Engine.get_default()
    request = RequestFactory().get("/?page=7&sort=old")
    return engine.from_string(CottonCompiler().process(source)).render(
        Context({"request": request, **context})
    )


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_every_component_stands_in_the_gallery(name: str):
    assert re.search(rf"<c-{name}[\s/>]", GALLERY), f"<c-{name}> is missing from the gallery"


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_every_value_of_every_choice_is_shown(name: str):
    source = COMPONENTS[name].read_text("utf-8")
    for option, values in re.findall(r'{% allow (\w+) "([^"]+)" %}', source):
        if option in {"level", "here"}:  # one page has one outline, and one desk
            continue
        shown = set(re.findall(rf"<c-{name}\b[^>]*?\s{option}=\"([\w-]+)\"", GALLERY))
        assert set(values.split()) - shown == set(), f"<c-{name} {option}> is not wholly shown"


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_every_component_tells_its_options_and_declares_them(name: str):
    source = COMPONENTS[name].read_text("utf-8")
    assert source.startswith("{% comment %}\n  <c-" + name)
    declared = re.search(r"<c-vars ([^>]*)/>", source)
    known = set(re.findall(r":?([\w-]+)=", declared[1])) if declared else set()
    slots = set(re.findall(r"(\w+) (?:\(|·)", source.partition("Slots:")[2]))
    assert options(COMPONENTS[name]) <= known
    # Without a default, a variable of the page with the same name would fill the option.
    assert known <= options(COMPONENTS[name]) | slots | {
        "end",
        "margin",
        "right",
        "mark",
        "law",
        "left",
    }


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_every_component_is_in_the_table(name: str):
    table = (TEMPLATES.parent / "COMPONENTS.md").read_text("utf-8")
    assert f"| `<c-{name}" in table


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_no_component_writes_attributes_unescaped(name: str):
    assert "{{ attrs }}" not in COMPONENTS[name].read_text("utf-8")


@pytest.mark.parametrize(
    "source",
    [
        '<c-tag tone="blue">x</c-tag>',
        '<c-btn look="huge">x</c-btn>',
        '<c-icon name="unicorn" />',
        "<c-entry>no title</c-entry>",
        '<c-entry title="x" level="5">x</c-entry>',
        '<c-notice tone="danger">x</c-notice>',
    ],
)
def test_an_unknown_value_stops_who_builds_and_spares_who_reads(source: str, settings):
    with pytest.raises(UnknownOption):
        draw(source)
    settings.PARVIS_STRICT_UI = False
    draw(source)


def test_what_a_person_typed_is_escaped_wherever_it_goes():
    evil = '"><script>alert(1)</script>'
    for source in (
        "<c-btn :href='evil' :title='evil'>{{ evil }}</c-btn>",
        "<c-btn :aria-label='evil'>x</c-btn>",
        '<c-entry title="{{ evil }}" :href="evil" :tag="evil">x</c-entry>',
        "<c-moment icon='mail' :title='evil' :over='evil' :data-x='evil' />",
        "<c-tag :title='evil'>{{ evil }}</c-tag>",
        "<c-field :field='form.name' :hint='evil' :label='evil' />",
        "{{ evil|paragraphs }}{{ evil|typo }}",
        "{{ evil|foldable }}",
        "{% query 'q' evil %}",
    ):
        assert "<script" not in draw(source, evil=evil, form=SampleForm({"name": evil})), source


def test_an_address_folds_after_its_sign_and_stays_escaped():
    folded = draw("{{ mail|foldable }}", mail="a&b@parvis.example")
    assert folded == "a&amp;b@<wbr>parvis.example"
    assert draw("{{ mail|foldable }}", mail="Chloé Nguyen") == "Chloé Nguyen"


def test_a_page_that_has_a_variable_named_like_an_option_changes_nothing():
    assert draw("<c-tag>x</c-tag>", tone="urgent") == '<span class="tag">x</span>'
    assert 'class="btn"' in draw("<c-btn>x</c-btn>", look="alt", href="/x", **{"class": "y"})


def test_a_button_with_an_address_is_a_link():
    assert draw('<c-btn href="/plan" look="alt" size="sm">Lire</c-btn>') == (
        '<a class="btn alt sm" href="/plan">Lire</a>'
    )
    assert draw('<c-btn name="do" value="send" busy disabled>Envoyer</c-btn>') == (
        '<button class="btn" type="submit" aria-busy="true" name="do" value="send" disabled>'
        "Envoyer</button>"
    )


def test_a_pager_keeps_the_other_parameters():
    page = Paginator(range(100), 10).page(7)
    drawn = draw('<c-pager :page="page" label="Pages" />', page=page)
    assert 'href="?sort=old&amp;page=8"' in drawn
    assert '<span aria-current="page">7</span>' in drawn
    assert draw('<c-pager :page="page" label="x" />', page=Paginator([], 10).page(1)).strip() == ""


@pytest.mark.usefixtures("in_english")
def test_a_refused_field_keeps_what_was_typed_and_says_why():
    form = SampleForm({"email": "alice@example"}, auto_id="id_%s")
    drawn = draw('<c-form-errors :form="form" /><c-field :field="form.email" />', form=form)
    assert '<a href="#id_email">E-mail: Enter a valid email address.</a>' in drawn
    control = re.search(r'<input[^>]*name="email"[^>]*>', drawn)
    assert control is not None
    assert 'value="alice@example"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert 'aria-describedby="id_email-h id_email-e"' in control[0]
    assert 'id="id_email-h"' in drawn
    assert 'id="id_email-e"' in drawn


@pytest.mark.usefixtures("in_english")
def test_an_optional_field_says_so_and_a_required_one_does_not():
    form = SampleForm()
    assert "(optional)" in draw('<c-field :field="form.message" />', form=form)
    assert "(optional)" not in draw('<c-field :field="form.name" />', form=form)
    other = type("DependingForm", (SampleForm,), {"depends": frozenset({"message"})})()
    assert "(optional)" not in draw('<c-field :field="form.message" />', form=other)


def test_a_page_opens_on_what_a_submit_brought():
    drawn = draw('<c-notice tone="ok" alert title="It is in the log">x</c-notice>')
    assert 'role="group" aria-label="It is in the log" tabindex="-1" autofocus>' in drawn
    assert "autofocus" not in draw('<c-notice tone="ok" title="It is in the log">x</c-notice>')


def test_of_a_title_of_two_sentences_the_first_is_in_bold_and_all_of_it_is_read_out():
    said = "It is full. Take <another> day's."
    drawn = draw('<c-notice alert title="{{ said }}"><p>x</p></c-notice>', said=said)
    whole = "It is full. Take &lt;another&gt; day&#x27;s."
    assert f'aria-label="{whole}"' in drawn
    assert "<p><strong>It is full.</strong></p><p>Take &lt;another&gt; day&#x27;s.</p>" in drawn


def test_every_error_is_read_out_with_the_sentence_above_them():
    drawn = draw('<c-form-errors :form="form" title="Twice" />', form=SampleForm({}))
    named = 'aria-label="Twice" aria-describedby="form-errors" tabindex="-1" autofocus>'
    assert named in drawn
    assert drawn.count('<ul id="form-errors">') == 1
    assert "autofocus" not in draw('<c-form-errors :form="form" still />', form=SampleForm({}))


def test_a_box_nobody_ticked_yet_is_not_called_wrong():
    form = type("AgreeingForm", (forms.Form,), {"agrees": forms.BooleanField()})
    assert 'aria-invalid="false"' in draw('<c-field :field="form.agrees" />', form=form())
    refused = draw('<c-field :field="form.agrees" />', form=form({}))
    assert refused.count("aria-invalid") == refused.count('aria-invalid="true"') == 1


def test_a_table_is_called_like_its_region_unless_it_has_a_caption():
    plain = draw('<c-table label="Rain"><tbody></tbody></c-table>')
    assert '<table><caption class="vh">Rain</caption><tbody>' in plain
    own = draw('<c-table label="Rain"><caption>Rain, in mm</caption></c-table>')
    assert own.count("<caption") == 1


STACK = """<c-table label="Rain" stack><thead><tr><th scope="col">Day</th>
<th scope="col" class="r">Rain &amp; <b>"snow"</b></th><th></th></tr></thead>
<tbody><tr><th scope="row">Monday</th><td class="r">1</td><td>-</td></tr>
<tr><td>2</td><th scope="row">Tuesday</th><td data-label="own">-</td></tr></tbody></c-table>"""


def test_in_a_table_that_stacks_each_cell_is_called_like_its_column():
    drawn = draw(STACK)
    assert '<td data-label="Rain &amp; &quot;snow&quot;" class="r">1</td><td>-</td>' in drawn
    assert '<tr><td data-label="Day">2</td><th scope="row">Tue' in drawn
    assert '<td data-label="own">-</td>' in drawn
    assert "data-label" not in draw(STACK.replace(" stack", "").replace(' data-label="own"', ""))


def test_a_table_that_stacks_has_one_name_for_each_column():
    with pytest.raises(UnknownOption, match="colspan"):
        draw(STACK.replace("<th></th>", '<th colspan="2"></th>'))


def test_grades_that_stand_beside_their_bar_are_not_said_twice():
    counts = [4, 3, 2, 1]
    assert 'aria-hidden="true"' in draw('<c-grade-bar :counts="counts" />', counts=counts)
    told = draw('<c-grade-bar :counts="counts" label="4, 3, 2, 1" />', counts=counts)
    assert 'role="img" aria-label="4, 3, 2, 1"' in told
    assert "aria-hidden" not in told


def test_choices_stand_under_a_legend():
    drawn = draw('<c-field :field="form.channel" />', form=SampleForm())
    assert drawn.count("<fieldset") == drawn.count("<legend>") == 1
    assert drawn.count('<label class="pick">') == 2


def test_a_form_nobody_laid_out_looks_like_the_others():
    drawn = str(SampleForm({}))
    assert drawn.index(" autofocus>") < drawn.index('<div class="field">')
    assert drawn.count('class="field"') == len(SampleForm().fields)


def test_the_gallery_opens_to_everyone_in_both_languages(client: Client):
    french, english = client.get("/ui/"), client.get("/en/ui/")
    assert (french.status_code, english.status_code) == (200, 200)
    assert "Galerie" in french.content.decode()
    assert "Gallery" in english.content.decode()
    assert client.post("/ui/").status_code == 405
