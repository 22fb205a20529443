"""Addresses of the household, under « Mon compte », then the agents' desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from parvis.mandates import desk
from parvis.mandates.views import asking, household, switching

app_name = "mandates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", household.mine, name="mine"),
    path(_("acting-for/"), household.standing_in, name="standing_in"),
    path(_("acting-for-me/"), household.represented, name="represented"),
    path(_("add/child/"), asking.page("child"), name="child"),
    path(_("add/second-parent/"), asking.page("second_parent"), name="second_parent"),
    path(_("add/protected-adult/"), asking.page("guardian"), name="guardian"),
    path(_("add/relative/"), asking.page("relative"), name="relative"),
    path(_("add/association/"), asking.page("association"), name="association"),
    path(_("ask/"), asking.page("ask"), name="ask"),
    path(_("give/"), asking.page("give"), name="give"),
    path(_("my-file/"), asking.page("claim"), name="claim"),
    path(_("people/<uuid:ward_id>/"), household.ward, name="ward"),
    path(_("people/<uuid:ward_id>/code/"), household.code, name="code"),
    path(_("leave/"), switching.leave, name="leave"),
    path(_("<uuid:mandate_id>/begin/"), switching.begin, name="begin"),
    path(_("<uuid:mandate_id>/answer/"), switching.answer, name="answer"),
    path(_("<uuid:mandate_id>/end/"), switching.end, name="end"),
    path(_("desk/"), desk.to_check, name="to_check"),
    path(_("desk/<uuid:mandate_id>/"), desk.case, name="case"),
    path(_("desk/<uuid:mandate_id>/paper/"), desk.paper, name="paper"),
    path(_("desk/<uuid:mandate_id>/code/"), desk.code, name="desk_code"),
]
