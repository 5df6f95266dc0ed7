"""Doors of figures, reports, files taken out and public tables."""

from django.urls import re_path

from requests_app.reporting.listings import LISTINGS
from requests_app.reporting.models import ExportKind
from requests_app.reporting.views import exports, figures, publications, reports

_ID = r"[A-Za-z0-9_-]{22}"
_CODE = r"[A-Z][A-Z0-9-]{0,11}"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LISTS = "|".join(sorted([*LISTINGS, ExportKind.FIGURES]))


def _one(pattern: str, view):
    return re_path(rf"^{pattern}$", view, name=view.__name__)


urlpatterns = [
    _one("figures/", figures.figures),
    _one("figures/rows/", figures.figure_rows),
    _one("reports/", reports.report_list),
    _one(rf"reports/(?P<code>{_CODE})/(?P<since>{_DAY})/", reports.report_period),
    _one(rf"reports/(?P<report_id>{_ID})/", reports.report_detail),
    _one(rf"reports/(?P<report_id>{_ID})/certify/", reports.report_certify),
    _one(rf"reports/(?P<report_id>{_ID})/sent/", reports.report_sent),
    _one(rf"reports/(?P<report_id>{_ID})/drop/", reports.report_drop),
    _one(rf"reports/(?P<report_id>{_ID})/rows/", reports.report_rows),
    _one(
        rf"reports/(?P<report_id>{_ID})/file/(?P<ending>pdf|csv)/", reports.report_file
    ),
    _one("exports/", exports.export_list),
    _one(rf"exports/new/(?P<list_name>{_LISTS})/", exports.export_new),
    _one(rf"exports/(?P<export_id>{_ID})/", exports.export_detail),
    _one(rf"exports/(?P<export_id>{_ID})/state/", exports.export_state),
    _one(rf"exports/(?P<export_id>{_ID})/fetch/", exports.export_fetch),
    _one(rf"exports/(?P<export_id>{_ID})/cancel/", exports.export_cancel),
    _one("public-tables/", publications.publication_list),
    _one("public-tables/switch/", publications.transparency_switch),
    _one(rf"public-tables/(?P<publication_id>{_ID})/", publications.publication_detail),
    _one(
        rf"public-tables/(?P<publication_id>{_ID})/decide/",
        publications.publication_decide,
    ),
    _one(rf"public/(?P<code>{_CODE})/", publications.public_page),
    _one(
        rf"public/(?P<code>{_CODE})/(?P<publication_id>{_ID})\.(?P<ending>json|csv)",
        publications.public_file,
    ),
]
