"""Addresses of the account. The sign-in library looks its pages up by the names `account_…`."""

from __future__ import annotations

from allauth.account import views as allauth_views
from allauth.mfa.base import views as second_step
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _

from parvis.account.adapters import signing_in_door, upstream_doors as outside
from parvis.account.adapters.factors import ProveByPasskeyView
from parvis.account.desk import (
    agents as staff,
    assisting,
    identities as matching,
    recovery as counter,
    retention,
    texts,
)
from parvis.account.views import (
    agents,
    codes,
    factors,
    identities,
    own as views,
    phones,
    recovery,
    rights,
    sessions,
    uniting,
)

ours = [
    path(_("security/"), factors.security, name="security"),
    path(_("security/passkeys/add/"), factors.add_passkey, name="add_passkey"),
    path(_("security/passkeys/options/"), factors.passkey_options, name="passkey_options"),
    path(_("security/application/"), factors.add_app, name="add_app"),
    path(_("security/application/another/"), factors.forget_secret, name="forget_secret"),
    path(_("security/codes/"), factors.paper_codes, name="paper_codes"),
    path(_("security/<uuid:factor_id>/remove/"), factors.remove_factor, name="remove_factor"),
    path(_("security/<uuid:factor_id>/rename/"), factors.rename_factor, name="rename_factor"),
    path(_("security/sessions/"), sessions.sessions_page, name="sessions"),
    path(_("security/sessions/end/"), sessions.end_session, name="end_session"),
    path(_("security/sessions/end-others/"), sessions.end_other_sessions, name="end_sessions"),
    path(
        _("security/devices/<uuid:device_id>/forget/"),
        sessions.forget_device,
        name="forget_device",
    ),
    path(_("sign-in/code/"), codes.ask_code, name="ask_code"),
    path(_("sign-in/code/type/"), codes.type_code, name="type_code"),
    path(_("sign-in/passkey/"), codes.sign_in_by_passkey, name="sign_in_by_passkey"),
    path(_("my-data/"), rights.known, name="known"),
    path(_("my-data/kept/"), rights.data, name="data"),
    path(_("my-data/readings/"), rights.readings, name="readings"),
    path(_("my-data/archive/"), rights.ask_archive, name="ask_archive"),
    path(_("my-data/archive/<uuid:archive_id>/"), rights.archive, name="archive"),
    path(_("profile/"), views.profile, name="profile"),
    path(_("close/"), rights.close, name="close"),
    path(_("closed/"), rights.closed, name="closed"),
    path(_("second-factor/"), agents.second_factor, name="second_factor"),
    path(_("agents/"), agents.helped, name="helped"),
    path(_("agents/<uuid:assistance_id>/stop/"), agents.refuse_help, name="refuse_help"),
    path(_("desk/agents/"), staff.agents, name="agents"),
    path(_("desk/agents/rights/"), staff.rights, name="rights"),
    path(_("desk/agents/<uuid:person_id>/"), staff.agent, name="agent"),
    path(
        _("desk/agents/<uuid:person_id>/<uuid:grant_id>/take-back/"),
        staff.take_back,
        name="take_role_back",
    ),
    path(_("desk/retention/"), retention.retention, name="retention"),
    path(_("desk/act-for/"), assisting.assist, name="assist"),
    path(_("desk/act-for/stop/"), assisting.stop_assisting, name="stop_assisting"),
    path(_("phones/"), phones.phones, name="phones"),
    path(_("phones/code/"), phones.confirm_phone, name="confirm_phone"),
    path(_("phones/<uuid:phone_id>/remove/"), phones.remove_phone, name="remove_phone"),
    path(_("recover/"), recovery.recover, name="recover"),
    path(_("recover/proofs/"), recovery.proofs, name="recover_proofs"),
    path(_("recover/proofs/text/"), recovery.send_text, name="recover_text"),
    path(_("recover/proofs/passkey/"), recovery.passkey, name="recover_passkey"),
    path(_("recover/password/"), recovery.choose, name="recover_choose"),
    path(_("recover/at-the-counter/"), recovery.pending, name="pending_recovery"),
    path(_("recover/refuse/<str:token>/"), recovery.refuse, name="refuse_recovery"),
    path(_("recover/counter/<str:token>/"), recovery.at_counter, name="recover_at_counter"),
    path(_("desk/recoveries/"), counter.recoveries, name="recoveries"),
    path(_("desk/recoveries/for/<uuid:person_id>/"), counter.open_recovery, name="open_recovery"),
    path(
        _("desk/recoveries/<uuid:recovery_id>/withdraw/"),
        counter.withdraw,
        name="withdraw_recovery",
    ),
    path(_("desk/text-messages/"), texts.texts, name="texts"),
    path(_("desk/text-messages/<uuid:text_id>/"), texts.settle_text, name="settle_text"),
]

