"""Doors of the room notices."""

from django.urls import path, re_path

from requests_app.notices import views, wording
from requests_app.notices.models import NoticeKind

_ID = r"[A-Za-z0-9_-]{22}"
_KIND = "|".join(NoticeKind.values)
_LANGUAGE = "|".join(wording.languages())

urlpatterns = [
    path("genuine/", views.genuine, name="genuine"),
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/help/", views.legal_help, name="legal_help"),
    re_path(
        rf"^notices/help/(?P<help_id>{_ID})/retire/$",
        views.legal_help_retire,
        name="legal_help_retire",
    ),
    path("notices/words/", views.notice_words, name="notice_words"),
    re_path(
        rf"^notices/words/(?P<kind>{_KIND})/(?P<language>{_LANGUAGE})/$",
        views.notice_sample,
        name="notice_sample",
    ),
    re_path(
        rf"^notices/words/reviews/(?P<review_id>{_ID})/withdraw/$",
        views.translation_withdraw,
        name="translation_withdraw",
    ),
]
