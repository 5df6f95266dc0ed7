"""Doors of the room review."""

from django.urls import path, re_path

from requests_app.review.views import deciding, requests, statute, worklist

_ID = r"[A-Za-z0-9_-]{22}"

urlpatterns = [
    path("worklist/", worklist.worklist, name="worklist"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/search/", requests.request_search, name="request_search"),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/$",
        requests.request_detail,
        name="request_detail",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/print/$",
        requests.request_print,
        name="request_print",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/close/$",
        requests.assignment_close,
        name="assignment_close",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/asks/(?P<ask_id>{_ID})/determine/$",
        deciding.ask_determine,
        name="ask_determine",
    ),
    re_path(
        rf"^requests/(?P<request_id>{_ID})/overrides/(?P<determination_id>{_ID})/$",
        deciding.override_countersign,
        name="override_countersign",
    ),
    path("law/", statute.law_versions, name="law"),
    path("law/offences/", statute.law_offences, name="law_offences"),
    re_path(
        r"^law/offences/(?P<section>[0-9a-z-]{3,12})/propose/$",
        statute.law_offence_propose,
        name="law_offence_propose",
    ),
    re_path(
        rf"^law/rulings/(?P<ruling_id>{_ID})/$",
        statute.law_offence_rule,
        name="law_offence_rule",
    ),
    re_path(r"^law/(?P<version>\d{4})/$", statute.law_version, name="law_version"),
]
