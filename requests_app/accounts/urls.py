"""Doors of the room accounts."""

from django.urls import path, re_path

from requests_app.accounts import staff_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("session/extend/", views.session_extend, name="session_extend"),
    path("printed/", views.printed, name="printed"),
    path("people/", views.people, name="people"),
    path("people/roles/new/", views.appointment_new, name="appointment_new"),
    re_path(
        r"^people/roles/(?P<appointment_id>[A-Za-z0-9_-]{22})/end/$",
        views.appointment_end,
        name="appointment_end",
    ),
    path("agency/clocks/", views.agency_clocks, name="agency_clocks"),
    path("jobs/", views.job_list, name="job_list"),
    re_path(
        r"^jobs/(?P<job_id>[A-Za-z0-9_-]{22})/retry/$",
        views.job_retry,
        name="job_retry",
    ),
    path("units/", staff_views.units, name="units"),
    re_path(r"^units/(?P<unit_id>[A-Za-z0-9_-]{22})/$", staff_views.unit, name="unit"),
    path("absences/", staff_views.absences, name="absences"),
    path("absences/new/", staff_views.absence_new, name="absence_new"),
    re_path(
        r"^absences/(?P<absence_id>[A-Za-z0-9_-]{22})/end/$",
        staff_views.absence_end,
        name="absence_end",
    ),
]
