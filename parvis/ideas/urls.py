"""Addresses of the module: what residents read and write, then the agents' desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from parvis.ideas.desk import answers, moderation
from parvis.ideas.views import exports, feed, flags, gestures, reading, remarks, writing

app_name = "ideas"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", reading.index, name="index"),
    path(_("drafts/"), writing.drafts, name="drafts"),
    path(_("drafts/<uuid:draft_id>/discard/"), writing.discard, name="discard"),
    path("contributions/<uuid:contribution_id>/", reading.contribution, name="contribution"),
    path(_("contributions/<uuid:contribution_id>/history/"), reading.history, name="history"),
    path(_("contributions/<uuid:contribution_id>/edit/"), writing.edit, name="edit"),
    path(_("contributions/<uuid:contribution_id>/withdraw/"), gestures.withdraw, name="withdraw"),
    path(_("contributions/<uuid:contribution_id>/support/"), gestures.support, name="support"),
    path(_("contributions/<uuid:contribution_id>/vote/"), gestures.vote, name="vote"),
    path(_("contributions/<uuid:contribution_id>/follow/"), gestures.follow, name="follow"),
    path(_("contributions/<uuid:contribution_id>/argue/"), remarks.argue, name="argue"),
    path(_("contributions/<uuid:contribution_id>/flag/"), flags.contribution, name="flag"),
    path(_("arguments/<uuid:remark_id>/reply/"), remarks.reply, name="reply"),
    path(_("arguments/<uuid:remark_id>/support/"), gestures.support_remark, name="support_remark"),
    path(
        _("arguments/<uuid:remark_id>/withdraw/"), gestures.withdraw_remark, name="withdraw_remark"
    ),
    path(_("arguments/<uuid:remark_id>/flag/"), flags.remark, name="flag_remark"),
    path(_("desk/moderation/"), moderation.queue, name="moderation"),
    path(_("desk/moderation/decisions/"), moderation.decisions, name="decisions"),
    path(_("desk/moderation/decisions/<uuid:decision_id>/undo/"), moderation.undo, name="undo"),
    path(
        _("desk/moderation/<str:kind>/<uuid:target_id>/"), moderation.item, name="moderation_item"
    ),
    path(_("desk/answers/"), answers.queue, name="answers"),
    path(_("desk/answers/<uuid:contribution_id>/"), answers.item, name="answer"),
    path("<slug:slug>/", reading.consultation, name="consultation"),
    path("<slug:slug>/contributions/", reading.contributions, name="contributions"),
    path(_("<slug:slug>/write/"), writing.write, name="write"),
    path(_("<slug:slug>/similar/"), writing.similar, name="similar"),
    path(_("<slug:slug>/data/"), exports.data, name="data"),
    path("<slug:slug>/export.json", exports.as_json, name="export_json"),
    path("<slug:slug>/<str:table>.csv", exports.as_csv, name="export_csv"),
    path("<slug:slug>/atom.xml", feed.latest, name="feed"),
]
