"""Doors of the room intake."""

from django.urls import path, re_path

from requests_app.intake import (
    duplicate_views,
    giving_views,
    import_views,
    paper_form_views,
    paper_views,
    views,
)
from requests_app.intake.steps import NAMES

_STEP = "|".join(NAMES)
_TYPED = "|".join(NAMES[:-1])
_FIXED = "|".join(views.CORRECTABLE)
_ID = r"[A-Za-z0-9_-]{22}"
_PAPER = r"[A-Z][A-Z0-9-]{0,11}-P[0-9]{5,6}"

urlpatterns = [
    path("requests/new/", views.request_new, name="request_new"),
    path("acts/new/", views.unasked_act_new, name="unasked_act_new"),
    path("requests/read/", paper_views.form_read, name="form_read"),
    re_path(
        rf"^drafts/(?P<draft_id>{_ID})/paper/$",
        paper_views.form_compare,
        name="form_compare",
    ),
    re_path(
        rf"^drafts/(?P<draft_id>{_ID})/paper/(?P<number>[0-9]{{1,3}})/$",
        paper_views.form_crop,
        name="form_crop",
    ),
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
        giving_views.notice_serve,
        name="notice_serve",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/notices/(?P<notice_id>{_ID})/issue/$",
        giving_views.notice_issue,
        name="notice_issue",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/papers/(?P<issue_id>{_ID})/$",
        giving_views.notice_paper,
        name="notice_paper",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/source/$",
        import_views.request_source,
        name="request_source",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/duplicates/$",
        duplicate_views.duplicate_list,
        name="duplicate_list",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/duplicates/(?P<other_id>{_ID})/$",
        duplicate_views.duplicate_decide,
        name="duplicate_decide",
    ),
    path("imports/", import_views.import_list, name="import_list"),
    path("imports/new/", import_views.import_new, name="import_new"),
    *(
        re_path(
            rf"^imports/(?P<batch_id>{_ID})/{address}$",
            getattr(import_views, name),
            name=name,
        )
        for name, address in (
            ("import_detail", ""),
            ("import_map", "map/"),
            ("import_progress", "progress/"),
            ("import_faults", "faults.csv"),
            ("import_confirm", "confirm/"),
            ("import_drop", "drop/"),
            ("import_undo", "undo/"),
        )
    ),
    path("paper-forms/", paper_form_views.paper_forms, name="paper_forms"),
    re_path(
        rf"^paper-forms/(?P<paper>{_PAPER})/print/$",
        paper_form_views.paper_form_print,
        name="paper_form_print",
    ),
    re_path(
        rf"^paper-forms/(?P<paper>{_PAPER})/spoil/$",
        paper_form_views.paper_form_spoil,
        name="paper_form_spoil",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/release/$",
        views.release_record,
        name="release_record",
    ),
]
