"""The address plan; each room keeps its own."""

from django.urls import include, path

handler400 = "requests_app.accounts.views.bad_request"
handler403 = "requests_app.accounts.views.forbidden"
handler404 = "requests_app.accounts.views.not_found"
handler500 = "requests_app.accounts.views.server_error"

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("requests_app.urls")),
]
