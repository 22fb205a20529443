"""The control of a form field, tied to its hint and its error for those who do not see them."""

from __future__ import annotations

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils.safestring import SafeString


def kind(field: BoundField) -> str:
    """Say how the field is laid out: `hidden`, `choices`, `tick` or `plain`."""
    if field.is_hidden:
        return "hidden"
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple) or widget.use_fieldset:
        return "choices"
    return "tick" if isinstance(widget, CheckboxInput) else "plain"


def has_options(field: BoundField) -> bool:
    """Say whether the field is a list of options, each with its own label."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


def described_by(field: BoundField, *, hint: bool) -> str:
    """Return the ids of the sentences that explain the field: its hint, then its error."""
    ids = [f"{field.auto_id}-h"] if hint else []
    if field.errors:
        ids.append(f"{field.auto_id}-e")
    return " ".join(ids)


def control(field: BoundField, *, hint: bool = False, rows: int | str = "") -> SafeString:
    """Draw the control with what was typed, its description and its `aria-invalid`.

    `rows` is the height of a text area in lines.
    """
    attrs: dict[str, str | bool] = {"rows": str(rows)} if rows else {}
    widget_attrs = field.field.widget.attrs
    if widget_attrs.get("placeholder") == field.label:
        # A placeholder that only repeats the label says nothing, and vanishes when one types.
        del widget_attrs["placeholder"]
    if described := described_by(field, hint=hint):
        attrs["aria-describedby"] = described
    if isinstance(field.field.widget, CheckboxInput) and not field.errors:
        # Browsers call a required box wrong before anybody touched it, and readers say so.
        attrs["aria-invalid"] = "false"
    return field.as_widget(attrs=attrs)
