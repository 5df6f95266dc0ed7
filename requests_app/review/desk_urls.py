"""Doors to the queues: who has what, labels, many at once, the agency's own rules."""

from django.urls import path, re_path

from requests_app.review.views import handling, labels, routing_tables

_ID = r"[A-Za-z0-9_-]{22}"
_REQUEST = rf"^requests/(?P<request_id>{_ID})/"

urlpatterns = [
    path("worklist/hand-over/", handling.hand_over, name="hand_over"),
    path("worklist/labels/", labels.labels, name="labels"),
    path("worklist/many/", labels.bulk_new, name="bulk_new"),
    re_path(
        rf"^worklist/many/(?P<bulk_id>{_ID})/$", labels.bulk_detail, name="bulk_detail"
    ),
    re_path(rf"{_REQUEST}claim/$", handling.assignment_claim, name="assignment_claim"),
    re_path(
        rf"{_REQUEST}put-back/$",
        handling.assignment_release,
        name="assignment_release",
    ),
    re_path(
        rf"{_REQUEST}resume/$", handling.assignment_resume, name="assignment_resume"
    ),
    re_path(rf"{_REQUEST}give/$", handling.assignment_give, name="assignment_give"),
    re_path(rf"{_REQUEST}defer/$", handling.assignment_defer, name="assignment_defer"),
    re_path(rf"{_REQUEST}labels/$", labels.request_labels, name="request_labels"),
    path("routing/", routing_tables.routing_tables, name="routing_tables"),
    path("routing/new/", routing_tables.routing_table_new, name="routing_table_new"),
    re_path(
        rf"^routing/(?P<table_id>{_ID})/$",
        routing_tables.routing_table,
        name="routing_table",
    ),
]
