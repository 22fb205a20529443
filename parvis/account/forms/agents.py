"""What administrators type to give and take back a role, and agents to act for a person: shape
only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from parvis.account.actions.assisting import Help
from parvis.account.actions.roles import NewGrant
from parvis.account.forms.own import AddressField
from parvis.account.models import Role, Way
from parvis.account.rules import roles as rules
from parvis.kernel import clock
from parvis.kernel.declarations import city_services
from parvis.territory.public import arrondissements
from parvis.ui.wording import arrondissement


class DayField(forms.DateField):
    """A day of the city, in the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, required=False, **options)


class ReasonField(forms.CharField):
    """Why something is done, in a sentence that stays in the register."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2})
        super().__init__(widget=widget, max_length=rules.REASON_MAX_LENGTH, **options)


class GiveRoleForm(forms.Form):
    """A role to give: what for, where, from when until when, and why."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    service = forms.ChoiceField(label=_("For which service"), required=False)
    territory = forms.TypedChoiceField(
        label=_("For which part of the city"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_(
            "For one arrondissement, a role opens what lies there: acting for who lives there, "
            "reports in the street, roles. All else takes the whole city."
        ),
    )
    first_day = DayField(label=_("First day"), help_text=_("Left empty, it begins at once."))
    last_day = DayField(
        label=_("Last day"), help_text=_("Left empty, it is held until it is taken back.")
    )
    reason = ReasonField(
        label=_("Reason"),
        help_text=_("The person reads it in their account; it stays in the register."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        services = [(one.key, one.label) for one in city_services]
        _offer(self, "service", [("", _("Every service")), *services])
        areas = [(one.number, strip_tags(arrondissement(one.number))) for one in arrondissements()]
        _offer(self, "territory", [("", _("The whole city")), *areas])

    def grant(self) -> NewGrant:
        """Return what is to be given; days begin and end at midnight in the city."""
        typed = self.cleaned_data
        last = typed["last_day"]
        return NewGrant(
            role=typed["role"],
            service=typed["service"],
            territory=typed["territory"],
            since=_midnight(typed["first_day"]),
            until=_midnight(last + dt.timedelta(days=1)) if last else None,
            reason=typed["reason"],
        )


class TakeRoleBackForm(forms.Form):
    """Why a role is taken back."""

    reason = ReasonField(
        label=_("Why it is taken back"), help_text=_("The person reads it in their account.")
    )


class FindPersonForm(forms.Form):
    """The address of the person to whom a role is to be given."""

    email = AddressField(label=_("E-mail address of the account"))


class HelpForm(forms.Form):
    """For whom an agent acts, how they asked, and why."""

    email = AddressField(
        label=_("E-mail address of the person's account"),
        help_text=_("As they tell it to you: it is not searched for."),
    )
    way = forms.ChoiceField(
        label=_("How did they reach you?"), choices=Way.choices, widget=forms.RadioSelect
    )
    reason = ReasonField(
        label=_("What do they ask you to do?"),
        help_text=_("They read it in their account, and by e-mail at once."),
    )

    def wanted(self) -> Help:
        """Return what the agent asks for."""
        return Help(**self.cleaned_data)


def _offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), clock.city_zone()) if day else None
