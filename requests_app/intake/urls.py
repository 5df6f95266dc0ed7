"""Doors of the room intake."""

from django.urls import path, re_path

from requests_app.intake import views
from requests_app.intake.steps import NAMES

_STEP = "|".join(NAMES)
_TYPED = "|".join(NAMES[:-1])
_FIXED = "|".join(views.CORRECTABLE)
_ID = r"[A-Za-z0-9_-]{22}"

urlpatterns = [
    path("requests/new/", views.request_new, name="request_new"),
    path("acts/new/", views.unasked_act_new, name="unasked_act_new"),
    path("drafts/", views.draft_list, name="draft_list"),
    re_path(
        rf"^drafts/(?P<draft_id>{_ID})/(?P<name>{_STEP})/$",
        views.draft_step,
        name="draft_step",
    ),
    re_path(
        rf"^drafts/(?P<draft_id>{_ID})/(?P<name>{_TYPED})/autosave/$",
        views.draft_autosave,
        name="draft_autosave",
    ),
    re_path(
        rf"^drafts/(?P<draft_id>{_ID})/(?P<name>{_TYPED})/preview/$",
        views.draft_preview,
        name="draft_preview",
    ),
    re_path(
        rf"^drafts/(?P<draft_id>{_ID})/discard/$",
        views.draft_discard,
        name="draft_discard",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/correct/(?P<name>{_FIXED})/$",
        views.request_correct,
        name="request_correct",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/filed/$",
        views.request_filed,
        name="request_filed",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/acts/new/$", views.act_new, name="act_new"
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/notices/(?P<notice_id>{_ID})/$",
        views.notice_serve,
        name="notice_serve",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/release/$",
        views.release_record,
        name="release_record",
    ),
]
