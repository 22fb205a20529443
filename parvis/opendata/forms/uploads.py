"""What an agent types in to publish a file: which dataset, which file, what to check it against,
and why something may be published all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.errors import Refused
from parvis.opendata.queries.schemas import shipped
from parvis.opendata.rules import schemas
from parvis.opendata.rules.reading.glancing import FORMS

LICENSES = {
    "lo": (
        "Licence Ouverte v2.0 (Etalab)",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    "odbl": ("Open Database License (ODbL)", "https://opendatacommons.org/licenses/odbl/"),
}
_SCHEMA_BYTES = 1_000_000
_LONGEST = 5_000


class UploadForm(forms.Form):
    """A file or its address, and how to check it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "CSV, TSV, XLSX, XLS, ODS, JSON, GeoJSON or Parquet, plain or in one .zip or .gz."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(FORMS)}),
    )
    url = forms.URLField(
        label=gettext_lazy("Or its address"),
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text=gettext_lazy("We fetch it once; what was read is what will be published."),
    )
    schema = forms.ChoiceField(
        label=gettext_lazy("Schema to check it against"),
        required=False,
        help_text=gettext_lazy("A national schema, if this file follows one."),
    )
    schema_file = forms.FileField(
        label=gettext_lazy("Or a schema of yours"),
        required=False,
        help_text=gettext_lazy("A Table Schema or a JSON Schema, as a JSON file."),
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )
    list_at = forms.CharField(
        label=gettext_lazy("List to publish"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For JSON that holds several lists, such as marches.marche."),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        required=False,
        max_length=_LONGEST,
        help_text=gettext_lazy("A sentence for readers of the history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["schema"]
        if isinstance(field, forms.ChoiceField):
            choices = [(one.key, f"{one.title} ({one.key})") for one in shipped().values()]
            field.choices = [("", _("None")), *choices]

    def clean_schema_file(self) -> Mapping[str, Any] | None:
        """Return the schema that was sent, once it is one."""
        sent = self.cleaned_data.get("schema_file")
        if not isinstance(sent, UploadedFile):
            return None
        try:
            if (sent.size or 0) > _SCHEMA_BYTES:
                raise forms.ValidationError(_("A schema has 1 MB at most."))
            descriptor = json.loads(sent.read().decode("utf-8-sig"))
            schemas.parse(descriptor)
        except (ValueError, RecursionError, schemas.BadSchema) as error:
            sentence = _("This is neither a Table Schema nor a JSON Schema: %(why)s")
            raise forms.ValidationError(sentence % {"why": error}) from error
        else:
            return dict(descriptor)

    def clean(self) -> dict[str, Any]:
        """Ask for one file, by one way."""
        given = super().clean() or {}
        if given.get("file") and given.get("url"):
            self.add_error("url", _("Send a file or give an address, not both."))
        if given.get("schema") and given.get("schema_file"):
            self.add_error("schema_file", _("Choose a schema or send one, not both."))
        return given

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the file it is about."""
        about = {"title_missing": "title", "dataset_known": "title"}.get(refusal.code, "file")
        self.add_error(about if about in self.fields else None, refusal.message)


class NewDatasetForm(UploadForm):
    """The same, for a dataset the catalogue does not know yet."""

    title = forms.CharField(label=gettext_lazy("Title of the dataset"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=_LONGEST,
        help_text=gettext_lazy("What a row is, where it comes from, what it is good for."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    license = forms.ChoiceField(
        label=gettext_lazy("Licence"), choices=[(key, name) for key, (name, _u) in LICENSES.items()]
    )
    key_fields = forms.CharField(
        label=gettext_lazy("Columns that tell the rows apart"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "Such as a number of contract; several with commas. With them, a row that changes is"
            " known again."
        ),
    )
    field_order = ("title", "description", "license", "key_fields", "file", "url")

    def clean_key_fields(self) -> tuple[str, ...]:
        """Return the columns one by one."""
        typed = self.cleaned_data["key_fields"].split(",")
        return tuple(dict.fromkeys(one.strip() for one in typed if one.strip()))


class SignForm(forms.Form):
    """Why something may be published that the gate has stopped."""

    finding = forms.CharField(widget=forms.HiddenInput, max_length=300)
    reason = forms.CharField(
        label=gettext_lazy("Why this may be published"),
        max_length=_LONGEST,
        strip=True,
        help_text=gettext_lazy(
            "The law or the mandate that makes it public. It is kept with your name."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
