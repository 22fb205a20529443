"""What a harvest says to people: why a dataset was not taken, why a run changed nothing."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext, gettext_noop as _

from parvis.kernel.errors import Refused
from parvis.opendata.queries.saying import LANGUAGES, Said, here

_SENTENCES = {
    # An entry of a catalogue
    "no_id": _("This entry has no id that a dataset could be called by."),
    "no_title": _("This dataset has no title."),
    "no_metas": _("This dataset is listed without its metadata."),
    "strange_field": _("A field is of no known kind: %(field)s"),
    "listed_twice": _("Two entries of the catalogue have this id: the first was taken."),
    "id_too_long": _("The id of this dataset is longer than 500 characters."),
    "unexpected": _("This dataset cannot be kept as it is described; the log says why."),
    # What is here already
    "id_of_the_city": _(
        "The City has a dataset « %(dataset)s » of its own: give this source another prefix."
    ),
    "id_of_a_source": _(
        "« %(dataset)s » already comes from « %(source)s »: give one of the two another prefix."
    ),
    "archived_here": _("Somebody archived this dataset here: it stays archived."),
    # Its rows
    "rows_refused": _("Its rows have %(count)s errors: the version before is served still."),
    "rows_blocked": _("Its rows wait until somebody signs: %(findings)s."),
    "not_csv": _("What the portal sends as CSV is none."),
    "run_too_long": _("This run took too long: the next one goes on from here."),
    # The catalogue as a whole
    "not_json": _("What is answered is no JSON, or only a part of it."),
    "not_explore": _("What is answered is no catalogue of the Explore API v2.1."),
    "not_rdf": _("What is answered is no Turtle, RDF/XML or JSON-LD: %(why)s"),
    "xml_entities": _("This RDF/XML declares entities: they are not read."),
    "remote_context": _("This JSON-LD names a context that cannot be read: %(address)s"),
    "not_scdl": _("catalogue.csv has no column ID or no column TITRE."),
    "no_source": _("There is no such source."),
    "harvest_running": _("Somebody is harvesting this source already."),
    "incomplete": _("The catalogue says there is more than it lists: nothing was archived."),
    "half_vanished": _(
        "%(gone)s of %(known)s datasets are no longer listed: nothing was changed. If they are"
        " really gone, harvest once with --force."
    ),
    "url_unreachable": _("The source does not answer, or answers with an error."),
    "url_private": _("The address leads into a private network."),
    "url_unfit": _("The address leads to what is no address of the web."),
    "url_too_large": _("The source sends more than may be read."),
    "url_too_slow": _("The source takes too long to answer."),
}
_LONGEST = 300


def said(code: str, **details: Any) -> Said:
    """Return what a code says, in each of our languages."""
    cut = {name: str(value)[:_LONGEST] for name, value in details.items()}
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = gettext(_SENTENCES[code]) % cut
    return found


class Told(Refused):
    """A refusal whose sentence is known in each of our languages, by its code."""

    def __init__(self, code: str, **details: Any) -> None:
        self.said = said(code, **details)
        super().__init__(code, here(self.said))


def of_refusal(refusal: Refused) -> Said:
    """Return what a refusal says; one that is known in the reader's language only says the same in
    each."""
    if isinstance(refusal, Told):
        return refusal.said
    if refusal.code.startswith("url_") and refusal.code in _SENTENCES:
        return said(refusal.code)
    return dict.fromkeys(LANGUAGES, refusal.message)