# Where FranceConnect and ProConnect lead back to is registered with them: one address each.
for _name in ("franceconnect", "proconnect"):
    _known = {"vouched_by": _name}
    ours += [
        path(f"{_name}/", outside.begin, _known, name=_name),
        path(f"{_name}/retour/", outside.come_back, _known, name=f"{_name}_return"),
        path(f"{_name}/au-revoir/", outside.left, _known, name=f"{_name}_left"),
    ]
ours += [
    path("franceconnect/cles/", outside.keys, name="franceconnect_keys"),
    path(_("sign-out/goodbye/"), outside.leaving, name="leaving"),
    path(_("welcome/"), identities.arrived, name="arrived"),
    path(_("welcome/agent/"), identities.ask_agent, name="ask_agent"),
    path(_("welcome/attach/"), identities.attach, name="attach"),
    path(_("welcome/read-your-mail/"), identities.contact_sent, name="contact_sent"),
    path(_("welcome/address/<str:token>/"), identities.contact, name="contact"),
    path(_("identities/"), identities.identities, name="identities"),
    path(_("identities/<uuid:identity_id>/remove/"), identities.detach, name="detach"),
    path(_("identities/password/"), identities.set_password, name="set_password"),
    path(_("identities/invitation/<str:token>/"), identities.invitation, name="invitation"),
    path(_("two-accounts/"), uniting.unite, name="unite"),
    path(_("two-accounts/the-other/"), uniting.leave_for_the_other, name="leave_for_the_other"),
    path(_("desk/matching/"), matching.matching, name="matching"),
    path(_("desk/matching/merge/"), matching.merge, name="merge"),
    path(_("desk/matching/<uuid:proposal_id>/"), matching.match, name="match"),
    path(_("desk/matching/undo/<uuid:merge_id>/"), matching.undo, name="undo_merge"),
    path(_("desk/agents/<uuid:person_id>/invite/"), matching.invite, name="invite"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    # Asked for more than all the others together, so it is tried first.
    path(_("sign-in/"), signing_in_door.sign_in, name="account_login"),
    path("", include((ours, "account"))),
    path(_("sign-up/"), views.sign_up, name="account_signup"),
    path(
        _("sign-up/read-your-mail/"),
        views.confirmation_sent,
        name="account_email_verification_sent",
    ),
    path(_("confirm/<slug:key>/"), views.confirm_address, name="account_confirm_email"),
    path(_("sign-out/"), outside.sign_out, name="account_logout"),
    # The sign-in library looks the page of factors up by this name.
    path(_("security/"), factors.security, name="mfa_index"),
    path(_("sign-in/second-step/"), second_step.authenticate, name="mfa_authenticate"),
    path(_("prove-it-is-you/"), allauth_views.reauthenticate, name="account_reauthenticate"),
    path(_("prove-it-is-you/code/"), second_step.reauthenticate, name="mfa_reauthenticate"),
    path(
        _("prove-it-is-you/passkey/"),
        ProveByPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(_("address/"), views.change_address, name="account_email"),
    path(_("password/"), allauth_views.password_change, name="account_change_password"),
    path(_("password/forgotten/"), views.ask_password, name="account_reset_password"),
    path(
        _("password/read-your-mail/"),
        views.password_mail_sent,
        name="account_reset_password_done",
    ),
    path(
        _("password/chosen/"),
        views.password_chosen,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        _(r"^password/new/(?P<uidb36>[0-9a-f]{32})-(?P<key>[0-9a-z-]{1,80})/$"),
        views.choose_password,
        name="account_reset_password_from_key",
    ),
]
