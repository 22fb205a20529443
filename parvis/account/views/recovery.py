"""Pages of who has forgotten the password and lost more: two proofs, or the counter."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from parvis.account.actions import counter, recovery as actions
from parvis.account.forms.own import LostAccountForm, NewPasswordForm
from parvis.account.forms.recovery import NewStartForm
from parvis.account.models import Resident
from parvis.account.permissions import keep_pace_of_owner, note_chosen_password
from parvis.account.queries import people, recovery as queries
from parvis.account.views import recovery_steps as steps
from parvis.kernel import clock, sms
from parvis.kernel.http import CityRequest

pages = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@never_cache
@pages
def recover(request: CityRequest) -> HttpResponse:
    """Say which ways back there are, and begin the one that needs no mailbox."""
    form = LostAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, now = form.cleaned_data["email"], clock.now()
        keep_pace_of_owner(request, "recover", address=email, now=now)
        owner = people.owner_of(email)
        begun = actions.begin(person_id=owner.pk if owner else None, by_mail=False, now=now)
        steps.hold_attempt(request, begun, address=email)
        return redirect("account:recover_proofs")
    context = {"form": form, "has_texts": sms.is_available()}
    return render(request, "account/recover.html", context, status=400 if form.errors else 200)


@login_not_required
@never_cache
@pages
@sensitive_post_parameters("text_code", "kept_code")
def proofs(request: CityRequest) -> HttpResponse:
    """Show which proofs are there and which may be given, and weigh what is typed."""
    now = clock.now()
    attempt, shown = steps.attempt_of(request, now=now), steps.proof_forms(request)
    if attempt.is_enough:
        return redirect("account:recover_choose")
    if request.method == "POST" and steps.prove(request, shown, attempt, now=now):
        return redirect("account:recover_proofs")
    status = 400 if any(form.errors for form in shown.values()) else 200
    context = {"attempt": attempt, "forms": shown, "has_texts": sms.is_available()}
    return render(request, "account/recover_proofs.html", context, status=status)


@login_not_required
@never_cache
@require_POST
def send_text(request: CityRequest) -> HttpResponse:
    """Have a code sent to the phones of the account, if it has any: the answer never tells."""
    now = clock.now()
    actions.ask_text(recovery_id=steps.attempt_of(request, now=now).id, now=now)
    messages.success(request, _("If the account has a phone, a code is on its way to it."))
    return redirect("account:recover_proofs")


@login_not_required
@never_cache
@pages
def passkey(request: CityRequest) -> HttpResponse:
    """Tell the browser's script what to ask of a passkey; weigh what it answers."""
    now = clock.now()
    attempt = steps.attempt_of(request, now=now)
    if request.method != "POST":
        return JsonResponse(steps.passkey_options(attempt))
    if not steps.prove_by_passkey(request, attempt, now=now):
        messages.error(request, _("This passkey is not one of this account."))
    return redirect("account:recover_proofs")


@login_not_required
@never_cache
@pages
@sensitive_post_parameters("password1")
def choose(request: CityRequest) -> HttpResponse:
    """Ask for a new password once two proofs are there."""
    attempt = steps.attempt_of(request, now=clock.now())
    if not attempt.is_enough or attempt.person_id is None:
        return redirect("account:recover_proofs")
    user = Resident.objects.get(pk=attempt.person_id)
    form = NewStartForm(request.POST or None, user=user, has_factors=attempt.has_factors)
    if request.method == "POST" and form.is_valid():
        _choose(request, attempt, form)
        return redirect("account_login")
    status = 400 if form.errors else 200
    return render(request, "account/recover_choose.html", {"form": form}, status=status)


def _choose(request: CityRequest, attempt: queries.Attempt, form: NewStartForm) -> None:
    now = clock.now()
    actions.choose_password(
        recovery_id=attempt.id,
        password=form.cleaned_data["password1"],
        forgets_factors=bool(form.cleaned_data.get("forgets_factors")),
        now=now,
    )
    steps.leave_attempt(request)
    _go_and_sign_in(request, queries.address_of(form.user.pk), now=now)


def _go_and_sign_in(request: CityRequest, email: str, *, now: dt.datetime) -> None:
    note_chosen_password(request, email, now=now)
    messages.success(request, _("Your new password is saved: sign in with it."))


@login_not_required
@never_cache
@pages
def refuse(request: CityRequest, token: str) -> HttpResponse:
    """Show what was asked at the counter; only the button refuses it, for scanners follow links."""
    about = queries.refusable(token)
    if request.method == "POST" and about:
        counter.refuse_by_link(token, now=clock.now())
        return redirect("account:refuse_recovery", token=token)
    status = 200 if about else 410
    return render(request, "account/recover_refuse.html", {"about": about}, status=status)


@never_cache
@pages
def pending(request: CityRequest) -> HttpResponse:
    """Show who is signed in what was asked at the counter in their name, and let them refuse."""
    if request.method == "POST":
        counter.refuse_signed_in(person_id=request.person.id, now=clock.now())
        messages.success(request, _("It is refused: your account stays as it is."))
        return redirect("account:pending_recovery")
    context = {"about": queries.open_for(request.person.id), "is_signed_in": True}
    return render(request, "account/recover_refuse.html", context)


@login_not_required
@never_cache
@pages
@sensitive_post_parameters("password1")
def at_counter(request: CityRequest, token: str) -> HttpResponse:
    """Give who came to the counter a page to choose a password; 410 where the link is over."""
    about = queries.by_link(token, now=clock.now())
    if about is None:
        return render(request, "account/recover_counter.html", {"form": None}, status=410)
    user = Resident.objects.get(pk=about.person_id)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        counter.recover(token=token, password=form.cleaned_data["password1"], now=now)
        _go_and_sign_in(request, about.email, now=now)
        return redirect("account_login")
    context = {"form": form, "about": about}
    status = 400 if form.errors else 200
    return render(request, "account/recover_counter.html", context, status=status)
