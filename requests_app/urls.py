"""Every room's doors."""

from django.urls import include, path

urlpatterns = [
    path("", include("requests_app.accounts.urls")),
    path("", include("requests_app.intake.urls")),
    path("", include("requests_app.notices.urls")),
    path("", include("requests_app.review.urls")),
    path("", include("requests_app.reporting.urls")),
    path("", include("requests_app.reporting.figure_urls")),
    path("", include("requests_app.reporting.keeping_urls")),
]
