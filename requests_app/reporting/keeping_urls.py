"""Doors of claims, holds, case files, retention, releases and resources."""

from django.urls import path, re_path

from requests_app.reporting.views import claims, extracts, resources, retention

_ID = r"[A-Za-z0-9_-]{22}"


def _one(pattern: str, view):
    return re_path(rf"^{pattern}$", view, name=view.__name__)


urlpatterns = [
    path("claims/", claims.claim_list, name="claim_list"),
    path("claims/new/", claims.claim_new, name="claim_new"),
    _one(rf"claims/(?P<claim_id>{_ID})/", claims.claim_detail),
    path("holds/", claims.hold_list, name="hold_list"),
    _one(rf"holds/(?P<hold_id>{_ID})/lift/", claims.hold_lift),
    _one(rf"requests/(?P<request_id>{_ID})/hold/", claims.hold_place),
    _one(rf"requests/(?P<request_id>{_ID})/case-files/", claims.case_files),
    _one(
        rf"case-files/(?P<case_file_id>{_ID})/(?P<file>pdf|zip)/",
        claims.case_file_fetch,
    ),
    path("retention/", retention.retention, name="retention"),
    _one(rf"retention/(?P<rule_id>{_ID})/dispose/", retention.disposal_new),
    path("disposals/", retention.disposal_list, name="disposal_list"),
    _one(rf"disposals/(?P<disposal_id>{_ID})/", retention.disposal_detail),
    _one(
        rf"disposals/(?P<disposal_id>{_ID})/certificate/",
        retention.disposal_certificate,
    ),
    path("releases/", extracts.extract_list, name="extract_list"),
    path("releases/new/", extracts.extract_new, name="extract_new"),
    _one(rf"releases/(?P<extract_id>{_ID})/", extracts.extract_detail),
    _one(
        rf"releases/(?P<extract_id>{_ID})/(?P<ending>pdf|csv)/", extracts.extract_file
    ),
    path("resources/", resources.resources, name="resources"),
    _one("resources/(?P<ending>csv|xlsx)/", resources.resources_file),
]
