"""What may be typed in to ask for a mandate, or to give one: shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import domains
from parvis.mandates.actions.inputs import NewAssociation, NewInvitation, NewWard, Paper
from parvis.mandates.models import Kind, Proof
from parvis.mandates.rules import domains as domain_rules, proofs
from parvis.ui.names import NameField


class Day(forms.DateField):
    """A day, as the browser's own calendar sends it, or typed as in 2015-06-25 or 25/06/2015."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)


class Domains(forms.MultipleChoiceField):
    """The domains that the modules declared, each with examples."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, choices=_declared, **options)


def _declared() -> list[tuple[str, Any]]:
    return [(one.key, f"{one.label} ({one.examples})") for one in domains]


class PaperForm(forms.Form):
    """What proves it; subclasses say which papers can."""

    proves = ""

    proof = forms.ChoiceField(label=_("What proves it"), widget=forms.RadioSelect)
    proof_reference = forms.CharField(
        label=_("Number, date or court on the paper"),
        required=False,
        max_length=proofs.REFERENCE_MAX_LENGTH,
    )
    proof_file = forms.FileField(
        label=_("Photograph or scan of the paper"),
        required=False,
        help_text=_(
            "JPEG, PNG, WebP or PDF, 10 MB at most. Only the agent who decides sees it, and it is "
            "deleted two months later. Without it, bring the paper to a counter."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["proof"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(key, Proof(key).label) for key in proofs.PROOFS[self.proves]]

    def paper(self) -> Paper:
        """Return what proves it, as an action takes it."""
        typed = self.cleaned_data
        return Paper(
            kind=typed["proof"], reference=typed["proof_reference"], upload=typed["proof_file"]
        )


def _name(label: Any) -> NameField:
    return NameField(label=label, max_length=120)


class ChildForm(PaperForm):
    """A child one holds as a parent."""

    proves = Kind.PARENT.value
    given_names = _name(_("Given names of the child"))
    family_name = _name(_("Family name of the child"))
    born_on = Day(label=_("Born on"))
    field_order = ["given_names", "family_name", "born_on"]

    def asked(self) -> NewWard:
        """Return what is asked."""
        typed = self.cleaned_data
        return NewWard(
            kind=self.proves,
            given_names=typed["given_names"],
            family_name=typed["family_name"],
            born_on=typed["born_on"],
            paper=self.paper(),
        )


class RelativeForm(PaperForm):
    """An adult without an account, for whom one has a signed power of attorney."""

    proves = Kind.RELATIVE.value
    given_names = _name(_("Given names of the person"))
    family_name = _name(_("Family name of the person"))
    born_on = Day(label=_("Born on"))
    domains = Domains(label=_("What you may do for them"))
    ends_on = Day(label=_("Last day"), help_text=_("Three years from today at most."))
    field_order = ["given_names", "family_name", "born_on", "domains", "ends_on"]

    def asked(self) -> NewWard:
        """Return what is asked."""
        typed = self.cleaned_data
        return NewWard(
            kind=self.proves,
            given_names=typed["given_names"],
            family_name=typed["family_name"],
            born_on=typed["born_on"],
            domains=tuple(typed["domains"]),
            ends_on=typed["ends_on"],
            paper=self.paper(),
        )


class GuardianForm(RelativeForm):
    """A protected adult; the court says what for, and until when."""

    proves = Kind.GUARDIAN.value
    domains = Domains(
        label=_("What the court put you in charge of"),
        required=False,
        help_text=_("Leave it empty if the court put you in charge of everything."),
    )
    ends_on = Day(label=_("Last day of the measure"), help_text=_("As the court decided."))

    def asked(self) -> NewWard:
        """Return what is asked; no domain chosen is the whole measure."""
        self.cleaned_data["domains"] = self.cleaned_data["domains"] or [domain_rules.EVERYTHING]
        return super().asked()


class AssociationForm(PaperForm):
    """An association one acts for."""

    proves = Kind.ASSOCIATION.value
    name = NameField(label=_("Name of the association"), max_length=200)
    rna = forms.CharField(
        label=_("RNA number"),
        required=False,
        max_length=20,
        help_text=_("A W and nine figures, on the receipt of its declaration."),
    )
    siret = forms.CharField(label=_("SIRET"), required=False, max_length=20)
    domains = Domains(label=_("What you do for it"))
    ends_on = Day(label=_("Last day of your term"), help_text=_("Three years from today at most."))
    field_order = ["name", "rna", "siret", "domains", "ends_on"]

    def asked(self) -> NewAssociation:
        """Return what is asked."""
        typed = self.cleaned_data
        return NewAssociation(
            name=typed["name"],
            rna=typed["rna"],
            siret=typed["siret"],
            domains=tuple(typed["domains"]),
            ends_on=typed["ends_on"],
            paper=self.paper(),
        )


class JoinForm(PaperForm):
    """A child held by another parent, found by the code they gave."""

    proves = Kind.PARENT.value
    code = forms.CharField(
        label=_("Code the other parent gave you"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ["code"]


class InvitationForm(forms.Form):
    """A mandate between two persons, one of whom is written to."""

    email = forms.EmailField(
        label=_("Their e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    domains = Domains(label=_("For what"))
    ends_on = Day(label=_("Last day"), help_text=_("Three years from today at most."))

    def asked(self, *, gives: bool) -> NewInvitation:
        """Return what is asked."""
        typed = self.cleaned_data
        return NewInvitation(
            email=typed["email"],
            gives=gives,
            domains=tuple(typed["domains"]),
            ends_on=typed["ends_on"],
        )


class ClaimForm(forms.Form):
    """The code that makes a file one's own."""

    code = forms.CharField(
        label=_("Code you were given"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ReasonForm(forms.Form):
    """What an agent saw, or why; the person reads it."""

    reason = forms.CharField(
        label=_("What you saw, or why"),
        max_length=proofs.REASON_MAX_LENGTH,
        widget=forms.Textarea,
        help_text=_("The person reads it. Never copy the number of an identity paper here."),
    )
