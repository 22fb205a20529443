"""How Django draws any form, so that forms nobody laid out by hand look like the others."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template

# Controls drawn by us because Django's own templates are many small files, slow for long lists.
_OURS = {"django/forms/widgets/select.html": "ui/forms/select.html"}


class ParvisRenderer(DjangoTemplates):
    """Draws forms and fields with the templates of the face, controls with Django's own."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Return our template where the name is ours, Django's built-in one otherwise."""
        name = _OURS.get(template_name, template_name)
        if name.startswith("ui/"):
            return get_template(name)
        return super().get_template(template_name)
