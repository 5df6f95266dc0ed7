"""Doors of the room reporting."""

from django.urls import path, re_path

from requests_app.reporting.views import history, samples

_ID = r"[A-Za-z0-9_-]{22}"

urlpatterns = [
    path("history/", history.history, name="history"),
    path("history/overrides/", history.history_overrides, name="history_overrides"),
    re_path(
        rf"^history/(?P<request_id>{_ID})/$",
        history.history_request,
        name="history_request",
    ),
    re_path(
        rf"^history/(?P<request_id>{_ID})/readers/$",
        history.history_readers,
        name="history_readers",
    ),
    path("samples/", samples.sample_list, name="sample_list"),
    path("samples/new/", samples.sample_new, name="sample_new"),
    re_path(
        rf"^samples/(?P<sample_id>{_ID})/$", samples.sample_detail, name="sample_detail"
    ),
    re_path(
        rf"^samples/(?P<sample_id>{_ID})/items/(?P<item_id>{_ID})/$",
        samples.sample_item,
        name="sample_item",
    ),
    re_path(
        rf"^samples/(?P<sample_id>{_ID})/sign-off/$",
        samples.sample_sign_off,
        name="sample_sign_off",
    ),
    re_path(
        rf"^samples/(?P<sample_id>{_ID})/bundle/$",
        samples.sample_bundle,
        name="sample_bundle",
    ),
]
